// A mail server for laptops and tests. A module of its own, so that its dependencies are not the services'.
module orderly/dapr/runtime/mailbox

go 1.26

require github.com/emersion/go-smtp v0.25.1

require github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6 // indirect
