# `make run` shows what it does; `make test` is all that must hold before a change goes in.

SHELL := /bin/bash -o pipefail
BIN := .bin/journey
FUZZTIME ?= 3s

.PHONY: run build test vet lint race fuzz bench clean

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

bench:
	go test -run '^$$' -bench . -benchmem ./...

clean:
	rm -rf .bin
