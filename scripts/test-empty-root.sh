#!/usr/bin/env bash
# What the last stage of the Dockerfile holds, tested without a container engine: a program alone in an empty root, read-only, without
# network, as an ordinary user, judges files there. A program that is not static gets its libraries along; everything else has to be in it.
# usage: scripts/test-empty-root.sh PROGRAM       exits with 77 where this system does not allow such a root
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:?usage: scripts/test-empty-root.sh PROGRAM}

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir "$root/work"
cp "$program" "$root/badsig"
# The libraries where the program looks for them, its loader among them.
{ ldd "$program" 2>/dev/null | grep -o '/[^ ]*' || true; } | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
cp fixtures/exe/signed-stamped.exe fixtures/exe/unsigned.exe fixtures/msi/signed.msi tests/recipes/pki/test-root.pem "$root/work/"
chmod -R a+rX "$root"

if [ "$(id -u)" = 0 ]; then
    # shellcheck disable=SC2016 # the inner shell expands them
    inside() {
        unshare --mount --net -- sh -c 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec chroot --userspec=65532:65532 . "$@"' "$root" "$@"
    }
else
    inside() { unshare --user --map-user=65532 --map-group=65532 --net --root="$root" --wd=/ "$@"; }
    # The one thing that is not as in a container: an ordinary user may write to what it owns.
    chmod -R a-w "$root"
    trap 'chmod -R u+w "$root"; rm -rf "$root"' EXIT
fi
if ! inside /badsig --version; then
    echo "skipped: no root of its own for an ordinary user on this system"
    exit 77
fi

expect() {
    local expected=$1 code=0
    shift
    inside /badsig "$@" >"$output" || code=$?
    if [ "$code" != "$expected" ]; then
        cat "$output"
        echo "error: badsig $* exited with $code, not $expected" >&2
        exit 1
    fi
    echo "ok: $* → $code"
}
output=$(mktemp)
judge=(--at 2026-11-21 --add-root /work/test-root.pem)
expect 0 check "${judge[@]}" /work/signed-stamped.exe /work/signed.msi
expect 10 check "${judge[@]}" --format html /work
expect 20 check /work/test-root.pem
expect 0 explain unsigned
expect 0 trust show
# Nothing can be written, and that is said.
expect 2 check "${judge[@]}" --output json=/work/report.json /work/signed-stamped.exe
rm -f "$output"
