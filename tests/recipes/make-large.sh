#!/bin/bash
# Makes the compound files that are too large to commit: a DIFAT of one sector and of two (512-byte sectors).
# Usage: tests/recipes/make-large.sh OUTDIR
set -euo pipefail
out=$(readlink -m "${1:?usage: make-large.sh OUTDIR}")
export TZ=UTC LC_ALL=C SOURCE_DATE_EPOCH=1577836800 PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/make.py" --large "$out"
