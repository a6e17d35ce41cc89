#!/usr/bin/env bash
# Wall time and peak memory of `badsig check` beside `openssl dgst -sha256` and `osslsigncode verify`, on the same
# files in the same run. Needs openssl, osslsigncode, python3, GNU time; files are made once in DIR (about 2.1 GiB).
# Usage: scripts/bench.sh [DIR]      (default: target/bench)
set -euo pipefail
cd "$(dirname "$0")/.."
dir=${1:-target/bench}
pki=tests/recipes/pki
runs=${RUNS:-5}
mkdir -p "$dir"
cargo build --release --locked --quiet
badsig=target/release/badsig

if [ ! -s "$dir/1gib.exe" ]; then
    python3 - "$dir/unsigned.exe" <<'P'
import os, sys
with open(sys.argv[1], "wb") as out:
    out.write(open("fixtures/exe/unsigned.exe", "rb").read())
    block = os.urandom(1 << 20)
    for index in range(1024):
        out.write(block[index:] + block[:index])
P
    osslsigncode sign -certs $pki/test-publisher.pem -key $pki/TEST-publisher.key -ac $pki/test-code-signing-ca.pem \
        -h sha256 -in "$dir/unsigned.exe" -out "$dir/1gib.exe" >/dev/null
    rm "$dir/unsigned.exe"
fi
cat "$dir/1gib.exe" >/dev/null

# median SECONDS and largest KiB of several runs of a command; whatever it exits with
measure() {
    for _ in $(seq "$runs"); do
        command time -q -f '%e %M' "$@" 2>&1 >/dev/null | tail -n 1
    done | sort -n | awk '{ t[NR] = $1; if ($2 > m) m = $2 } END { printf "%7.2f s  %8d KiB", t[int((NR + 1) / 2)], m }'
}
row() { printf '%-44s %s\n' "$1" "$(measure "${@:2}")"; }

judge=("$badsig" check --no-progress --at 2026-11-21 --add-root "$pki/test-root.pem")
echo "median of $runs runs, $(nproc) cores, $(date -u +%F)"
row "1 GiB signed EXE: openssl dgst -sha256" openssl dgst -sha256 "$dir/1gib.exe"
row "1 GiB signed EXE: badsig check" "${judge[@]}" "$dir/1gib.exe"
row "1 GiB signed EXE: osslsigncode verify" osslsigncode verify -CAfile $pki/test-root.pem -in "$dir/1gib.exe"
row "one small signed EXE: badsig check" "${judge[@]}" fixtures/exe/signed-stamped.exe
row "one small signed EXE: osslsigncode verify" osslsigncode verify -CAfile $pki/test-root.pem -in fixtures/exe/signed-stamped.exe
if [ -d ../shared/corpus/files ]; then
    row "257 real files: badsig check" "$badsig" check --no-progress ../shared/corpus/files
    "$badsig" check --no-progress --at 2026-11-21 ../shared/corpus/files --output json="$dir/corpus.json" >/dev/null || true
    row "257 real files: badsig judge, their report" "$badsig" judge --at 2026-11-21 "$dir/corpus.json"
    "$badsig" check --no-progress --depth 0 --at 2026-11-21 ../shared/corpus/files --output json="$dir/outer.json" >/dev/null || true
    row "the same without members (--depth 0)" "$badsig" judge --at 2026-11-21 "$dir/outer.json"
    # shellcheck disable=SC2016 # the inner shell expands it
    row "257 real files: osslsigncode in a loop" bash -c 'for f in ../shared/corpus/files/*; do osslsigncode verify -in "$f"; done'
fi
# Looking inside: needs gcab, cabextract, msitools, 7z. The packer of LZX is slow: some minutes the first time.
if command -v gcab >/dev/null && command -v msibuild >/dev/null; then
    if [ ! -s "$dir/large.msi" ]; then
        cargo build --release --locked --quiet -p badsig --example lzx_cabinet
        scripts/make-payloads.py "$dir" target/release/examples/lzx_cabinet
    fi
    row "3,000 files in MSZIP: cabextract -p" cabextract -q -p "$dir/many.cab"
    row "3,000 files in MSZIP: cabextract -t" cabextract -q -t "$dir/many.cab"
    row "3,000 files in MSZIP: badsig check" "${judge[@]}" "$dir/many.cab"
    row "600 MB package, LZX: 7z t" 7z t "$dir/large.msi"
    row "600 MB package, LZX: msiextract" msiextract -C "$dir/extracted" "$dir/large.msi"
    row "600 MB package, LZX: badsig check" "${judge[@]}" "$dir/large.msi"
    row "600 MB package, LZX: badsig check --depth 0" "${judge[@]}" --depth 0 "$dir/large.msi"
    rm -rf "$dir/extracted"
fi
if command -v hyperfine >/dev/null && [ -f "$dir/corpus.json" ]; then
    hyperfine -N -i -w 3 "$badsig judge --at 2026-11-21 $dir/outer.json" "$badsig judge --at 2026-11-21 $dir/corpus.json" "$badsig judge --at 2026-11-21 --format json $dir/corpus.json"
fi
