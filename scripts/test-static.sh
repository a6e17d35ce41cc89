#!/usr/bin/env bash
# Builds the static program of the container image and of the release archives, and tests it in an empty root.
# usage: scripts/test-static.sh [PROGRAM]     without PROGRAM, one is built (musl where its target is installed, else static glibc)
set -euo pipefail
cd "$(dirname "$0")/.."

build() {
    local target=x86_64-unknown-linux-gnu directory=${CARGO_TARGET_DIR:-target}
    if rustup target list --installed 2>/dev/null | grep -q x86_64-unknown-linux-musl; then
        target=x86_64-unknown-linux-musl
    else
        export RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static"
        directory=$directory/static
    fi
    cargo build --locked --quiet -p badsig-cli --target "$target" --target-dir "$directory"
    echo "$directory/$target/debug/badsig"
}

program=${1:-$(build)}
if ldd "$program" 2>/dev/null | grep -q '=>'; then
    echo "error: $program is not static" >&2
    exit 1
fi
scripts/test-empty-root.sh "$program"
