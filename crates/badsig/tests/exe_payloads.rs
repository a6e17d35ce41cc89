//! Members of installers: the same as independent extractors find (`manifest.json` of the real installers beside the
//! repository), and an answer within bounds to every damaged one.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;
mod members;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use badsig::payload::KINDS;
use badsig::subject::ByteSource;
use common::repository;
use members::{Found, look_inside};
use serde_json::Value;

fn installers() -> Option<PathBuf> {
    let directory = repository().join("../shared/installers");
    if directory.is_dir() {
        return Some(directory);
    }
    println!("skipped: there are no real installers beside the repository");
    None
}

/// The programs of the manifest that carry something.
fn programs(directory: &std::path::Path) -> Vec<(PathBuf, Value)> {
    let manifest = std::fs::read_to_string(directory.join("manifest.json")).unwrap();
    let entries: Vec<Value> = serde_json::from_str(&manifest).unwrap();
    let of_programs = entries.into_iter().filter(|entry| entry["detected"]["magic"] == "pe");
    of_programs.map(|entry| (directory.join(entry["path"].as_str().unwrap()), entry)).collect()
}

/// Digests that extractors found for members (nested ones too) of the types that can be signed.
fn expected(entry: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for tool in entry["tools"].as_object().unwrap().values() {
        if let Some(members) = tool["members"].as_array() {
            members.iter().for_each(|member| add_expected(member, &mut found));
        }
    }
    found
}

fn add_expected(member: &Value, found: &mut BTreeSet<(String, String)>) {
    if let (Some(sha256), Some(_)) = (member["sha256"].as_str(), member["type"].as_str()) {
        found.insert((sha256.to_owned(), member["name"].as_str().unwrap_or("?").to_owned()));
    }
    // Members of Windows Installer databases are the business of their own kind.
    let database = matches!(member["type"].as_str(), Some("msi" | "msp"));
    if database && !KINDS.iter().any(|kind| kind.name == "msi") {
        return;
    }
    for tool in member["nested"].as_object().into_iter().flat_map(|nested| nested.values()) {
        let members = tool["members"].as_array().or_else(|| tool.as_array());
        members.into_iter().flatten().for_each(|member| add_expected(member, found));
    }
}

/// Members that extractors list and that are not to be found, and why.
const MISSES: &[(&str, &str)] = &[(
    "cda042c4bbec6fee54ecbf9a9f66f1795ccff4d65a4efb3c187f3fb4fe998584",
    "Uninstall.exe of winpcap_installer_win9x.exe is not in the installer: NSIS writes it when it runs, from the program \
     itself, changed icons and the data of the uninstaller; 7-Zip imitates that",
)];

#[test]
fn members_of_real_installers_are_those_that_extractors_find() {
    let Some(directory) = installers() else { return };
    let (mut wanted, mut missed) = (0, Vec::new());
    for (path, entry) in programs(&directory) {
        let inside = look_inside(&path, true);
        let digests: BTreeSet<&str> = inside.iter().filter_map(|found| found.sha256.as_deref()).collect();
        let expected = expected(&entry);
        let absent: Vec<&(String, String)> =
            expected.iter().filter(|(digest, _)| !digests.contains(digest.as_str())).collect();
        println!(
            "{} ({}): {} members, {} expected, {} absent",
            entry["name"].as_str().unwrap(),
            entry["kind"].as_str().unwrap(),
            inside.len(),
            expected.len(),
            absent.len()
        );
        inside
            .iter()
            .filter_map(|found| found.problem.as_ref().map(|problem| (&found.path, problem)))
            .for_each(|(path, problem)| println!("    {path}: {problem}"));
        wanted += expected.len();
        for (digest, name) in absent {
            println!("    absent: {name} {digest}");
            if !MISSES.iter().any(|(known, _)| *known == digest) {
                missed.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(missed.is_empty(), "of {wanted}: {missed:#?}");
    assert!(MISSES.len() * 50 <= wanted, "more than 2 % of {wanted} are missed");
}

/// xorshift64*: the same sequence everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

fn survives(bytes: Vec<u8>, what: &str) {
    let start = Instant::now();
    let source: Arc<dyn ByteSource> = Arc::new(bytes);
    let found: Vec<Found> = members::look_into(&source, false);
    assert!(start.elapsed() < Duration::from_secs(20), "{what} took {:?}", start.elapsed());
    assert!(found.len() <= members::MEMBERS, "{what} has {} members", found.len());
}

/// Small enough to be opened a few hundred times.
const DAMAGED: u64 = 700_000;

#[test]
fn cut_installers_get_an_answer() {
    let Some(directory) = installers() else { return };
    for (path, _) in programs(&directory) {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.size() > DAMAGED {
            continue;
        }
        for part in (1..64).step_by(3) {
            survives(
                bytes[..bytes.len() * part / 64].to_vec(),
                &format!("{} cut at {part}/64", path.display()),
            );
        }
    }
}

#[test]
fn damaged_installers_get_an_answer() {
    let Some(directory) = installers() else { return };
    let rounds = std::env::var("BADSIG_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut random = Random(0x0bad_5165);
    for (path, _) in programs(&directory) {
        let original = std::fs::read(&path).unwrap();
        if original.size() > DAMAGED {
            continue;
        }
        for round in 0..rounds {
            let mut bytes = original.clone();
            for _ in 0..=random.below(8) {
                let at = random.below(bytes.len() - 4);
                match random.below(3) {
                    0 => bytes[at] ^= u8::try_from(random.below(255) + 1).unwrap(),
                    // A length or offset field becomes extreme.
                    1 => bytes[at..at + 4].copy_from_slice(
                        &[[0xff; 4], [0; 4], [0xff, 0xff, 0xff, 0x7f], [1, 0, 0, 0]][random.below(4)],
                    ),
                    _ => bytes[at..].iter_mut().take(64).for_each(|byte| *byte = 0),
                }
            }
            survives(bytes, &format!("{}, round {round}", path.display()));
        }
    }
}
