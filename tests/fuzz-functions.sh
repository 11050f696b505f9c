#!/bin/sh
# Feeds each function of fuzz/ from its corpus for a while, with bytes that explore new paths; what breaks one stays in
# fuzz/artifacts. Usage: tests/fuzz-functions.sh SECONDS
set -eu

cargo +nightly --version >/dev/null 2>&1 || {
    echo "Fuzzing needs nightly Rust: rustup toolchain install nightly" >&2
    exit 1
}
for target in $(cargo +nightly fuzz list); do
    echo "== $target"
    cargo +nightly fuzz run "$target" "fuzz/corpus/$target" -- -max_total_time="$1" -timeout=10 -print_final_stats=1
done
