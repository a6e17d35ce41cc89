#!/usr/bin/env bash
# What the last stage of the Dockerfile holds, tested without a container engine: the static program alone in an empty root, as an
# ordinary user, judges files there.
# usage: scripts/test-static.sh [PROGRAM]     without PROGRAM, one is built (musl where its target is installed, else static glibc)
set -euo pipefail
cd "$(dirname "$0")/.."

build() {
    local target=x86_64-unknown-linux-gnu
    if rustup target list --installed 2>/dev/null | grep -q x86_64-unknown-linux-musl; then target=x86_64-unknown-linux-musl; fi
    RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static" cargo build --locked --quiet -p badsig-cli --target "$target" \
        --target-dir target/static
    echo "target/static/$target/debug/badsig"
}

program=${1:-$(build)}
if ldd "$program" 2>/dev/null | grep -q '=>'; then
    echo "error: $program is not static" >&2
    exit 1
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir "$root/work"
cp "$program" "$root/badsig"
cp fixtures/exe/signed-stamped.exe fixtures/exe/unsigned.exe tests/recipes/pki/test-root.pem "$root/work/"
chmod -R a+rX "$root"

inside() { unshare --user --map-root-user --net chroot --userspec=65532:65532 "$root" /badsig "$@"; }
if [ "$(id -u)" = 0 ]; then
    inside() { unshare --net chroot --userspec=65532:65532 "$root" /badsig "$@"; }
fi

expect() {
    local expected=$1 code=0
    shift
    inside "$@" >/dev/null || code=$?
    if [ "$code" != "$expected" ]; then
        echo "error: badsig $* exited with $code, not $expected" >&2
        exit 1
    fi
    echo "ok: $* → $code"
}
expect 0 check --at 2026-11-21 --add-root /work/test-root.pem /work/signed-stamped.exe
expect 10 check --at 2026-11-21 --format json /work
expect 0 explain unsigned
