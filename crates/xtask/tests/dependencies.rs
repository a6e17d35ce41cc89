//! `docs/dependencies.md` against what cargo says: every direct dependency stands there with its features and a reason,
//! nothing else does, and the page knows what runs while badsig is built and what is in it twice.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use testkit::repository;

/// The systems that release archives are made for (`.github/workflows/release.yml`).
const TARGETS: [&str; 5] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
];

/// The crates whose direct dependencies the page lists, in one section each.
const LISTED: [&str; 3] = ["badsig", "badsig-cli", "badsig-fetch"];

fn page() -> String {
    std::fs::read_to_string(repository().join("docs/dependencies.md")).unwrap()
}

/// What cargo says without a network; `None` when it lacks the sources of a crate that this system does not need.
fn metadata(options: &[&str]) -> Option<Value> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(repository()).args(["metadata", "--locked", "--offline", "--format-version", "1"]);
    let output = command.args(options).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && said.contains("--offline") {
        testkit::skip_tool("the sources of all dependencies were not fetched (cargo fetch --locked)");
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// The part of the page under a heading that holds a text.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page.lines().find(|line| line.starts_with("## ") && line.contains(heading));
    let start = start.unwrap_or_else(|| panic!("docs/dependencies.md has no section {heading}"));
    let rest = page.split_once(start).unwrap().1;
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

/// The rows of the tables in a section, without their heads.
fn rows(section: &str) -> Vec<Vec<&str>> {
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// What stands between back quotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Features as the page writes them: `default` without quotes, then what is asked for by name.
fn features(dependency: &Value) -> String {
    let mut named: Vec<String> =
        list(&dependency["features"]).iter().map(|name| format!("`{}`", text(name))).collect();
    named.sort();
    if dependency["uses_default_features"].as_bool().unwrap() {
        named.insert(0, "default".to_owned());
    }
    if named.is_empty() { "none".to_owned() } else { named.join(", ") }
}

#[test]
fn every_direct_dependency_is_listed_with_features_and_reason() {
    let (page, metadata) = (page(), metadata(&["--no-deps"]).unwrap());
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        let dependencies = || {
            let all = list(&package["dependencies"]).iter();
            all.filter(|dependency| dependency["path"].is_null())
        };
        if !LISTED.contains(&name.as_str()) {
            // Tools of this repository: nothing that the product does not have too.
            let known = |dependency: &Value| page.contains(&format!("`{}`", text(&dependency["name"])));
            assert!(dependencies().all(known), "{name}");
            continue;
        }
        let section = section(&page, &format!("(`{name}`)"));
        let mut expected = BTreeMap::new();
        for dependency in dependencies().filter(|dependency| dependency["kind"].is_null()) {
            expected.insert(text(&dependency["name"]), features(dependency));
        }
        let mut listed = BTreeMap::new();
        for row in rows(section) {
            assert!(row.len() == 4 && !row[2].is_empty(), "{name}: no reason: {row:?}");
            for crate_name in quoted(row[0]) {
                let before = listed.insert(crate_name, row[1].to_owned());
                assert_eq!(before, None, "{name}: listed twice: {row:?}");
            }
        }
        assert_eq!(listed, expected, "{name}: the table of docs/dependencies.md");
        let tests = section.split_once("Only in tests").map_or("", |(_, rest)| rest);
        let tests: BTreeSet<String> = quoted(tests).into_iter().collect();
        for dependency in dependencies().filter(|dependency| dependency["kind"] == "dev") {
            let crate_name = text(&dependency["name"]);
            assert!(tests.contains(&crate_name), "{name}: {crate_name} is not named under \"Only in tests\"");
        }
    }
}

/// What is compiled into the released programs or runs while they are built.
#[derive(Default)]
struct Built {
    versions: BTreeMap<String, BTreeSet<String>>,
    macros: BTreeSet<String>,
    build_scripts: BTreeSet<String>,
}

fn built() -> Option<Built> {
    let mut built = Built::default();
    for target in TARGETS {
        let metadata = metadata(&["--all-features", "--filter-platform", target])?;
        let by_id = |list: &Value| -> BTreeMap<String, Value> {
            list.as_array().unwrap().iter().map(|entry| (text(&entry["id"]), entry.clone())).collect()
        };
        let (packages, nodes) = (by_id(&metadata["packages"]), by_id(&metadata["resolve"]["nodes"]));
        let program = packages.iter().find(|(_, package)| package["name"] == "badsig-cli").unwrap();
        let mut open = vec![program.0.clone()];
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            let not_for_tests =
                |dependency: &&Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
            let needed = list(&nodes[&id]["deps"]).iter().filter(not_for_tests);
            open.extend(needed.map(|dependency| text(&dependency["pkg"])));
            built.add(&packages[&id]);
        }
    }
    Some(built)
}

impl Built {
    fn add(&mut self, package: &Value) {
        let name = text(&package["name"]);
        let is = |kind: &str| list(&package["targets"]).iter().any(|target| target["kind"][0] == kind);
        if is("proc-macro") {
            self.macros.insert(name.clone());
        }
        if is("custom-build") {
            self.build_scripts.insert(name.clone());
        }
        self.versions.entry(name).or_default().insert(text(&package["version"]));
    }
}

#[test]
fn what_runs_while_badsig_is_built_and_what_is_there_twice_is_listed() {
    let Some(built) = built() else { return };
    let page = page();
    let first_cells = |heading: &str| -> BTreeSet<String> {
        rows(section(&page, heading)).iter().flat_map(|row| quoted(row[0])).collect()
    };
    assert_eq!(first_cells("Build scripts"), built.build_scripts, "build scripts");
    let named: BTreeSet<String> = quoted(section(&page, "Procedural macros")).into_iter().collect();
    assert_eq!(named, built.macros, "procedural macros");
    let twice = built.versions.into_iter().filter(|(_, versions)| versions.len() > 1);
    let twice: BTreeSet<String> = twice.map(|(name, _)| name).collect();
    assert_eq!(first_cells("There twice"), twice, "crates in more than one version");
}

#[test]
fn no_crate_of_ours_may_hold_unsafe_code() {
    let workspace = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("\n[workspace.lints.rust]\n"));
    assert!(workspace.contains("\nunsafe_code = \"forbid\"\n"));
    for package in list(&metadata(&["--no-deps"]).unwrap()["packages"]) {
        let manifest = std::fs::read_to_string(text(&package["manifest_path"])).unwrap();
        assert!(manifest.contains("\n[lints]\nworkspace = true"), "{}", package["name"]);
    }
}
