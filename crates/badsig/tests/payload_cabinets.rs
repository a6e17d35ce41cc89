//! The cabinet reader against what cabextract found in real cabinets, and against the `cab` crate.
//!
//! The cabinets lie beside the repository (`../shared/installers`, `../shared/corpus`); without them the test
//! says that it was skipped.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::Arc;

use badsig::Limits;
use badsig::payload::cabinet::Cabinet;
use badsig::payload::{Content, Member, Siblings, Stop, Visitor};
use badsig::problem::{Problem, ProblemKind};
use badsig::subject::{ByteSource, FileSource, ReadError};
use sha2::{Digest, Sha256};
use testkit::beside;

/// Hashes every member.
#[derive(Default)]
struct Hashes {
    found: BTreeMap<String, Result<String, Problem>>,
    skipped: u64,
}

impl Visitor for Hashes {
    fn member(&mut self, member: Member<'_>) -> Result<(), Stop> {
        let hash = match member.content {
            Content::Unpacked(reader) => {
                let mut hasher = Sha256::new();
                let mut count = 0;
                let mut buffer = [0; 10_000];
                let end = loop {
                    match reader.read(&mut buffer) {
                        Ok(0) => break Ok(()),
                        Ok(length) => {
                            hasher.update(&buffer[..length]);
                            count += length;
                        }
                        Err(error) => break Err(badsig::payload::problem_of(error)),
                    }
                };
                end.map(|()| {
                    assert_eq!(member.size, Some(u64::try_from(count).unwrap()), "{}", member.name);
                    hex(&hasher.finalize())
                })
            }
            Content::SameAs(other) => self.found[&other].clone(),
            Content::Unavailable(problem) => Err(problem),
            Content::Stored(_) => unreachable!("cabinets give readers"),
        };
        self.found.insert(member.name, hash);
        Ok(())
    }

    fn unpacked(&mut self, bytes: u64) -> Result<(), Stop> {
        self.skipped += bytes;
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn visit(cabinet: &Cabinet) -> Hashes {
    let mut hashes = Hashes::default();
    cabinet.visit(&mut hashes).unwrap();
    hashes
}

/// Files whose names in the directory have their digest in front.
struct Renamed(BTreeMap<String, PathBuf>);

impl Siblings for Renamed {
    fn open(&self, name: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError> {
        let Some(path) = self.0.get(&name.to_lowercase()) else { return Ok(None) };
        Ok(Some(Arc::new(FileSource::open(path)?)))
    }
}

/// Cabinets that cabextract and badsig read otherwise, with the reason.
const OTHERWISE: [(&str, &str); 1] = [("0ce0b55fe705", "Quantum is not supported")];

#[test]
fn real_cabinets_hold_what_cabextract_finds() {
    let Some(directory) = beside("installers") else { return };
    let manifest = std::fs::read(directory.join("manifest.json")).unwrap();
    let entries: Vec<serde_json::Value> = serde_json::from_slice(&manifest).unwrap();
    let names = entries.iter().map(|entry| {
        let name = entry["name"].as_str().unwrap().to_lowercase();
        (name, directory.join(entry["path"].as_str().unwrap()))
    });
    let siblings = Renamed(names.collect());
    let (mut cabinets, mut members) = (0, 0);
    let (mut found, mut differ) = (BTreeSet::new(), BTreeSet::new());
    for entry in &entries {
        let path = directory.join(entry["path"].as_str().unwrap());
        let source: Arc<dyn ByteSource> = Arc::new(FileSource::open(&path).unwrap());
        let mut magic = [0; 4];
        if source.read_at(0, &mut magic).unwrap() < 4 || &magic != b"MSCF" {
            continue;
        }
        let cabinet = Cabinet::open_with(&source, &siblings, &Limits::default()).unwrap();
        let hashes = visit(&cabinet);
        // Only the first volume of a set gives all its files; in the manifest it stands before the others.
        if entry["cab"]["index"] == 0 {
            found.clear();
        }
        found.extend(hashes.found.values().filter_map(|hash| hash.as_ref().ok().cloned()));
        cabinets += 1;
        for member in entry["tools"]["cabextract"]["members"].as_array().unwrap() {
            members += 1;
            let known = OTHERWISE.iter().find(|(id, _)| path.to_string_lossy().contains(id));
            let hash = member["sha256"].as_str().unwrap().to_owned();
            match known {
                _ if found.contains(&hash) => {}
                Some((id, _)) => drop(differ.insert(*id)),
                None => panic!("{}: {member}\n{:?}", path.display(), hashes.found),
            }
        }
    }
    println!("{cabinets} cabinets with {members} members");
    assert_eq!(differ, OTHERWISE.iter().map(|(id, _)| *id).collect(), "read like cabextract meanwhile");
    assert!(cabinets >= 28 && members >= 212, "{cabinets} cabinets, {members} members");
}

fn source(bytes: Vec<u8>) -> Arc<dyn ByteSource> {
    Arc::new(bytes)
}

/// Files written by the `cab` crate: over several blocks, in one folder, stored and packed.
#[test]
fn what_another_library_writes_is_read() {
    for compression in [cab::CompressionType::None, cab::CompressionType::MsZip] {
        let files: Vec<(String, Vec<u8>)> = [0usize, 1, 32_768, 100_000, 5]
            .iter()
            .enumerate()
            .map(|(number, length)| {
                let bytes = (0..*length).map(|place| u8::try_from(place * (number + 3) / 7 % 251).unwrap());
                (format!("directory\\file{number}"), bytes.collect())
            })
            .collect();
        let mut builder = cab::CabinetBuilder::new();
        let folder = builder.add_folder(compression);
        files.iter().for_each(|(name, _)| {
            folder.add_file(name.clone());
        });
        let mut writer = builder.build(Cursor::new(Vec::new())).unwrap();
        let mut contents = files.iter();
        while let Some(mut file) = writer.next_file().unwrap() {
            file.write_all(&contents.next().unwrap().1).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let cabinet = Cabinet::open(&source(bytes), &Limits::default()).unwrap();
        let read = cabinet.read(|entry| entry.name != "directory/file3", 200_000).unwrap();
        let wanted: Vec<_> = [0usize, 1, 2, 4].iter().map(|number| &files[*number]).collect();
        for ((name, bytes), (expected, contents)) in read.iter().zip(wanted) {
            assert_eq!((name, bytes), (&expected.replace('\\', "/"), contents));
        }
        assert_eq!(read.len(), 4);
        let error = cabinet.read(|entry| entry.name == "directory/file4", 100_000).unwrap_err();
        assert_eq!(error.kind, ProblemKind::LimitReached, "what lies before it counts too");
    }
}
