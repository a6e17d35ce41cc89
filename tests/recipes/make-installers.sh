#!/bin/bash
# Makes installers that carry a signed, an unsigned and a tampered program, each by a maker that is not badsig. Not committed:
# the tests make them on demand.
# Usage: tests/recipes/make-installers.sh OUTDIR [--small]
# Needs: makensis, 7z, gcab, mingw-w64 (x86_64), osslsigncode 2.9, python 3.11.
set -euo pipefail
out=$(readlink -m "${1:?usage: make-installers.sh OUTDIR [--small]}")
export TZ=UTC LC_ALL=C SOURCE_DATE_EPOCH=1577836800 PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/make_installers.py" "$out" "${@:2}"
