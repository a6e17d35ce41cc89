#!/usr/bin/env bash
# Fuzzes the readers with libFuzzer, two targets at a time, and prints a table: time, executions, coverage, crashes.
# Usage: scripts/fuzz.sh SECONDS [TARGET...]      (default: all targets of fuzz/fuzz_targets)
# Needs a nightly compiler and cargo-fuzz. Seeds are the fixtures, and real files beside the repository when there are any.
# What crashes stays in fuzz/artifacts/TARGET and belongs into fixtures/regressions/TARGET, where the tests run it again.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET...]}
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi
jobs=${JOBS:-2}
largest=${LARGEST_SEED:-262144}
corpus=fuzz/corpus
scripts/fuzz-seeds.sh

(cd fuzz && cargo +nightly fuzz build >&2)

run() {
    local target=$1 log longest
    # As long as the longest seed: a smaller limit would cut seeds off.
    longest=$(find "$corpus/$target" -type f -printf '%s\n' | sort -n | tail -n 1)
    log=$(mktemp)
    mkdir -p "fuzz/artifacts/$target"
    "fuzz/target/$(rustc -vV | sed -n 's/host: //p')/release/$target" "$corpus/$target" -max_total_time="$seconds" \
        -timeout=10 -rss_limit_mb=2048 -max_len="$((longest > largest ? longest : largest))" -print_final_stats=1 -artifact_prefix="fuzz/artifacts/$target/" \
        >"$log" 2>&1 || true
    awk -v target="$target" -v seconds="$seconds" -v crashes="$(find "fuzz/artifacts/$target" -type f | wc -l)" '
        match($0, /cov: [0-9]+/) { coverage = substr($0, RSTART + 5, RLENGTH - 5) }
        /number_of_executed_units/ { executions = $2 }
        /corp: [0-9]+/ { match($0, /corp: [0-9]+/); corpus = substr($0, RSTART + 6, RLENGTH - 6) }
        END { printf "| %s | %d | %d | %d | %d | %d |\n", target, seconds, executions, coverage, corpus, crashes }' "$log"
    rm -f "$log"
}
export -f run
export seconds corpus largest
echo "| target | seconds | executions | edges covered | corpus | findings |"
echo "|---|---|---|---|---|---|"
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I{} bash -c 'run "$1"' _ {}
[ -z "$(find fuzz/artifacts -type f 2>/dev/null)" ]
