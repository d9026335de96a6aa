# Imprimatur. `make help` lists what can be done; `make ci` is what CI runs.

SHELL        := bash
LINT_VERSION := v2.15.0
LINT         := bin/golangci-lint-$(LINT_VERSION)
ASSETS       := internal/web/assets
ASSET_FILES  := $(shell find $(ASSETS) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name '*.go' 2>/dev/null)
# Third parties' loops over pixels and hashes: the race detector makes them ten times as slow and
# has nothing to find there. No package may be here that instantiates anything of sync/atomic or
# sync: the linker keeps one copy of an instance, and without the detector's marks in it everybody
# else who uses it seems to race.
UNRACED      := $(foreach p,github.com/esimov/pigo/core github.com/corona10/goimagehash/... github.com/nfnt/resize \
                  golang.org/x/crypto/argon2 golang.org/x/crypto/blake2b,-gcflags=$(p)=-race=false)
# The packages that take longest begin first, so that none of them is left to run alone.
LONGEST      := ./internal/web ./internal/postgres ./internal/api
ARGS         :=

.DEFAULT_GOAL := help
.PHONY: help run build assets test lint verify generate ci bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build, and start a demo school with nothing configured (ARGS="--listen 127.0.0.1:8081")
	@scripts/need go postgres npm
	@$(MAKE) --no-print-directory build
	@exec bin/imprimatur serve --demo $(ARGS)

build: assets ## build bin/imprimatur
	go build -o bin/ ./cmd/imprimatur

assets: $(ASSETS)/dist/.built ## fetch and build the pages' scripts and styles, by lock file

$(ASSETS)/node_modules/.fetched: $(ASSETS)/package-lock.json
	@scripts/need npm
	cd $(ASSETS) && npm ci --no-audit --no-fund
	@touch $@

$(ASSETS)/dist/.built: $(ASSETS)/node_modules/.fetched $(ASSET_FILES)
	cd $(ASSETS) && npm run build
	@touch $@

test: ## every test, with the race detector; needs PostgreSQL, redis-server, Chromium and a C compiler
	@scripts/need go postgres redis npm chromium cc
	@$(MAKE) --no-print-directory assets
	TESTDB=required go run ./internal/dbtest/testdb go test -race $(UNRACED) -timeout 30m $(LONGEST) ./...
	cd $(ASSETS) && npm test --if-present

lint: assets $(LINT) ## golangci-lint
	$(LINT) run ./...

$(LINT):
	GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mv bin/golangci-lint $@

generate: assets ## write the generated documents again
	go generate ./...

verify: assets ## fail where generated documents, formatting or go.mod differ
	@scripts/verify

ci: ## lint, verify and test
	@scripts/need go postgres redis npm chromium cc
	$(MAKE) lint
	$(MAKE) verify
	$(MAKE) test

bench: ## the figures of docs/performance.md, on this machine (ARGS="--help")
	@scripts/need go postgres redis npm
	@$(MAKE) --no-print-directory build
	@exec bin/imprimatur bench $(ARGS)

clean: ## remove what was built; the data in var/ stays
	rm -rf bin $(ASSETS)/node_modules
	find $(ASSETS)/dist -type f -not -name .keep -delete
