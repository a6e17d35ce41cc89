#!/usr/bin/env bash
# The HTML report of many files: its size, the time to write it, the time to open it in Chromium. The report is made from that of the
# fixtures (or from REPORT.json), its files again and again in other directories with other digests. Needs python3, node, Chromium and
# `npm ci --prefix tests/browser`.
# usage: scripts/bench-html.sh [COUNT [REPORT.json]]     (default: 5000)     BADSIG=PROGRAM names a program that is built already
set -euo pipefail
cd "$(dirname "$0")/.."
count=${1:-5000}
dir=${CARGO_TARGET_DIR:-target}/bench
mkdir -p "$dir"
badsig=${BADSIG:-}
if [ -z "$badsig" ]; then
    cargo build --release --locked --quiet -p badsig-cli
    badsig=${CARGO_TARGET_DIR:-target}/release/badsig
fi
judge=(--no-progress --at 2026-11-21 --add-root tests/recipes/pki/test-root.pem)
small=${2:-}
if [ -z "$small" ]; then
    small=$dir/fixtures.json
    "$badsig" check "${judge[@]}" --output json="$small" fixtures >/dev/null || true
fi
scripts/make-large-report.py "$small" "$count" "$dir/large.json"

# Whole commands, reading the report included.
timed() { { TIMEFORMAT='%R s, processor %U s'; time "$badsig" "$@" "$dir/large.json" >/dev/null || true; } 2>&1; }
echo "report render, $count files, lines of JSON: $(timed report render --format jsonl)"
echo "report render, $count files, HTML:          $(timed report render --format jsonl --output html="$dir/large.html")"
echo "judge, $count files, HTML:                  $(timed judge "${judge[@]}" --format jsonl --output html="$dir/large.html")"
echo "size: $(stat -c %s "$dir/large.html") bytes"
echo "opened, milliseconds: $(node tests/browser/open.mjs "$dir/large.html")"
