# Everything here needs Go, make and git, nothing else.
.DEFAULT_GOAL := help
.PHONY: help run test components soak bench rebuild build cli fmt lint clean

help: ## these lines
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: ## start everything, place an order, show its journey; SET=redis takes another component set, PORT_BASE=10000 moves the ports, ARGS=-once stops after it
	@mkdir -p .dapr/bin && go build -trimpath -o .dapr/bin/up ./dapr/up
	@exec ./.dapr/bin/up $(ARGS)

# The race detector needs a C compiler, and nothing else here does.
RACE := $(if $(shell command -v "$$(go env CC)"),-race)

test: build ## every test, the ones on real sidecars included
	@test -n "$(RACE)" || echo "no C compiler found: testing without the race detector"
	go test $(RACE) -timeout 20m $$(go list ./... | grep -v /tests/components)
	go test -timeout 10m ./tests/components # what the embedded set promises; apart, as it would compete with the stories
	go test -timeout 10m ./services/simulation # 10,000 runs; with the race detector it is a few hundred
	go test -C dapr/runtime/daprd $(RACE) ./jetstream ./mqtt ./rabbitmq ./redis
	go test -C dapr/runtime/mailbox $(RACE) ./...

components: ## every story and promise on every component set, and the matrix; SET=redis takes one
	@mkdir -p .dapr/bin && go build -o .dapr/bin/matrix ./tests/matrix
	@exec ./.dapr/bin/matrix

bench: ## what it can do, measured: a table, bench/latest.json and .svg, a quarter of an hour; SET=redis takes another component set
	@mkdir -p .dapr/bin && go build -o .dapr/bin/bench ./tests/bench
	@exec ./.dapr/bin/bench -set $(or $(SET),embedded) $(ARGS)

soak: ## a million seeded runs of the simulation, an hour and a half; RUNS=10000 makes it fewer
	go test -v ./services/simulation -run TestSimulation -runs $(or $(RUNS),1000000) -timeout 0

rebuild: ## derive every document and list from the journals again; say what differed, and mend it
	@mkdir -p .dapr/bin && go build -trimpath -o .dapr/bin/up ./dapr/up
	@exec ./.dapr/bin/up -rebuild

build: ## the services, the broker and the Dapr runtime, into .dapr/bin
	@mkdir -p .dapr/bin && go build -trimpath -o .dapr/bin/up ./dapr/up
	@./.dapr/bin/up -build

cli: ## the Dapr CLI into .dapr/bin, for `dapr run -f dapr/run.yaml`
	cd dapr/runtime/cli && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=1.16.5 -X main.apiVersion=1.0" -o ../../../.dapr/bin/dapr github.com/dapr/cli

fmt: ## gofmt
	gofmt -l -w dapr services tests

lint: ## golangci-lint, built on first use
	@mkdir -p .dapr/bin && go build -C .ci/tools -o ../../.dapr/bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	./.dapr/bin/golangci-lint run ./...

clean: ## forget all state; built programs stay
	rm -rf .data
