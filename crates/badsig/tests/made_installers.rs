//! Installers made by other tools (makensis, 7z, gcab, windres, python's zipfile) around a signed, an unsigned and a
//! tampered program: all members are found with their bytes and names, and judged as by themselves.

#![allow(clippy::indexing_slicing, clippy::print_stdout, clippy::unwrap_used, reason = "test code")]

mod common;
mod members;

use std::path::Path;
use std::process::Command;

use badsig::judge::Verdict;
use badsig::trust::{Anchors, Evidence};
use badsig::{Limits, Policy, Subject};
use common::{judged_at, test_root};
use members::{Found, look_inside};
use sha2::{Digest, Sha256};
use testkit::repository;

/// Installers, and the kinds that their members are found by.
const INSTALLERS: &[(&str, &str)] = &[
    ("7z-bzip2.exe", "7z"),
    ("7z-lzma.exe", "7z"),
    ("7z-lzma2.exe", "7z"),
    ("burn-signed-well.exe", "burn"),
    ("burn-signed-whole.exe", "burn"),
    ("burn-unsigned.exe", "burn"),
    ("iexpress.exe", "cabinet"),
    ("nsis-bzip2-solid.exe", "nsis"),
    ("nsis-bzip2.exe", "nsis"),
    ("nsis-lzma-solid.exe", "nsis"),
    ("nsis-lzma.exe", "nsis"),
    ("nsis-zlib-solid.exe", "nsis"),
    ("nsis-zlib.exe", "nsis"),
    ("sfxcab-appended.exe", "cabinet"),
    ("sfxcab-section.exe", "cabinet"),
    ("zip-bzip2.exe", "zip"),
    ("zip-deflate.exe", "zip"),
];
const MEMBERS: [&str; 5] = ["noise.bin", "signed.exe", "tampered.exe", "text.txt", "unsigned.exe"];
const TOOLS: [&str; 6] = ["makensis", "7z", "gcab", "x86_64-w64-mingw32-windres", "osslsigncode", "python3"];

/// The installers; `None` when a tool is missing.
fn made() -> Option<tempfile::TempDir> {
    let missing = TOOLS.iter().find(|tool| Command::new(tool).arg("--version").output().is_err());
    if let Some(tool) = missing {
        testkit::skip_tool(&format!("making the installers needs {tool}"));
        return None;
    }
    let directory = tempfile::tempdir().unwrap();
    let recipe = repository().join("tests/recipes/make-installers.sh");
    let done = Command::new("bash").arg(recipe).arg(directory.path()).output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&said));
    Some(directory)
}

fn judged(name: &str, bytes: Vec<u8>) -> Verdict {
    let evidence = Evidence::new(judged_at(), Anchors::only(vec![test_root()]));
    let facts = badsig::inspect(&Subject::from_bytes(name, bytes), &Limits::default());
    badsig::judge(&facts, &evidence, &Policy::default())
}

fn has(verdict: &Verdict, check: &str) -> bool {
    verdict.findings.iter().any(|finding| finding.check == check)
}

#[test]
fn members_of_made_installers_are_found_and_judged() {
    let Some(directory) = made() else { return };
    for (installer, kind) in INSTALLERS {
        let inside = look_inside(&directory.path().join(installer), true);
        for member in MEMBERS {
            let original = std::fs::read(directory.path().join("work/members").join(member)).unwrap();
            let digest: String = Sha256::digest(&original).iter().map(|byte| format!("{byte:02x}")).collect();
            let same = inside.iter().find(|found| found.sha256.as_ref() == Some(&digest));
            let found = same.unwrap_or_else(|| panic!("{installer}: {member} is not in {}", listed(&inside)));
            assert_eq!(found.kind, *kind, "{installer}: {}", found.path);
            assert!(found.path.ends_with(&format!("/{member}")), "{installer}: {}", found.path);
            judge_member(installer, member, found);
        }
        let problems: Vec<&Found> = inside.iter().filter(|found| found.problem.is_some()).collect();
        assert!(problems.is_empty(), "{installer}: {}", listed(&inside));
    }
    refused_are_named(directory.path());
    engines(directory.path());
}

fn listed(inside: &[Found]) -> String {
    inside.iter().map(|found| format!("\n  {} {:?}", found.path, found.problem)).collect()
}

fn judge_member(installer: &str, member: &str, found: &Found) {
    let verdict = judged(member, found.bytes.clone());
    match member {
        "signed.exe" => assert!(!has(&verdict, "bad-digest") && !has(&verdict, "unsigned"), "{installer}"),
        "tampered.exe" => assert!(has(&verdict, "bad-digest"), "{installer}"),
        "unsigned.exe" => assert!(has(&verdict, "unsigned"), "{installer}"),
        _ => {}
    }
}

/// What cannot be unpacked is named, with the reason.
fn refused_are_named(directory: &Path) {
    for (installer, reason) in [("7z-encrypted.exe", "encrypted"), ("zip-lzma.exe", "cannot be unpacked")] {
        let inside = look_inside(&directory.join(installer), true);
        for member in MEMBERS {
            let found = inside.iter().find(|found| found.path.ends_with(&format!("/{member}")));
            let problem = found.and_then(|found| found.problem.as_deref()).unwrap_or_default();
            assert!(problem.contains(reason), "{installer}: {}", listed(&inside));
        }
    }
}

/// The engine of a bundle that was signed well is, byte for byte, what osslsigncode signed before it was attached.
fn engines(directory: &Path) {
    let engine = |installer: &str| {
        let inside = look_inside(&directory.join(installer), true);
        inside.into_iter().find(|found| found.path == "!/burn-engine.exe").map(|found| found.bytes)
    };
    let expected = std::fs::read(directory.join("burn-engine.expected")).unwrap();
    assert!(engine("burn-signed-well.exe").unwrap() == expected);
    assert!(!has(&judged("engine", expected), "bad-digest"));
    let whole = judged("engine", engine("burn-signed-whole.exe").unwrap());
    assert!(has(&whole, "unsigned"), "{:?}", whole.findings);
    assert!(engine("burn-unsigned.exe").is_none());
    for (installer, expected) in
        [("burn-signed-well.exe", false), ("burn-signed-whole.exe", true), ("burn-unsigned.exe", false)]
    {
        let verdict = judged(installer, std::fs::read(directory.join(installer)).unwrap());
        assert_eq!(has(&verdict, "burn-engine-unsigned"), expected, "{installer}: {:?}", verdict.findings);
        assert!(!has(&verdict, "bad-digest"), "{installer}");
    }
}
