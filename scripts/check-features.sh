#!/usr/bin/env bash
# The library and the command line build without warnings with every feature off by itself, and with none.
# Usage: scripts/check-features.sh
set -euo pipefail
cd "$(dirname "$0")/.."
all=(inno nsis sevenz zip)
check() {
    echo "features: ${1:-none}"
    cargo clippy --locked --quiet -p badsig --no-default-features --features "$1" -- -D warnings
}
check ""
for off in "${all[@]}"; do
    check "$(printf '%s\n' "${all[@]}" | grep -vx "$off" | paste -sd,)"
done
echo "features: none, command line"
cargo clippy --locked --quiet -p badsig-cli --no-default-features -- -D warnings
