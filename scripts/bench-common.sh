# shellcheck shell=bash
# What the measuring scripts share; sourced by them from the root of the repository, with the directory for their files as argument.
# shellcheck disable=SC2034 # used by those that source it
dir=$1
pki=tests/recipes/pki
runs=${RUNS:-5}
mkdir -p "$dir"
badsig=${BADSIG:-target/release/badsig}
[ -n "${BADSIG:-}" ] || cargo build --release --locked --quiet
# The test files are signed under a test root, for a time at which it is valid.
judge=("$badsig" check --no-progress --at 2026-11-21 --add-root "$pki/test-root.pem")

# sign FROM TO [OPTION...]
sign() {
    osslsigncode sign -certs $pki/test-publisher.pem -key $pki/TEST-publisher.key -ac $pki/test-code-signing-ca.pem \
        -h sha256 "${@:3}" -in "$1" -out "$2" >/dev/null
}
