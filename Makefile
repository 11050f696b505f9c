# The front door: run the shop, test it, check it.

CARGO ?= cargo
# Where the project keeps tools that it installs for itself.
TOOLS := .tools
# With the adapters of a large shop. The same for all that tests, so that all share what was built.
CLUSTER := --features rialto/cluster
# Before the name of the tests that are wanted. Without the programs cargo builds half of the house in another way, for it
# spares procedural macros their debug information unless something else uses the same libraries.
SOME := --bins --test
# The servers that tests talk to; they are told where.
INFRA := tests/infra.sh --only kafka,redis,mongodb,consul
SERVERS := tests/postgres.sh $(INFRA)

# MariaDB waits for the disk with each table that a test makes: in memory where there is room.
ROOM := $(shell [ -w /dev/shm ] && df --output=avail /dev/shm | awk 'NR == 2 && $$1 > 4000000 { print "/dev/shm" }')
MYSQL := TMPDIR=$(or $(ROOM),$${TMPDIR:-/tmp}) tests/infra.sh --only mysql \
	env -u TMPDIR RIALTO_TEST_STORES=mysql RIALTO_TEST_REQUIRE=all $(INFRA)

.PHONY: run cluster test test-mysql infra e2e check bench month fuzz fuzz-functions fmt openapi

run: ## Build the shop and open it at http://localhost:8080
	@sh web/build.sh
	$(CARGO) run --release --bin rialto -- up $(ARGS)

cluster: ## A shop of two processes a service, on PostgreSQL, Kafka, MongoDB, Redis and Consul, behind nginx, until Ctrl-C
	@sh web/build.sh
	$(CARGO) build --release $(CLUSTER) --package rialto --package bench
	@deploy/local/cluster.sh $(ARGS)

test: ## Every test, on SQLite and PostgreSQL, in one process and in many; what has a database, once more on MariaDB
	@sh tests/prepare.sh
	@sh tests/infra/fetch.sh
	@sh web/build.sh required
	$(CARGO) test --workspace $(CLUSTER) --no-run
	RIALTO_TEST_REQUIRE=all $(SERVERS) $(CARGO) test --workspace $(CLUSTER) --no-fail-fast
	$(MYSQL) $(CARGO) test --quiet --workspace $(CLUSTER) --no-fail-fast $(SOME) it
	$(MYSQL) $(CARGO) test --quiet --workspace $(CLUSTER) $(SOME) shop -- buying:: many_processes::

test-mysql: ## That last part of `test` alone
	$(CARGO) test --workspace $(CLUSTER) --no-run
	$(MYSQL) $(CARGO) test --workspace $(CLUSTER) --no-fail-fast $(SOME) it

infra: ## The real servers that the tests of a cluster talk to, until Ctrl-C
	@tests/infra.sh $(ARGS)

# The same artefacts as `make test`: with other packages chosen, other features would be, and all would be built twice.
e2e: ## Every journey through the pages, in Chromium
	@sh tests/prepare.sh
	@sh web/build.sh required
	$(CARGO) test --workspace $(CLUSTER) --no-run
	cd web && CI=1 npm run --silent e2e

check: $(TOOLS)/bin/cargo-deny ## What must hold before a change lands
	@sh web/build.sh required
	cd web && npm run --silent check
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace $(CLUSTER) --all-targets -- --deny warnings
	$(TOOLS)/bin/cargo-deny --log-level error check bans licenses sources
	$(CARGO) xtask tidy
	$(CARGO) test --quiet --workspace $(CLUSTER) $(SOME) shop documents

bench: $(TOOLS)/bin/oha ## How fast the shop and its pages are on this machine, beside the limits
	@sh tests/prepare.sh
	@sh web/build.sh required
	@sh tests/infra/fetch.sh
	$(CARGO) build --release $(CLUSTER) --package rialto --package bench
	tests/postgres.sh --durable $(INFRA) sh -c 'target/release/bench measure --postgres "$$RIALTO_TEST_POSTGRES" \
		--kafka "$$RIALTO_TEST_KAFKA" --mongodb "$$RIALTO_TEST_MONGODB" --redis "$$RIALTO_TEST_REDIS" \
		--consul "$$RIALTO_TEST_CONSUL" $(ARGS)'
	cd web && RIALTO_BIN="$(CURDIR)/target/release/rialto" CI=1 npm run --silent e2e -- numbers.spec.ts
	cd web && RIALTO_BIN="$(CURDIR)/target/release/rialto" npm run --silent lighthouse

month: ## A month of real sales through a shop of many processes that are killed meanwhile: make month FILE=march.csv.gz
	@test -r "$(FILE)" || { echo 'Name a file of sales: make month FILE=march.csv.gz' >&2; exit 2; }
	@sh web/build.sh
	$(CARGO) build --release $(CLUSTER) --package rialto --package bench
	@tests/month.sh target/release/rialto target/release/bench "$(FILE)" $(ARGS)

fuzz: $(TOOLS)/schemathesis/bin/schemathesis ## Everything the API document names, asked for in all the wrong ways
	$(CARGO) build --release --package rialto --package bench
	tests/fuzz.sh target/release/rialto $< $(or $(ARGS),--max-examples 20)

fuzz-functions: $(TOOLS)/bin/cargo-fuzz ## What reads strangers' bytes, under a fuzzer (nightly Rust)
	PATH="$(CURDIR)/$(TOOLS)/bin:$$PATH" tests/fuzz-functions.sh $(or $(ARGS),60)

fmt: ## Format the code
	$(CARGO) fmt --all

openapi: ## Write docs/openapi.json anew
	$(CARGO) xtask openapi

$(TOOLS)/bin/cargo-deny:
	$(CARGO) install --quiet --locked --debug --root $(TOOLS) cargo-deny@0.20.2

$(TOOLS)/bin/oha:
	$(CARGO) install --quiet --locked --root $(TOOLS) oha@1.16.0

$(TOOLS)/bin/cargo-fuzz:
	$(CARGO) install --quiet --locked --debug --root $(TOOLS) cargo-fuzz@0.13.1

$(TOOLS)/schemathesis/bin/schemathesis:
	python3 -m venv $(TOOLS)/schemathesis
	$(TOOLS)/schemathesis/bin/pip install --quiet schemathesis==4.32.5
