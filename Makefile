# `make run` shows what it does; `make test` is all that must hold before a change goes in.

SHELL := /bin/bash -o pipefail
BIN := .bin/journey
FUZZTIME ?= 3s

.PHONY: run build test vet lint race fuzz bench bench-server bench-store bench-code clean

run: build
	$(BIN) serve --flows flows --data .bin/journey.db

build:
	go build -o $(BIN) ./cmd/journey

test: build vet lint race fuzz

vet:
	go vet ./...

lint:
	@unformatted=$$(gofmt -l cmd engine schema); test -z "$$unformatted" || { echo "run gofmt -w on:" $$unformatted; exit 1; }
	go tool staticcheck ./...

race:
	go test -race ./...

# Each fuzz target that there is, found by its name, for a few seconds.
fuzz:
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' cmd engine schema | sed 's|/[^/]*:func | |' | sort | \
	while read -r package target; do \
		echo "fuzz $$package $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$package" || exit 1; \
	done

# Figures of this machine. Each is at so many open conversations; `make bench-server CONVERSATIONS=1000000` takes some minutes, and gigabytes of disk.
CONVERSATIONS ?= 10000,100000
export JOURNEY_BENCH_CONVERSATIONS = $(CONVERSATIONS)

bench: bench-server bench-store bench-code

bench-server:
	@printf '\nThe server over HTTP: durable events/s at full load; p99-ms from request to 202 at half of it; MB of memory.\n'
	go test -run '^$$' -bench '^BenchmarkServe$$' -benchtime 40000x -timeout 1h ./cmd/journey

bench-store:
	@printf '\nThe data file: durable events/s, raw-events/s of bbolt with the same bytes on the same disk, and what part of-raw the first are.\n'
	go test -run '^$$' -bench '^BenchmarkCommit$$' -timeout 1h ./engine/store/bolt

bench-code:
	@printf '\nThe parts, without network: time, bytes and allocations of one operation.\n'
	go test -run '^$$' -bench . -benchmem -p 1 $$(go list ./... | grep -v -e /cmd/journey$$ -e /store/bolt$$)

clean:
	rm -rf .bin
