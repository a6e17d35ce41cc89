#!/usr/bin/env bash
# Wall time and peak memory of `badsig check` beside `openssl dgst -sha256`, `osslsigncode verify`
# and signify, on the same files in the same run. Needs openssl, osslsigncode, gcab, msitools, python3, GNU time, and
# `pip install signify` for its row; files are made once in DIR (about 7 GiB).
# Usage: scripts/bench.sh [DIR]      (default: target/bench)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bench-common.sh "${1:-target/bench}"

# content MIB: bytes that do not repeat within a block
content() {
    python3 -c 'import os, sys
block = os.urandom(1 << 20)
for index in range(int(sys.argv[1])):
    place = index % len(block)
    sys.stdout.buffer.write(block[place:] + block[:place])' "$1"
}
[ -s "$dir/1gib.exe" ] || {
    { cat fixtures/exe/unsigned.exe; content 1024; } >"$dir/unsigned.exe"
    sign "$dir/unsigned.exe" "$dir/1gib.exe"
    rm "$dir/unsigned.exe"
}
[ -s "$dir/1gib.cab" ] || {
    content 1024 >"$dir/content"
    (cd "$dir" && gcab -c -n unsigned.cab content)
    sign "$dir/unsigned.cab" "$dir/1gib.cab"
    rm "$dir/unsigned.cab" "$dir/content"
}
[ -s "$dir/1gib.msi" ] || {
    content 1024 >"$dir/content"
    msibuild "$dir/unsigned.msi" -s 'badsig TEST' 'badsig TEST' ';1033' '{00000000-0000-0000-0000-000000000001}'
    msibuild "$dir/unsigned.msi" -a content "$dir/content"
    sign "$dir/unsigned.msi" "$dir/1gib.msi"
    rm "$dir/unsigned.msi" "$dir/content"
}
# osslsigncode 2.9 does not sign files of more than 2 GiB, so this one is not signed: it is hashed all the same.
[ -s "$dir/3gib.exe" ] || { cat fixtures/exe/unsigned.exe; content 3072; } >"$dir/3gib.exe"
[ -d "$dir/small" ] || scripts/make-many-files.py 10000 "$dir/small"

# median SECONDS and largest KiB of several runs of a command; whatever it exits with
measure() {
    for _ in $(seq "$runs"); do
        command time -q -f '%e %M' "$@" 2>&1 >/dev/null | tail -n 1
    done | sort -n | awk '{ t[NR] = $1; if ($2 > m) m = $2 } END { printf "%7.2f s  %8d KiB", t[int((NR + 1) / 2)], m }'
}
row() { printf '%-44s %s\n' "$1" "$(measure "${@:2}")"; }

echo "median of $runs runs, $(nproc) cores, $(date -u +%F)"
for file in 1gib.exe 1gib.msi 1gib.cab 3gib.exe; do
    cat "$dir/$file" >/dev/null
    row "$file: openssl dgst -sha256" openssl dgst -sha256 "$dir/$file"
    row "$file: badsig check --depth 0" "${judge[@]}" --depth 0 "$dir/$file"
    row "$file: badsig check" "${judge[@]}" "$dir/$file"
    row "$file: osslsigncode verify" osslsigncode verify -CAfile $pki/test-root.pem -in "$dir/$file"
done
row "10,000 small signed files: badsig check" "${judge[@]}" -q "$dir/small"
row "the same on one core" taskset -c 0 "${judge[@]}" -q "$dir/small"
row "one small signed EXE: badsig check" "${judge[@]}" fixtures/exe/signed-stamped.exe
row "one small signed EXE: osslsigncode verify" osslsigncode verify -CAfile $pki/test-root.pem -in fixtures/exe/signed-stamped.exe
if [ -d ../shared/corpus/files ]; then
    row "257 real files: badsig check" "$badsig" check --no-progress ../shared/corpus/files
    "$badsig" check --no-progress --at 2026-11-21 ../shared/corpus/files --output json="$dir/corpus.json" >/dev/null || true
    row "257 real files: badsig judge, their report" "$badsig" judge --at 2026-11-21 "$dir/corpus.json"
    "$badsig" check --no-progress --depth 0 --at 2026-11-21 ../shared/corpus/files --output json="$dir/outer.json" >/dev/null || true
    row "the same without members (--depth 0)" "$badsig" judge --at 2026-11-21 "$dir/outer.json"
    if python3 -c 'import oscrypto' 2>/dev/null; then
        row "257 real files: signify in one process" python3 scripts/bench_signify.py ../shared/corpus/files
    fi
    row "257 real files: badsig check --depth 0" "$badsig" check --no-progress --depth 0 ../shared/corpus/files
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
