# For those who prefer Docker to `make images`: the same files, user and entrypoint.
#
#   docker build --target order --build-arg VERSION=1.2.0 -t orderly/order:1.2.0 .   # or stock, notify, daprd, broker

FROM golang:1.26 AS build
ARG VERSION=0.0.0
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
WORKDIR /src
COPY . .
RUN cd k8s/images && go run ./rootfs/unpack /rootfs
RUN for name in order stock notify; do \
      go build -buildvcs=true -ldflags "-s -w -X orderly/services/internal/serve.Version=$VERSION" -o /ko-app/$name ./services/$name || exit 1; \
    done
RUN go build -C dapr/runtime/broker -buildvcs=false -ldflags "-s -w" -o /ko-app/broker .
RUN version=$(go list -C dapr/runtime/daprd -m -f '{{.Version}}' github.com/dapr/dapr) && version=${version#v} && \
    go build -C dapr/runtime/daprd -buildvcs=false -tags=stablecomponents -o /ko-app/daprd \
      -ldflags "-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=$version -X github.com/dapr/kit/logger.DaprVersion=$version" .
RUN chmod 0555 /ko-app/*

FROM scratch AS base
COPY --from=build /rootfs/ /
USER 65532:65532

FROM base AS order
COPY --from=build /ko-app/order /ko-app/order
ENTRYPOINT ["/ko-app/order"]

FROM base AS stock
COPY --from=build /ko-app/stock /ko-app/stock
ENTRYPOINT ["/ko-app/stock"]

FROM base AS notify
COPY --from=build /ko-app/notify /ko-app/notify
ENTRYPOINT ["/ko-app/notify"]

FROM base AS daprd
COPY --from=build /ko-app/daprd /ko-app/daprd
ENTRYPOINT ["/ko-app/daprd"]

FROM base AS broker
COPY --from=build /ko-app/broker /ko-app/broker
ENTRYPOINT ["/ko-app/broker"]
