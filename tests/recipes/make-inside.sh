#!/bin/bash
# Makes the containers of fixtures/inside and their MANIFEST.toml into OUTDIR, each around a signed, an unsigned and a tampered
# program of fixtures/exe.
# Usage: tests/recipes/make-inside.sh OUTDIR
# Needs: gcab, wixl and msibuild (msitools), makensis, 7z, mingw-w64 (x86_64), osslsigncode 2.9, openssl 3.0, faketime, python 3.11.
set -euo pipefail
out=$(readlink -m "${1:?usage: make-inside.sh OUTDIR}")
export TZ=UTC LC_ALL=C SOURCE_DATE_EPOCH=1577836800 PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/make_inside.py" "$out"
