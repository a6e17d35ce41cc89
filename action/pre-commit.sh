#!/usr/bin/env bash
# The pre-commit hook: builds badsig from the clone that pre-commit made of this repository, the first time, and judges the files.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if ! command -v cargo >/dev/null; then
    echo "error: the hook badsig needs Rust (cargo); badsig-system runs a program that is installed, badsig-docker a container" >&2
    exit 2
fi
cargo build --release --locked --quiet --manifest-path "$home/Cargo.toml" -p badsig-cli --target-dir "$home/target"
exec "$home/target/release/badsig" check --no-progress -- "$@"
