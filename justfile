# Commands for contributors; `just` lists them.

default:
    @just --list

# Everything that the gate does
gate:
    .ci/run

# Format, lints
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

# All tests
test:
    cargo fetch --locked
    cargo test --workspace --locked

# Write transcripts, snapshots and the page of checks anew
bless:
    BADSIG_BLESS=1 cargo test -p badsig --test checks_page
    BADSIG_BLESS=1 cargo test -p badsig-cli --test docs
    INSTA_UPDATE=always cargo test -p badsig-cli --test terminal_text

# zizmor, actionlint, shellcheck
lint-workflows:
    scripts/lint-workflows.sh

# The program in an empty root, as in the container image
test-static:
    scripts/test-static.sh

# Size, time to write and time to open of an HTML report of 5,000 files
bench-html:
    scripts/bench-html.sh

# A release archive
dist target:
    scripts/dist.sh {{ target }}

# The user guide, with its links (needs mdbook: cargo install mdbook --version 0.5.4 --locked)
book:
    mdbook build docs
    scripts/check-guide.py docs/book
