#!/bin/bash
# Makes every fixture and its MANIFEST.toml into OUTDIR from the committed TEST PKI.
# Usage: tests/recipes/make.sh OUTDIR
# Needs: osslsigncode 2.9, openssl 3.0, mingw-w64 (x86_64), wixl and msibuild (msitools), gcab, makensis, faketime, python 3.11.
# RFC 3161 stamps carry random serial numbers, ECDSA and PSS signatures are random: those bytes differ from run to run.
set -euo pipefail
out=$(readlink -m "${1:?usage: make.sh OUTDIR}")
export TZ=UTC LC_ALL=C SOURCE_DATE_EPOCH=1577836800 PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/make.py" "$out"
