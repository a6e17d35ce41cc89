#!/usr/bin/env bash
# How the cost of `badsig check` grows with bytes, files, members, signatures and depth: processor time (the least of several runs, which
# other work on the machine disturbs least) and peak memory.
# Needs osslsigncode, python3, GNU time; files are made once in DIR (about 2 GiB).
# Usage: scripts/bench-growth.sh [DIR]      (default: target/growth)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bench-common.sh "${1:-target/growth}"

for mebibytes in 64 128 256 512 1024; do
    [ -s "$dir/$mebibytes.exe" ] && continue
    { cat fixtures/exe/unsigned.exe; head -c "${mebibytes}M" /dev/urandom; } >"$dir/unsigned.exe"
    sign "$dir/unsigned.exe" "$dir/$mebibytes.exe"
    rm "$dir/unsigned.exe"
done
[ -d "$dir/files" ] || scripts/make-many-files.py 8000 "$dir/files"
# A thousand programs, all different, with the same number of signatures, the second one and so on nested in the first.
for count in 1 2 4 8 16; do
    [ -d "$dir/signatures-$count" ] && continue
    sign fixtures/exe/unsigned.exe "$dir/signed.exe.1"
    for number in $(seq 2 "$count"); do
        sign "$dir/signed.exe.$((number - 1))" "$dir/signed.exe.$number" -nest
    done
    scripts/make-many-files.py 1000 "$dir/signatures-$count" "$dir/signed.exe.$count"
    rm -f "$dir"/signed.exe.*
done
# A program of 64 MiB in so many archives, one in the other. What does not get smaller is stored.
python3 - "$dir" <<'END'
import pathlib, sys, zipfile
directory = pathlib.Path(sys.argv[1])
inner = directory / "64.exe"
for depth in range(1, 9):
    outer = directory / f"depth-{depth}.zip"
    if not outer.exists():
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_STORED) as archive:
            archive.write(inner, inner.name)
    inner = outer
# So many of the small programs in one archive.
programs = sorted((directory / "files").rglob("*.exe"))
for count in (1000, 2000, 4000, 8000):
    outer = directory / f"members-{count}.zip"
    if not outer.exists():
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            for program in programs[:count]:
                archive.write(program, program.name)
END

row() {
    for _ in $(seq "$runs"); do
        command time -q -f '%U %S %M' "${judge[@]}" -q "${@:2}" 2>&1 >/dev/null | tail -n 1 || true
    done | awk -v title="$1" '{ t = $1 + $2; if (NR == 1 || t < least) least = t; if ($3 > most) most = $3 }
        END { printf "%-48s %7.2f s  %8d KiB\n", title, least, most }'
}
echo "least of $runs runs, $(date -u +%F)"
for mebibytes in 64 128 256 512 1024; do row "a program of $mebibytes MiB" --depth 0 "$dir/$mebibytes.exe"; done
few=()
for thousand in 1 2 4 8; do
    mapfile -t few < <(find "$dir/files" -mindepth 1 -maxdepth 1 | sort | head -n "$thousand")
    row "$thousand,000 small programs" "${few[@]}"
done
for thousand in 1 2 4 8; do row "$thousand,000 small programs in a ZIP archive" "$dir/members-${thousand}000.zip"; done
for count in 1 2 4 8 16; do row "1,000 small programs of $count signatures" "$dir/signatures-$count"; done
row "64 MiB in no archive" --depth 8 "$dir/64.exe"
for depth in 1 2 4 8; do row "64 MiB in $depth archives, one in the other" --depth 8 "$dir/depth-$depth.zip"; done
