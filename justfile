# Commands for contributors; `just` lists them.

default:
    @just --list

# What CI does on one Linux machine
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

# Write everything that tests compare with and that is generated anew: check ids and pages, vendor catalog, transcripts, snapshots
bless:
    BADSIG_BLESS=1 cargo test -p badsig --all-features --test checks --test checks_page --test vendor_catalog
    BADSIG_BLESS=1 cargo test -p badsig-cli --test docs
    INSTA_UPDATE=always cargo test -p badsig-cli --test terminal_text --test targets

# Write the places that no signature covers anew, from every byte (slow)
bless-uncovered:
    BADSIG_BLESS=1 cargo test -p badsig --all-features --test mutation

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
