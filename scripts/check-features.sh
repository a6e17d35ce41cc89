#!/usr/bin/env bash
# The library, the command line and the network build without warnings with every feature off by itself, and with none.
# Usage: scripts/check-features.sh
set -euo pipefail
cd "$(dirname "$0")/.."

check() {
    echo "features of $1: ${2:-none}"
    cargo clippy --locked --quiet -p "$1" --no-default-features --features "$2" -- -D warnings
}

for package in badsig badsig-cli badsig-fetch; do
    mapfile -t all < <(cargo metadata --locked --no-deps --format-version 1 |
        python3 -c 'import json, sys
packages = {package["name"]: package for package in json.load(sys.stdin)["packages"]}
print(*sorted(set(packages[sys.argv[1]]["features"]) - {"default"}), sep="\n")' "$package" | grep .)
    check "$package" ""
    for off in ${all[@]+"${all[@]}"}; do
        others=$(printf '%s\n' "${all[@]}" | grep -vx "$off" | paste -sd, || true)
        [ -z "$others" ] || check "$package" "$others"
    done
done
