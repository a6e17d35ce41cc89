#!/usr/bin/env bash
# Builds the release archive twice from the same commit, in two directories, with two target directories, under two paths of
# cargo's home and at two times, and compares the SHA-256 of both. Some minutes of two cores for each.
# usage: scripts/reproducible.sh [TARGET]     (the target of this machine)
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=${CARGO_HOME:-$HOME/.cargo}
cargo fetch --locked --quiet

sums=()
for place in first/place another/and/longer/place; do
    mkdir -p "$work/$place/source" "$work/$place/cargo-home"
    git archive "$commit" | tar -x -C "$work/$place/source"
    # The same downloaded sources under another name.
    ln -s "$home/registry" "$work/$place/cargo-home/registry"
    date -u +"%FT%TZ building $commit for $target in $place"
    (cd "$work/$place/source" &&
        CARGO_HOME="$work/$place/cargo-home" CARGO_TARGET_DIR="$work/$place/target" CARGO_NET_OFFLINE=true \
            scripts/dist.sh "$target" "" "$work/$place/dist")
    sums+=("$(cd "$work/$place/dist" && sha256sum -- */badsig* *.tar.gz)")
    printf '%s\n' "${sums[-1]}"
done
if [ "${sums[0]}" = "${sums[1]}" ]; then
    echo "the same"
else
    echo "different" >&2
    exit 1
fi
