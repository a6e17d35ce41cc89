//! `docs/checks.md`, a page for each check below `docs/checks`, and their place in the contents of the user guide are made
//! from the list of checks. `BADSIG_BLESS=1 cargo test -p badsig --test checks_page` writes them.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use badsig::check::CATALOG_CHECKS;
use badsig::check::{CHECKS, Check, Level, all_checks};
use badsig::target::TARGETS;

const MADE: &str =
    "<!-- Made from crates/badsig/src/check by the test checks_page; do not edit by hand. -->\n";

const INTRODUCTION: &str = "\
# Checks

A check is one rule. What it finds has a level, which may differ from target to target:

- `block`: the target is predicted to refuse the file. The file is *blocked*.
- `warn`: worth mending; does not block. A file that could not be read completely is *undecided* beside it.
- `note`: worth knowing.

Each has a page of its own; `badsig explain <id>` prints the same texts.
";

#[test]
fn the_pages_fit_the_checks() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut pages: BTreeMap<PathBuf, String> = BTreeMap::new();
    pages.insert(docs.join("checks.md"), index());
    pages.extend(all_checks().map(|check| (docs.join(format!("checks/{}.md", check.id)), page(check))));
    let summary = docs.join("SUMMARY.md");
    let contents = contents(&read(&summary));
    pages.insert(summary, contents);
    if std::env::var_os("BADSIG_BLESS").is_some() {
        let _ = fs::remove_dir_all(docs.join("checks"));
        fs::create_dir_all(docs.join("checks")).unwrap();
        pages.iter().for_each(|(path, page)| fs::write(path, page).unwrap());
    }
    for (path, page) in &pages {
        let current = read(path) == *page;
        assert!(
            current,
            "{} is out of date: BADSIG_BLESS=1 cargo test -p badsig --test checks_page",
            path.display()
        );
    }
    let there = fs::read_dir(docs.join("checks")).unwrap().map(|entry| entry.unwrap().path());
    let stale: Vec<PathBuf> = there.filter(|path| !pages.contains_key(path)).collect();
    assert!(stale.is_empty(), "pages of checks that are gone: {stale:?}");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

fn index() -> String {
    let mut page = format!("{MADE}{INTRODUCTION}\n{TABLE}");
    for check in CHECKS {
        row(check, &mut page);
    }
    page.push_str(&format!("\n## Update catalogs\n\n{TABLE}"));
    for check in CATALOG_CHECKS {
        row(check, &mut page);
    }
    page
}

/// The contents of the user guide with every check below their index.
fn contents(old: &str) -> String {
    let mut contents = String::new();
    for line in old.lines().filter(|line| !line.contains("](checks/")) {
        contents.push_str(line);
        contents.push('\n');
        if line.ends_with("](checks.md)") {
            for check in all_checks() {
                writeln!(contents, "  - [{0}](checks/{0}.md)", check.id).unwrap();
            }
        }
    }
    contents
}

const TABLE: &str = "| check | finds | default level |\n|---|---|---|\n";

fn row(check: &Check, page: &mut String) {
    let levels: Vec<String> =
        [Level::Block, Level::Warn, Level::Note].iter().filter_map(|level| targets(check, *level)).collect();
    writeln!(page, "| [{0}](checks/{0}.md) | {1} | {2} |", check.id, check.title, levels.join("; ")).unwrap();
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

fn page(check: &Check) -> String {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name()).collect();
    let levels: Vec<&str> = TARGETS.iter().map(|target| word((check.level)(*target))).collect();
    let line = vec!["---"; names.len()].join("|");
    format!(
        "{MADE}# {id}: {}\n\n{}\n\n| {} |\n|{line}|\n| {} |\n{}{}\nIn the terminal: `badsig explain {id}`. [All checks](../checks.md)\n",
        check.title,
        check.meaning,
        names.join(" | "),
        levels.join(" | "),
        list("Causes", check.causes),
        list("What to do", check.fix),
        id = check.id,
    )
}

fn list(title: &str, items: &[&str]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items: String = items.iter().map(|item| format!("- {item}\n")).collect();
    format!("\n## {title}\n\n{items}")
}
