# `make help` lists the targets. Everything runs without cgo but the race detector.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT ?= $(shell git rev-parse HEAD 2>/dev/null)
FUZZTIME ?= 5s
# Tests that run beside each other mostly wait for servers.
export PARALLEL ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
PLATFORMS ?= linux/amd64 linux/arm64 linux/s390x linux/ppc64le windows/amd64

# Version and commit come from here, so the go command need not ask git (which refuses other people's checkouts).
export GOFLAGS := -trimpath -buildvcs=false $(filter-out -trimpath -buildvcs%,$(GOFLAGS))
export CGO_ENABLED := 0

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/portseal
	go build -ldflags '-s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)' -o bin/ ./cmd/portseal

.PHONY: demo
demo: build ## Build, and verify a small estate in mid-migration on this machine
	bin/portseal demo

.PHONY: test
test: ## Run the tests; first installs the real TLS servers and the browser they need, where it may
	bash scripts/install-test-servers.sh
	bash scripts/install-test-tools.sh
	go test -timeout 30m -parallel $(PARALLEL) ./...

.PHONY: race
race: ## Run the tests of what has goroutines with the race detector (needs gcc)
	bash scripts/race.sh

.PHONY: lint
lint: ## gofmt, go vet, staticcheck, and the rules of internal/archtest
	bash scripts/lint.sh

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME each (default 5s)
	bash scripts/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: ## Measure portseal against sslscan and nmap on the same listeners
	bash bench/run.sh

.PHONY: bench-differences
bench-differences: ## Compare with sslscan, nmap, sslyze and testssl.sh fact by fact, and write bench/DIFFERENCES.md
	bash bench/differences.sh

.PHONY: bench-render
bench-render: ## Measure every format of a report of 10,000 endpoints, and write bench/RENDERING.md
	bash bench/render.sh

.PHONY: bench-history
bench-history: ## Simulate three years of nightly runs and measure the history
	bash bench/history.sh

.PHONY: bench-check
bench-check: ## Measure the check of a report of 1,000 endpoints
	bash bench/check.sh

.PHONY: bench-start
bench-start: ## Measure how long portseal takes to start, and write bench/START.md
	bash bench/start.sh

.PHONY: bench-service
bench-service: ## Measure the overview of the service for 50 users while a run is in progress, and write bench/SERVICE.md
	bash bench/service.sh

.PHONY: cross
cross: ## Build for every platform in PLATFORMS, without cgo
	@for platform in $(PLATFORMS); do \
	  echo "building for $$platform"; \
	  GOOS=$${platform%/*} GOARCH=$${platform#*/} go build ./... && \
	  GOOS=$${platform%/*} GOARCH=$${platform#*/} go build -o /dev/null ./cmd/portseal || exit 1; \
	done

.PHONY: generated
generated: ## Check that what go generate writes is up to date
	bash scripts/check-generated.sh

.PHONY: man
man: build ## Write man pages and shell completions into dist/
	@mkdir -p dist/man dist/completions
	bin/portseal man dist/man
	@for shell in bash zsh fish powershell; do bin/portseal completion $$shell >dist/completions/portseal.$$shell || exit 1; done

.PHONY: ci
ci: ## Run all that a change must pass
	.ci/run

.PHONY: clean
clean: ## Remove what the other targets wrote
	rm -rf bin dist .cache
