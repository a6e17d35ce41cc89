#!/usr/bin/env bash
# First step of the action: finds the program. In this order: the input badsig-path; a release archive whose SHA-256 stands in
# checksums.txt beside this file; the action's own source, when version says so.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/common.sh
source "$here/common.sh"

work=$(work_directory badsig)

triple() {
    case "${RUNNER_OS:?}/${RUNNER_ARCH:-X64}" in
    Linux/X64) echo x86_64-unknown-linux-musl ;;
    Linux/ARM64) echo aarch64-unknown-linux-musl ;;
    Windows/X64) echo x86_64-pc-windows-msvc ;;
    macOS/ARM64) echo aarch64-apple-darwin ;;
    macOS/X64) echo x86_64-apple-darwin ;;
    *) return 1 ;;
    esac
}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d' ' -f1
}

# The version of the action itself: whoever pins the action pins the program, and never runs another one unasked.
own_version() {
    sed -n 's/^version = "\([0-9.]*\)"$/\1/p' "$here/../Cargo.toml" | head -n 1
}

from_path() {
    one_line badsig-path "$INPUT_BADSIG_PATH"
    [ -f "$INPUT_BADSIG_PATH" ] || refuse "input badsig-path: there is no file $(shown "$INPUT_BADSIG_PATH")"
    echo "$(cd "$(dirname -- "$INPUT_BADSIG_PATH")" && pwd)/$(basename -- "$INPUT_BADSIG_PATH")"
}

from_source() {
    command -v cargo >/dev/null || refuse "version: source needs Rust (cargo) on the runner"
    cargo build --release --locked --quiet --manifest-path "$here/../Cargo.toml" -p badsig-cli --target-dir "$work/target" >&2
    echo "$work/target/release/badsig$exe"
}

from_release() {
    local triple version name expected actual
    triple=$(triple) || refuse "no release is made for $(shown "$RUNNER_OS") on $(shown "${RUNNER_ARCH:-X64}"); use version: source"
    version=${INPUT_VERSION:-$(own_version)}
    name="badsig-$version-$triple"
    expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  $name\.tar\.gz\$/\1/p" "$here/checksums.txt")
    [ -n "$expected" ] || refuse "this commit of the action has no SHA-256 of $name.tar.gz; use the commit of a release (tag v1.2.3), version: source or badsig-path"
    [[ $INPUT_DOWNLOAD_URL =~ ^https?://[A-Za-z0-9._~:/%-]+$ ]] || refuse "input download-url: $(shown "$INPUT_DOWNLOAD_URL") is no http(s) address"
    curl --fail --silent --show-error --location --retry 3 --proto '=https,http' --max-time 300 \
        --output "$work/archive" "$INPUT_DOWNLOAD_URL/v$version/$name.tar.gz" ||
        refuse "$name.tar.gz could not be downloaded"
    actual=$(sha256 "$work/archive")
    [ "$actual" = "$expected" ] || refuse "$name.tar.gz has the SHA-256 $actual, expected $expected; it is not run"
    # From standard input: tar would take D:/… for a host.
    tar -xzf - -C "$work" "$name/badsig$exe" <"$work/archive" || refuse "$name.tar.gz holds no $name/badsig$exe"
    echo "$work/$name/badsig$exe"
}

exe=
[ "${RUNNER_OS:?}" = Windows ] && exe=.exe

if [ -n "$INPUT_BADSIG_PATH" ]; then
    program=$(from_path) || { printf '%s\n' "$program"; exit 2; }
elif [ "$INPUT_VERSION" = source ]; then
    program=$(from_source) || { printf '%s\n' "$program"; exit 2; }
else
    [[ -z $INPUT_VERSION || $INPUT_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] ||
        refuse "input version: $(shown "$INPUT_VERSION") is neither a version (1.2.3) nor source"
    program=$(from_release) || { printf '%s\n' "$program"; exit 2; }
fi
"$program" --version || refuse "$(shown "$program") does not run"
output path "$program"
