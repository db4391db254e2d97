// A stand-in for Apache Kafka, which Debian does not have. A module of its own, so that its dependencies are not the
// services'.
module orderly/dapr/runtime/kafka

go 1.26.0

require github.com/twmb/franz-go/pkg/kfake v0.0.0-20260918054303-01f206a7e32c

require (
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/pierrec/lz4/v4 v4.1.33 // indirect
	github.com/twmb/franz-go v1.22.3 // indirect; kfake's own minimum does not compile
	github.com/twmb/franz-go/pkg/kmsg v1.15.1 // indirect
)
