# shellcheck shell=bash
# What both steps of the action use. Read by `source`; inputs come through the environment only.

# Says why the step fails. Inputs are shown with %q, so that none can start a workflow command.
refuse() {
    printf '::error title=badsig::%s\n' "$1"
    exit 2
}

shown() {
    local text
    printf -v text '%q' "$1"
    text=${text//%/%25}
    printf '%s' "${text//::/:%3A}"
}

# A path as programs of the runner's system know it: with a drive letter on Windows, where bash has names of its own.
native() {
    if [ "${RUNNER_OS:-}" = Windows ] && command -v cygpath >/dev/null; then cygpath -m -- "$1"; else printf '%s\n' "$1"; fi
}

# A new directory for what a step leaves behind.
work_directory() {
    mktemp -d "$(native "${RUNNER_TEMP:?}")/$1-XXXXXX"
}

# Refuses a value that is none of the following words.
one_of() {
    local name=$1 value=$2 word
    shift 2
    for word in "$@"; do
        [ "$value" = "$word" ] && return
    done
    refuse "input $name: $(shown "$value") is none of: $*"
}

# Refuses a value of more than one line.
one_line() {
    case $2 in
    *$'\n'* | *$'\r'*) refuse "input $1: $(shown "$2") has more than one line" ;;
    esac
}

# Writes an output of the step; a value cannot end it early.
output() {
    local end="end-$RANDOM$RANDOM$RANDOM"
    printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"$GITHUB_OUTPUT"
}
