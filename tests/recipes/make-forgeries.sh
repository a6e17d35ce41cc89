#!/bin/bash
# Makes the forgeries, with their certificates and FORGERIES.toml, into OUTDIR from the committed fixtures and TEST PKI.
# Usage: tests/recipes/make-forgeries.sh OUTDIR        (tests/forgeries holds what was made once)
# Needs: osslsigncode 2.9, openssl 3.0, faketime, python 3.11. Keys made on the way are thrown away, so bytes differ from
# run to run.
set -euo pipefail
out=$(readlink -m "${1:?usage: make-forgeries.sh OUTDIR}")
export TZ=UTC LC_ALL=C PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/make_forgeries.py" "$out"
