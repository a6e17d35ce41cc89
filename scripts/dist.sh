#!/usr/bin/env bash
# Makes the release archive for a target: the program, its manual page, completions, licences, the changelog.
# usage: scripts/dist.sh TARGET     result: target/dist/badsig-VERSION-TARGET.tar.gz
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?usage: scripts/dist.sh TARGET}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name="badsig-$version-$target"
exe=
case $target in *windows*) exe=.exe ;; esac

cargo build --release --locked -p badsig-cli --target "$target"
program="${CARGO_TARGET_DIR:-target}/$target/release/badsig$exe"
place="target/dist/$name"
rm -rf "$place"
mkdir -p "$place/completions"
cp "$program" "$place/"
"$program" man >"$place/badsig.1"
for shell in bash zsh fish powershell elvish; do
    "$program" completions "$shell" >"$place/completions/badsig.$shell"
done
cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$place/"
tar -C target/dist -czf "target/dist/$name.tar.gz" "$name"
echo "target/dist/$name.tar.gz"
