//! `docs/checks.md` is made from the list of checks. `BADSIG_BLESS=1 cargo test --test checks_page` writes it.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::fmt::Write as _;
use std::path::Path;

use badsig::check::{CHECKS, Check, Level, all_checks};
use badsig::target::TARGETS;
use badsig::updates::CATALOG_CHECKS;

const INTRODUCTION: &str = "\
<!-- Made from crates/badsig/src/check by the test checks_page; do not edit by hand. -->
# Checks

A check is one rule. What it finds has a level, which may differ from target to target:

- `block`: the target is predicted to refuse the file. The file is *blocked*.
- `warn`: worth mending; does not block. A file that could not be read completely is *undecided* beside it.
- `note`: worth knowing.

`badsig explain <id>` prints the same texts.
";

#[test]
fn the_page_fits_the_checks() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks.md");
    let page = page();
    if std::env::var_os("BADSIG_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "docs/checks.md is out of date: BADSIG_BLESS=1 cargo test --test checks_page");
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(&format!("\n{TABLE}"));
    for check in CHECKS {
        row(check, &mut page);
    }
    page.push_str(&format!("\n## Update catalogs\n\n{TABLE}"));
    for check in CATALOG_CHECKS {
        row(check, &mut page);
    }
    for check in all_checks() {
        page.push_str(&section(check));
    }
    page
}

const TABLE: &str = "| check | finds | default level |\n|---|---|---|\n";

fn row(check: &Check, page: &mut String) {
    let levels: Vec<String> =
        [Level::Block, Level::Warn, Level::Note].iter().filter_map(|level| targets(check, *level)).collect();
    writeln!(page, "| [{0}](#{0}) | {1} | {2} |", check.id, check.title, levels.join("; ")).unwrap();
}

/// `block` when all targets have the level, `block: windows-hardened` when some have.
fn targets(check: &Check, level: Level) -> Option<String> {
    let named = TARGETS.iter().filter(|target| (check.level)(**target) == level);
    let names: Vec<&str> = named.map(|target| target.name()).collect();
    match names.len() {
        0 => None,
        all if all == TARGETS.len() => Some(word(level).to_owned()),
        _ => Some(format!("{}: {}", word(level), names.join(", "))),
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warn => "warn",
        Level::Block => "block",
    }
}

fn section(check: &Check) -> String {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name()).collect();
    let levels: Vec<&str> = TARGETS.iter().map(|target| word((check.level)(*target))).collect();
    let line = vec!["---"; names.len()].join("|");
    format!(
        "\n## {}\n\n| {} |\n|{line}|\n| {} |\n\n**{}.** {}\n\nCauses:\n\n{}\nWhat to do:\n\n{}",
        check.id,
        names.join(" | "),
        levels.join(" | "),
        capital(check.title),
        check.meaning,
        list(check.causes),
        list(check.fix)
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn list(items: &[&str]) -> String {
    items.iter().map(|item| format!("- {item}\n")).collect()
}
