//! Members of real installers against what independent extractors found in them.
//!
//! The installers lie beside the repository (`../shared/installers`); without them the test says that it was
//! skipped. Every PE, Windows Installer and cabinet member that any extractor found is to be found with the same
//! SHA-256; what is not stands in `tests/exceptions.toml` with the reason.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use badsig::subject::{ByteSource, FileSource, Siblings};
use badsig::{Limits, Subject};
use serde_json::Value;

/// What is asked of all kinds together.
const SHARE_FOUND: f64 = 0.98;

/// Files whose names in the directory have their digest in front.
struct Renamed(BTreeMap<String, PathBuf>);

impl Siblings for Renamed {
    fn open(&self, name: &str) -> Option<Arc<dyn ByteSource>> {
        let path = self.0.get(&name.to_lowercase())?;
        Some(Arc::new(FileSource::open(path).unwrap()))
    }
}

/// The digests of all members that can be signed, nested ones included.
fn expected(tools: &Value, found: &mut BTreeMap<String, String>) {
    for tool in tools.as_object().into_iter().flat_map(|tools| tools.values()) {
        for member in tool["members"].as_array().into_iter().flatten() {
            if matches!(member["type"].as_str(), Some("pe" | "msi" | "msp" | "cab")) {
                let name = member["name"].as_str().unwrap_or_default().to_owned();
                found.insert(member["sha256"].as_str().unwrap_or_default().to_owned(), name);
            }
            expected(&member["nested"], found);
        }
    }
}

#[test]
fn members_are_those_that_extractors_find() {
    let directory = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/installers"));
    let Ok(manifest) = std::fs::read(directory.join("manifest.json")) else {
        println!("skipped: the installers are not beside the repository");
        return;
    };
    let entries: Vec<Value> = serde_json::from_slice(&manifest).unwrap();
    let path = |entry: &Value| directory.join(entry["path"].as_str().unwrap());
    let names = entries.iter().map(|entry| (entry["name"].as_str().unwrap().to_lowercase(), path(entry)));
    let siblings: Arc<dyn Siblings> = Arc::new(Renamed(names.collect()));
    let mut exceptions = exceptions();
    let (mut members, mut found, mut excepted) = (0, 0, 0);
    let mut failures = Vec::new();
    for entry in &entries {
        let file = path(entry);
        let subject = Subject::open(&file).unwrap().beside(Arc::clone(&siblings));
        let facts = badsig::inspect(&subject, &Limits::default());
        let own: BTreeSet<String> =
            facts.tree().filter_map(|member| member.sha256.as_ref().map(ToString::to_string)).collect();
        let mut wanted = BTreeMap::new();
        expected(&entry["tools"], &mut wanted);
        let missing: Vec<_> = wanted.iter().filter(|(hash, _)| !own.contains(*hash)).collect();
        members += wanted.len();
        found += wanted.len() - missing.len();
        let id = file.file_name().unwrap().to_string_lossy().split("__").next().unwrap().to_owned();
        let excuse = exceptions.remove(&id);
        match (excuse, missing.is_empty()) {
            (Some(_), true) => failures.push(format!("{id}: its exception no longer applies")),
            (Some(_), false) => excepted += missing.len(),
            (None, true) => {}
            (None, false) => failures.push(format!("{} ({}): {missing:?}", file.display(), entry["kind"])),
        }
    }
    failures.extend(exceptions.keys().map(|id| format!("exception {id} names no installer")));
    println!(
        "{} installers: {found} of {members} members found, {excepted} excepted with a reason",
        entries.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let share = f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(members).unwrap());
    assert!(share >= SHARE_FOUND, "{found} of {members} members are found");
}

/// Installers of which not every member is found, with the reason.
fn exceptions() -> BTreeMap<String, String> {
    let path = common::repository().join("tests/exceptions.toml");
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let installers = table.get("installers").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    installers.into_iter().map(|(id, reason)| (id, reason.as_str().unwrap().to_owned())).collect()
}
