#!/usr/bin/env bash
# Makes the release archive for a target: the program, its manual page, completions, licences, the changelog.
# usage: scripts/dist.sh TARGET [PROGRAM [DIRECTORY]]     result: DIRECTORY/badsig-VERSION-TARGET.tar.gz
# Without PROGRAM, it is built; DIRECTORY is target/dist.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?usage: scripts/dist.sh TARGET [PROGRAM [DIRECTORY]]}
program=${2:-}
dist=${3:-target/dist}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name="badsig-$version-$target"
exe=
case $target in *windows*) exe=.exe ;; esac

if [ -z "$program" ]; then
    cargo build --release --locked -p badsig-cli --target "$target"
    program="${CARGO_TARGET_DIR:-target}/$target/release/badsig$exe"
fi
place="$dist/$name"
rm -rf "$place"
mkdir -p "$place/completions"
cp "$program" "$place/badsig$exe"
"$program" man >"$place/badsig.1"
for shell in bash zsh fish powershell elvish; do
    "$program" completions "$shell" >"$place/completions/badsig.$shell"
done
# PowerShell reads scripts by this ending only.
mv "$place/completions/badsig.powershell" "$place/completions/badsig.ps1"
cp CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$place/"
# Pages that the README leads to are not in the archive; those of this release are on the web.
home=$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
sed -E "s#\]\(([A-Za-z][^):]*)\)#](${home:?}/blob/v$version/\1)#g" README.md >"$place/README.md"
tar -C "$dist" -czf "$dist/$name.tar.gz" "$name"
echo "$dist/$name.tar.gz"
