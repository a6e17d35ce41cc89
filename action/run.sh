#!/usr/bin/env bash
# Second step of the action: checks the inputs, runs badsig, shows what it found, sets the outputs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/common.sh
source "$here/common.sh"

one_of fail-on "$INPUT_FAIL_ON" undecided blocked never
one_of format "$INPUT_FORMAT" text json jsonl sarif junit markdown html csv github
one_of offline "$INPUT_OFFLINE" true false
one_of summary "$INPUT_SUMMARY" true false
one_of annotations "$INPUT_ANNOTATIONS" true false

arguments=(--no-progress --format "$INPUT_FORMAT")

# Adds an option for a value of one line, when there is one.
option() {
    one_line "$1" "$2"
    if [ -n "$2" ]; then arguments+=("--$1" "$2"); fi
}

# The lines of a value that hold more than space, without the space around them.
lines() {
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        line="${line#"${line%%[![:space:]]*}"}"
        line="${line%"${line##*[![:space:]]}"}"
        if [ -n "$line" ]; then printf '%s\0' "$line"; fi
    done <<<"$1"
}

# How files are judged; reports that are merged say it themselves.
judging() {
    local target root
    while IFS= read -r -d '' target; do
        one_of target "$target" configmgr windows windows-hardened wsus patch-management
        arguments+=(--target "$target")
    done < <(lines "${INPUT_TARGET//,/$'\n'}")
    while IFS= read -r -d '' root; do arguments+=(--add-root "$root"); done < <(lines "$INPUT_ADD_ROOT")
    option config "$INPUT_CONFIG"
    option vendors "$INPUT_VENDORS"
    option approved-certificates "$INPUT_APPROVED_CERTIFICATES"
    option baseline "$INPUT_BASELINE"
    option at "$INPUT_AT"
    option roots "$INPUT_ROOTS"
    option shard "$INPUT_SHARD"
    if [ "$INPUT_OFFLINE" = false ]; then arguments+=(--revocation online); fi
}

# Reports say how their files were judged: whoever says it again would be passed over.
nothing_to_judge() {
    local name value
    while IFS='=' read -r name value; do
        if [ -n "${value//[[:space:]]/}" ]; then refuse "inputs merge and $name: reports were judged already; give $name where files are judged"; fi
    done <<END
add-root=${INPUT_ADD_ROOT//$'\n'/ }
config=${INPUT_CONFIG//$'\n'/ }
vendors=${INPUT_VENDORS//$'\n'/ }
approved-certificates=${INPUT_APPROVED_CERTIFICATES//$'\n'/ }
baseline=${INPUT_BASELINE//$'\n'/ }
at=${INPUT_AT//$'\n'/ }
roots=${INPUT_ROOTS//$'\n'/ }
shard=${INPUT_SHARD//$'\n'/ }
END
    # These two have defaults.
    if [ "${INPUT_TARGET//[[:space:]]/}" != configmgr ]; then refuse "inputs merge and target: reports were judged already"; fi
    if [ "$INPUT_OFFLINE" = false ]; then refuse "inputs merge and offline: reports were judged already"; fi
}

paths=()
while IFS= read -r -d '' path; do paths+=("$path"); done < <(lines "$INPUT_PATHS")
reports=()
while IFS= read -r -d '' report; do reports+=("$report"); done < <(lines "$INPUT_MERGE")
if [ ${#reports[@]} -eq 0 ]; then
    command=(check)
    judging
elif [ ${#paths[@]} -eq 0 ]; then
    command=(report merge)
    paths=("${reports[@]}")
    nothing_to_judge
else
    refuse "inputs paths and merge: give one of them"
fi

one_line working-directory "$INPUT_WORKING_DIRECTORY"
cd -- "$INPUT_WORKING_DIRECTORY" || refuse "input working-directory: $(shown "$INPUT_WORKING_DIRECTORY") is no directory"

# GitHub knows files by their paths from the top of the repository, wherever paths start.
top=$(native "$(cd -- "${GITHUB_WORKSPACE:-.}" 2>/dev/null && pwd -P || pwd -P)")
case $(native "$(pwd -P)")/ in
"$top"/*) arguments+=(--repository "$top") ;;
esac

results=$(work_directory badsig-report)
arguments+=(--output "json=$results/report.json" --output "markdown=$results/summary.md" --output "github=$results/annotations")

# Adds an output file, named from the directory that paths start from.
file() {
    one_line "$2" "$3"
    if [ -n "$3" ]; then arguments+=(--output "$1=$3"); fi
}
file sarif sarif-file "$INPUT_SARIF_FILE"
file html html-file "$INPUT_HTML_FILE"
file junit junit-file "$INPUT_JUNIT_FILE"

# Nothing that badsig prints is a workflow command, whatever it is asked to print.
token="badsig-$RANDOM$RANDOM$RANDOM$RANDOM"
echo "::stop-commands::$token"
code=0
"$BADSIG_PROGRAM" "${command[@]}" "${arguments[@]}" -- ${paths[@]+"${paths[@]}"} || code=$?
printf '\n::%s::\n' "$token"
output exit-code "$code"

absolute() {
    case $1 in
    "") ;;
    /* | [A-Za-z]:*) printf '%s' "$1" ;;
    *) native "$PWD/$1" ;;
    esac
}

# The head of the report, which badsig writes in lines of its own, before any text from files.
number() {
    sed -n "/^  \"files\"/q; s/^    \"$1\": \([0-9]*\),\{0,1\}\$/\1/p" "$results/report.json" | head -n 1
}
if [ -f "$results/report.json" ]; then
    output verdict "$(sed -n 's/^  "verdict": "\([a-z]*\)",$/\1/p' "$results/report.json" | head -n 1)"
    output blocked-count "$(number blocked)"
    output undecided-count "$(number undecided)"
    output report-json "$results/report.json"
    output sarif-file "$(absolute "$INPUT_SARIF_FILE")"
    output html-file "$(absolute "$INPUT_HTML_FILE")"
    if [ "$INPUT_SUMMARY" = true ]; then cat "$results/summary.md" >>"$GITHUB_STEP_SUMMARY"; fi
    if [ "$INPUT_ANNOTATIONS" = true ]; then cat "$results/annotations"; fi
fi

case $INPUT_FAIL_ON/$code in
*/0 | blocked/20 | never/10 | never/20) ;;
*) exit "$code" ;;
esac
