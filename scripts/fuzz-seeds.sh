#!/usr/bin/env bash
# Gathers the seeds of the fuzz targets in fuzz/corpus/TARGET: the fixtures, and real files beside the repository when there are any.
# Usage: scripts/fuzz-seeds.sh      (LARGEST_SEED: bytes, what is larger is left out)
set -euo pipefail
cd "$(dirname "$0")/.."
largest=${LARGEST_SEED:-262144}
corpus=fuzz/corpus
shared=../shared

# seeds TARGET PATH...: copies what is not too large, under its digest
seeds() {
    local target=$1
    shift
    mkdir -p "$corpus/$target"
    local place
    for place in "$@"; do
        case $place in
        "$shared"/*) [ -e "$place" ] || [ ! -d "$shared" ] || echo "fuzz-seeds: $target: $place is not there" >&2 ;;
        *) [ -e "$place" ] || { echo "fuzz-seeds: $target: $place is not there" >&2 && exit 1; } ;;
        esac
    done
    { find "$@" -type f -size -"$largest"c 2>/dev/null || true; } | while read -r file; do
        cp -n "$file" "$corpus/$target/$(sha256sum "$file" | cut -c1-20)" 2>/dev/null || true
    done
}

seeds pe fixtures/exe fixtures/nsis
seeds compound fixtures/msi fixtures/msp fixtures/mst
seeds cabinet fixtures/cab fixtures/msu
seeds security_catalog fixtures/cat
seeds end_to_end fixtures
seeds payload_cabinet fixtures/cab fixtures/msu fixtures/inside
seeds payload_installer fixtures/msi fixtures/msp
# Installers of every kind that there is a maker of, with members of some hundred bytes.
made=target/fuzz-installers
rm -rf "$made"
if tests/recipes/make-installers.sh "$made" --small >/dev/null 2>&1; then
    for kind in burn nsis sevenz:7z sfxcab wextract:iexpress zip; do
        for file in "$made/${kind#*:}"-*.exe "$made/${kind#*:}".exe; do [ ! -f "$file" ] || seeds "payload_${kind%:*}" "$file"; done
    done
else
    echo "fuzz-seeds: no installers were made (needs makensis, 7z, gcab, mingw-w64, osslsigncode)" >&2
fi
seeds certificate tests/recipes/pki $shared/suites/pkits/certs
seeds crl tests/recipes/pki $shared/suites/pkits/crls $shared/suites/boringssl
seeds ocsp tests/forgeries $shared/suites/boringssl $shared/suites/openssl-tsa $shared/suites/pyca
seeds trust_list tests/trust $shared/trust
seeds store tests/trust tests/recipes/pki
seeds updates_xml tests/updates $shared/updates
seeds update_catalog tests/updates
seeds log tests/logs
seeds policy catalog tests/policy
if [ -d $shared/corpus/files ]; then
    seeds end_to_end $shared/corpus/files $shared/installers
    seeds pe $shared/corpus/files
    # There is no maker of Inno Setup installers on Linux: the smallest real ones.
    for kind in "inno:Inno Setup" "nsis:NullsoftInst" "burn:wixburn" "sevenz:7z\xbc\xaf\x27\x1c" "wextract:wextract" "zip:PK\x05\x06"; do
        { find $shared/installers $shared/corpus -type f -size -2000k -print0 | xargs -0 grep -laP "${kind#*:}" || true; } | while read -r file; do
            largest=2000000 seeds "payload_${kind%%:*}" "$file"
        done
    done
    seeds compound $shared/corpus/files
    seeds payload_installer $shared/installers
fi
mkdir -p "$corpus/cms" "$corpus/report"
badsig=$(command -v badsig || find target -maxdepth 2 -name badsig -type f 2>/dev/null | sort | tail -n 1)
if [ -n "$badsig" ]; then
    for file in fixtures/*/signed*; do
        "$badsig" inspect "$file" --extract-signature "$corpus/cms/$(basename "$file").p7" >/dev/null 2>&1 || true
    done
    for folder in fixtures/cab fixtures/cat fixtures/msu; do
        "$badsig" check --format json --at 2026-11-21 "$folder" > "$corpus/report/$(basename $folder).json" 2>/dev/null || true
    done
fi
