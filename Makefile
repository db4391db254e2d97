# Everything here needs Go, make and git, nothing else.
.DEFAULT_GOAL := help
.PHONY: help run test unit stories components soak soak-files chaos backlog bench rebuild build cli images k8s-up k8s-down k8s-render k8s-check k8s-test k8s-diff tilt-check tilt-test fmt lint clean

help: ## these lines
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: ## start everything, place an order, show its journey; SET=redis takes another component set, PORT_BASE=10000 moves the ports, ARGS=-once stops after it
	@mkdir -p .dapr/bin && go build -trimpath -o .dapr/bin/up ./dapr/up
	@exec ./.dapr/bin/up $(ARGS)

# The race detector needs a C compiler, and nothing else here does.
RACE := $(if $(shell command -v "$$(go env CC)"),-race)

test: unit stories ## every test, the ones on real sidecars included

unit: ## the tests without sidecars: of the code, and of the whole system under 10,000 seeds; RUNS=3000 makes it fewer, as CI does
	@test -n "$(RACE)" || echo "no C compiler found: testing without the race detector"
	go test $(RACE) -timeout 20m $$(go list ./... | grep -v -e /tests/e2e -e /tests/components -e /tests/chaos -e /tests/soak -e /tests/k8s)
	go test -timeout 10m ./services/simulation $(if $(RUNS),-runs $(RUNS)) # 10,000 runs; with the race detector it is a few hundred
	go test -C dapr/runtime/daprd $(RACE) ./jetstream ./mqtt ./rabbitmq ./redis ./sqlite
	go test -C dapr/runtime/broker $(RACE) ./...
	go test -C dapr/runtime/mailbox $(RACE) ./...

stories: build ## the tests on real sidecars: every story, and what the embedded set promises
	go test $(RACE) -timeout 20m -skip '^TestBacklog' ./tests/e2e
	go test -timeout 10m -run '^TestBacklog' ./tests/e2e # apart, as its thousands would hold up the others
	go test -timeout 10m ./tests/components # apart, as it would compete with the stories

components: ## every story and promise on every component set, and the matrix; SET=redis takes one
	@mkdir -p .dapr/bin && go build -o .dapr/bin/matrix ./tests/matrix
	@exec ./.dapr/bin/matrix

# One outage at a time: their times say something only where nothing runs beside them.
soak-files: build ## a system at full load for ten minutes: a table of its files and memory, and no growth without end; LAST=1h takes longer
	go test -count=1 -v -timeout 0 ./tests/soak -last $(or $(LAST),10m)

chaos: build ## the store, the broker or both away for 20 s and for 5 min, and a full disk, on every set: a table; four hours; needs root; SET=redis takes one, SPANS=20s leaves the long ones out
	@rm -f .dapr/test/chaos.md; failed=; for set in $(or $(SET),$(patsubst components/%/pubsub.yaml,%,$(wildcard components/*/pubsub.yaml))); do \
	SET=$$set go test -count=1 -v -parallel 1 -timeout 3h ./tests/chaos -spans $(or $(SPANS),20s,5m) -table "$$PWD/.dapr/test/chaos.md" || failed="$$failed $$set"; done; \
	echo; cat .dapr/test/chaos.md; test -z "$$failed" || { echo "broken promises on:$$failed"; exit 1; }

bench: ## what it can do, measured: a table, bench/latest.json and .svg, a quarter of an hour; SET=redis takes another component set
	@mkdir -p .dapr/bin && go build -o .dapr/bin/bench ./tests/bench
	@exec ./.dapr/bin/bench -set $(or $(SET),embedded) $(ARGS)

soak: ## a million seeded runs of the simulation, an hour and a half; RUNS=10000 makes it fewer
	go test -v ./services/simulation -run TestSimulation -runs $(or $(RUNS),1000000) -timeout 0

backlog: build ## 50,000 notifications that waited for notify, and as many overdue orders at a start: how fast, and who waits; BACKLOG=20000 makes it fewer
	BACKLOG=$(or $(BACKLOG),50000) go test -v -timeout 40m ./tests/e2e -run TestBacklog

rebuild: ## derive every document and list from the journals again; say what differed, and mend it; ARGS='-republish 24h' publishes events again
	@mkdir -p .dapr/bin && go build -trimpath -o .dapr/bin/up ./dapr/up
	@exec ./.dapr/bin/up -rebuild $(ARGS)

build: ## the services, the broker and the Dapr runtime, into .dapr/bin
	@mkdir -p .dapr/bin && go build -trimpath -o .dapr/bin/up ./dapr/up
	@./.dapr/bin/up -build

cli: ## the Dapr CLI into .dapr/bin, for `dapr run -f dapr/run.yaml`
	cd dapr/runtime/cli && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=1.16.5 -X main.apiVersion=1.0" -o ../../../.dapr/bin/dapr github.com/dapr/cli

images: ## container images by ko, without Docker or a registry, into .dapr/images; ARGS=-again builds them twice and compares
	@mkdir -p .dapr/bin && go build -C k8s/images -o ../../.dapr/bin/images .
	@exec ./.dapr/bin/images $(ARGS)

NODE = mkdir -p .dapr/bin && go build -o .dapr/bin/node ./tests/k8s/node && exec ./.dapr/bin/node

k8s-up: ## a real Kubernetes with Dapr on this machine, without Docker; ten minutes the first time, then half of one; needs root
	@$(NODE) up

k8s-down: ## end it without a trace
	@$(NODE) down

k8s-render: ## what k8s/ renders to, for every environment and set: that each is there, with the files of its set
	go test -count=1 -short -timeout 10m ./tests/k8s/overlays

k8s-check: ## what k8s/ renders to, for every environment and set, against a real API server and Dapr's injector, too; ten minutes to build them the first time; needs etcd
	go test -count=1 -v -timeout 20m ./tests/k8s/overlays

k8s-test: ## k8s-check, and where there is root the product in a real cluster on three sets: stories, access, rollouts, crashes, evictions; OVERLAY=staging/redis takes one
	@$(NODE) test $(OVERLAY)

k8s-diff: ## what `kubectl apply -k` would change in the cluster of your kubeconfig; OVERLAY=prod/redis
	@test -n "$(OVERLAY)" || { echo "say which: make k8s-diff OVERLAY=prod/redis; there are: $$(cd k8s/overlays && echo */*)"; exit 2; }
	@kubectl diff -k k8s/overlays/$(OVERLAY); code=$$?; test $$code -ne 0 || echo "nothing would change"; test $$code -le 1

tilt-check: ## the Tiltfile, evaluated by the real Tilt for every set and option; builds it first, ten minutes; needs a C compiler
	go test -count=1 -v -timeout 40m ./tests/k8s/tilt

tilt-test: ## the Tilt loop, gone through by the real Tilt in a real cluster: saving, every button, a service outside; ten minutes; needs root
	@$(NODE) loop

fmt: ## gofmt
	gofmt -l -w dapr k8s services tests tilt

lint: ## golangci-lint and actionlint, built on first use, and shellcheck if it is installed
	go build ./... # a package with tests is looked at with its tests only, below
	@mkdir -p .dapr/bin && go build -C .ci/tools -o ../../.dapr/bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@go build -C .ci/actionlint -o ../../.dapr/bin/actionlint github.com/rhysd/actionlint/cmd/actionlint
	./.dapr/bin/golangci-lint run ./...
	./.dapr/bin/actionlint # with shellcheck, too
	@if command -v shellcheck >/dev/null; then set -x; shellcheck $$(git grep --untracked -lE "^#!.*sh$$"); \
	else echo "no shellcheck found: scripts are not checked"; fi

clean: ## forget all state; built programs stay
	rm -rf .data
