//! What independent extractors find inside real installers and containers, the walk finds too: at least 98 % of the programs,
//! packages, patches and cabinets, with the same SHA-256. Every miss has its reason in `tests/data/installer-misses.toml`.
//!
//! The installers lie beside the repository (`../shared/installers`, whose `manifest.json` lists members, nested ones too, as
//! found by 7z, cabextract, msiextract, msiinfo, innoextract, unar, bsdtar, unzip and unshield). For the containers of
//! `../shared/corpus` cabextract, 7z and msiextract are run here. What is missing is said and skipped.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use badsig::subject::{ByteSource, FileSource, ReadError, Siblings};
use badsig::{Limits, Subject};
use serde_json::Value;
use sha2::{Digest, Sha256};
use testkit::beside;

/// Members of types that can be signed: digest, and where an extractor saw it.
type Members = BTreeMap<String, String>;

fn json(path: PathBuf) -> Vec<Value> {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Files by the names that they had; in the directory their digests stand in front.
struct Renamed(BTreeMap<String, PathBuf>);

impl Siblings for Renamed {
    fn open(&self, name: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError> {
        let Some(path) = self.0.get(&name.to_lowercase()) else { return Ok(None) };
        Ok(Some(Arc::new(FileSource::open(path)?)))
    }
}

/// The digests of all members that the walk finds.
fn found(path: &Path, name: &str, siblings: Option<&Arc<dyn Siblings>>) -> BTreeSet<String> {
    let mut subject = Subject::open(path).unwrap().named(name);
    if let Some(siblings) = siblings {
        subject = subject.beside(Arc::clone(siblings));
    }
    let mut limits = Limits::default();
    limits.depth = 6;
    let facts = badsig::inspect(&subject, &limits);
    facts
        .members
        .iter()
        .flat_map(|member| member.tree())
        .filter_map(|member| Some(member.sha256.as_ref()?.to_string()))
        .collect()
}

/// The members that any tool lists, nested ones included.
fn listed(tools: &Value, place: &str, members: &mut Members) {
    for (tool, found) in tools.as_object().into_iter().flatten() {
        let list = found["members"].as_array().or_else(|| found.as_array());
        for member in list.into_iter().flatten() {
            let name = format!("{place}!/{}", member["name"].as_str().unwrap_or("?"));
            if let (Some(sha256), Some("pe" | "msi" | "msp" | "cab")) =
                (member["sha256"].as_str(), member["type"].as_str())
            {
                members.entry(sha256.to_owned()).or_insert_with(|| format!("{name} ({tool})"));
            }
            listed(&member["nested"], &name, members);
        }
    }
}

/// A miss that is explained.
struct Miss {
    sha256: String,
    reason: String,
}

fn misses() -> Vec<Miss> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/installer-misses.toml");
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    let all = table["miss"].as_array().unwrap().iter();
    all.map(|miss| Miss { sha256: text(&miss["sha256"]), reason: text(&miss["reason"]) }).collect()
}

/// What was expected and found of all containers of a kind.
#[derive(Default)]
struct Score {
    expected: usize,
    refused: Vec<String>,
    missed: Vec<(String, String)>,
    kinds: BTreeMap<String, (usize, usize)>,
}

impl Score {
    fn add(&mut self, kind: &str, expected: &Members, found: &BTreeSet<String>) {
        let missed = expected.iter().filter(|(sha256, _)| !found.contains(*sha256));
        let missed: Vec<_> = missed.map(|(sha256, place)| (sha256.clone(), place.clone())).collect();
        let (all, here) = self.kinds.entry(kind.to_owned()).or_default();
        *all += expected.len();
        *here += expected.len() - missed.len();
        self.expected += expected.len();
        self.missed.extend(missed);
    }

    /// Prints the figure and compares the misses with their reasons: none without, no reason without a miss. `least` members
    /// are expected, or the tools did not do their part.
    fn check(&self, what: &str, least: usize, misses: &[Miss]) {
        assert!(self.expected >= least, "{what}: the tools found {} members only", self.expected);
        for (kind, (all, here)) in self.kinds.iter().filter(|(_, (all, _))| *all > 0) {
            println!("  {kind}: {here} of {all}");
        }
        let found = self.expected - self.missed.len();
        let share = found * 10_000 / self.expected;
        let share = format!("{}.{:02} %", share / 100, share % 100);
        println!("{what}: {found} of {} members found with the same SHA-256 ({share})", self.expected);
        let mut unexplained = Vec::new();
        for (sha256, place) in &self.missed {
            match misses.iter().find(|miss| miss.sha256 == *sha256) {
                Some(miss) => println!("  missed: {place}: {}", miss.reason),
                None => unexplained.push(format!("{place} {sha256}")),
            }
        }
        assert!(unexplained.is_empty(), "not found, and no reason is given: {unexplained:#?}");
        assert!(found * 100 >= self.expected * 98, "{share} of {} members were found", self.expected);
    }
}

fn stale(misses: &[Miss], scores: &[&Score]) {
    for miss in misses {
        let missed = scores.iter().flat_map(|score| &score.missed).any(|(sha256, _)| *sha256 == miss.sha256);
        assert!(missed, "{} is explained as a miss and is none: {}", miss.sha256, miss.reason);
    }
}

#[test]
fn members_are_those_that_independent_extractors_find() {
    let Some(directory) = beside("installers") else { return };
    let misses = misses();
    let entries = json(directory.join("manifest.json"));
    let paths = entries.iter().map(|entry| {
        (entry["name"].as_str().unwrap().to_lowercase(), directory.join(entry["path"].as_str().unwrap()))
    });
    let siblings: Arc<dyn Siblings> = Arc::new(Renamed(paths.collect()));
    let mut score = Score::default();
    for entry in &entries {
        let mut members = Members::new();
        let name = entry["name"].as_str().unwrap();
        listed(&entry["tools"], name, &mut members);
        // Tools list the file itself where they found nothing else.
        members.remove(entry["sha256"].as_str().unwrap());
        let path = directory.join(entry["path"].as_str().unwrap());
        let mut found = found(&path, name, Some(&siblings));
        // The files of a later volume are told with the first one.
        if let Some(previous) = later_volume(entry, &entries, &directory) {
            found.extend(self::found(&previous, name, Some(&siblings)));
        }
        score.add(entry["kind"].as_str().unwrap(), &members, &found);
    }
    assert_eq!(entries.len(), 76);
    score.check("installers", 121, &misses);
    stale(&misses, &[&score]);
}

/// The first volume of the set, for a cabinet that is a later one.
fn later_volume(entry: &Value, entries: &[Value], directory: &Path) -> Option<PathBuf> {
    let set = &entry["cab"]["set_id"];
    entry["cab"]["index"].as_u64().filter(|index| *index > 0)?;
    let first = entries.iter().find(|other| other["cab"]["set_id"] == *set && other["cab"]["index"] == 0)?;
    Some(directory.join(first["path"].as_str().unwrap()))
}

/// A PE image; a program for DOS starts in the same way.
fn is_image(bytes: &[u8]) -> bool {
    let header = bytes.get(0x3c..0x40).map(|field| u32::from_le_bytes(field.try_into().unwrap()));
    let header = header.and_then(|header| bytes.get(usize::try_from(header).unwrap()..));
    bytes.starts_with(b"MZ") && header.is_some_and(|header| header.starts_with(b"PE\0\0"))
}

/// Files below a directory that start as a program, compound file or cabinet, by digest.
fn extracted(directory: &Path, place: &str, members: &mut Members) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            extracted(&path, place, members);
        }
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let starts = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], b"MSCF\0\0\0\0"];
        let known = starts.iter().any(|start| bytes.starts_with(start)) || is_image(&bytes);
        if kind.is_file() && known {
            let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            members.insert(sha256, format!("{place}!/{}", path.file_name().unwrap().to_string_lossy()));
        }
    }
}

/// What a tool takes out of a file; whether it took all that it found.
fn extract(tool: &str, before: &[&str], path: &Path, members: &mut Members) -> bool {
    let place = tempfile::tempdir().unwrap();
    let into = place.path().display().to_string();
    let arguments = before.iter().map(|argument| argument.replace("DIR", &into));
    let ran = Command::new(tool).args(arguments).arg(path).output().unwrap();
    if ran.status.success() {
        extracted(place.path(), &path.file_name().unwrap().to_string_lossy(), members);
    }
    ran.status.success()
}

#[test]
fn containers_of_the_corpus_hold_what_other_tools_take_out() {
    let Some(directory) = beside("corpus") else { return };
    let missing = ["cabextract", "7z", "msiextract"]
        .into_iter()
        .find(|tool| Command::new(tool).arg("--help").output().is_err());
    if let Some(tool) = missing {
        testkit::skip_tool(&format!("{tool} is not installed"));
        return;
    }
    let mut score = Score::default();
    let mut containers = 0;
    for entry in json(directory.join("manifest.json")) {
        let (format, path) =
            (entry["format"].as_str().unwrap(), directory.join(entry["path"].as_str().unwrap()));
        let mut members = Members::new();
        let tools: &[(&str, &[&str])] = match format {
            "cab" | "msu" => &[("cabextract", &["-q", "-d", "DIR"])],
            "msi" | "msp" => &[("7z", &["x", "-y", "-bd", "-oDIR"]), ("msiextract", &["-C", "DIR"])],
            _ => continue,
        };
        for (tool, before) in tools {
            if !extract(tool, before, &path, &mut members) {
                score.refused.push(format!("{tool} {}", path.file_name().unwrap().to_string_lossy()));
            }
        }
        containers += 1;
        score.add(format, &members, &found(&path, "container", None));
    }
    println!("{containers} containers; refused, many of them damaged or empty: {:#?}", score.refused);
    assert!(containers > 50, "{containers}");
    score.check("corpus", 90, &[]);
}
