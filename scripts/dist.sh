#!/usr/bin/env bash
# Makes the release archive for a target: the program, its manual page, completions, licences, the changelog.
# usage: scripts/dist.sh TARGET [PROGRAM [DIRECTORY]]     result: DIRECTORY/badsig-VERSION-TARGET.tar.gz
# Without PROGRAM, it is built; DIRECTORY is target/dist.
# The same commit and compiler give the same bytes, wherever and whenever: paths of this machine are not compiled in, and the
# archive has the commit's time (or SOURCE_DATE_EPOCH), no owner and sorted names. scripts/reproducible.sh tries it.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?usage: scripts/dist.sh TARGET [PROGRAM [DIRECTORY]]}
program=${2:-}
dist=${3:-target/dist}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name="badsig-$version-$target"
built=${CARGO_TARGET_DIR:-$PWD/target}
exe=
case $target in *windows*) exe=.exe ;; esac
export LC_ALL=C TZ=UTC
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

if [ -z "$program" ]; then
    # Windows' own spelling of paths, where this shell has another.
    native() { if command -v cygpath >/dev/null; then cygpath -w "$1"; else printf '%s' "$1"; fi; }
    read -ra flags <<<"${RUSTFLAGS:-}"
    flags+=(--remap-path-prefix="$(native "${CARGO_HOME:-$HOME/.cargo}")=/cargo")
    flags+=(--remap-path-prefix="$(native "$built")=/target" --remap-path-prefix="$(native "$PWD")=/badsig")
    CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && printf '%s' "${flags[*]}")
    export CARGO_ENCODED_RUSTFLAGS
    cargo build --release --locked -p badsig-cli --target "$target"
    program="$built/$target/release/badsig$exe"
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

# Times by the shell's own tools: GNU, BSD (macOS) and Git for Windows have them all.
time=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M.%S 2>/dev/null || date -u -r "$SOURCE_DATE_EPOCH" +%Y%m%d%H%M.%S)
find "$place" -type d -exec chmod 755 {} +
find "$place" -type f -exec chmod 644 {} +
chmod 755 "$place/badsig$exe"
find "$place" -exec touch -t "$time" {} +
if tar --version | grep -q GNU; then
    anonymous=(--owner=0 --group=0 --numeric-owner --format=ustar)
else
    anonymous=(--uid 0 --gid 0 --uname '' --gname '' --format ustar)
fi
(cd "$dist" && find "$name" | sort | tar -cf "$name.tar" "${anonymous[@]}" --no-recursion -T -)
gzip -nf9 "$dist/$name.tar"
echo "$dist/$name.tar.gz"
