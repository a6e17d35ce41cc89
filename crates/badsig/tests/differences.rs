//! Signed fixtures as badsig and as `osslsigncode verify` judge them. Every difference stands in
//! `docs/differences.md` with its reason; one that does not stand there fails, and so does a row that no longer holds.
//!
//! Where there is no osslsigncode 2.9 the test says that it was skipped: other versions have other differences.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use badsig::trust::revocation::RevocationList;
use badsig::trust::{Anchors, Evidence};
use badsig::{Limits, Policy, Subject};
use common::{judged_at, test_root};
use testkit::repository;

const VERSION: &str = "osslsigncode 2.9";
const PKI: &str = "tests/recipes/pki";
/// What osslsigncode reads, by the end of the name.
const READ: [&str; 8] = ["exe", "efi", "msi", "msp", "mst", "cab", "msu", "cat"];

/// A fixture, and whether it is judged with the revocation list.
type Case = (String, bool);

/// What the page says: the answer of osslsigncode, and the code of badsig.
fn documented() -> BTreeMap<Case, (bool, String)> {
    let page = std::fs::read_to_string(repository().join("docs/differences.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        assert!(cells.len() == 7 && !cells[5].is_empty(), "{row}");
        let code = if cells[4] == "accepts" { "0x00000000" } else { cells[4] };
        ((cells[1].to_owned(), cells[2] == "with the list"), (cells[3] == "accepts", code.to_owned()))
    })
    .collect()
}

fn cases() -> BTreeSet<Case> {
    let manifest = std::fs::read_to_string(repository().join("fixtures/MANIFEST.toml")).unwrap();
    let paths = manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    let read = |path: &&str| READ.iter().any(|end| path.ends_with(&format!(".{end}")));
    let mut cases = BTreeSet::new();
    for path in paths.filter(read) {
        cases.insert((path.to_owned(), false));
        if path.contains("revoked") {
            cases.insert((path.to_owned(), true));
        }
    }
    cases
}

fn evidence(with_list: bool) -> Evidence {
    let mut evidence = Evidence::new(judged_at(), Anchors::only(vec![test_root()]));
    if with_list {
        let list = std::fs::read(repository().join(PKI).join("test-code-signing-ca.crl")).unwrap();
        evidence.revocation.lists.push(RevocationList::from_bytes(&list).unwrap());
    }
    evidence
}

/// The code that badsig predicts.
fn own(path: &str, evidence: &Evidence) -> String {
    let subject = Subject::open(&repository().join("fixtures").join(path)).unwrap();
    let facts = badsig::inspect(&subject, &Limits::default());
    badsig::judge(&facts, evidence, &Policy::default()).hresult.to_string()
}

fn accepted_by_osslsigncode(path: &str, with_list: bool) -> bool {
    let mut command = Command::new("osslsigncode");
    command.current_dir(repository()).args(["verify", "-time", &judged_at().unix().to_string()]);
    for option in ["-CAfile", "-TSA-CAfile"] {
        command.arg(option).arg(format!("{PKI}/test-root.pem"));
    }
    // Nothing is fetched either way.
    if with_list {
        command.args(["-ignore-cdp", "-CRLfile"]).arg(format!("{PKI}/test-code-signing-ca.crl.pem"));
    } else {
        command.arg("-ignore-crl");
    }
    command.arg("-in").arg(format!("fixtures/{path}")).output().unwrap().status.success()
}

#[test]
fn every_difference_from_osslsigncode_is_explained() {
    let Ok(version) = Command::new("osslsigncode").arg("--version").output() else {
        return testkit::skip_tool("osslsigncode is not installed");
    };
    let found = String::from_utf8_lossy(&version.stdout);
    if !found.starts_with(VERSION) {
        testkit::skip(&format!("{VERSION} is not there, but {:?}", found.lines().next()));
        return;
    }
    let evidences = [evidence(false), evidence(true)];
    let mut differences = BTreeMap::new();
    let mut compared = 0;
    for (path, with_list) in cases() {
        let theirs = accepted_by_osslsigncode(&path, with_list);
        let code = own(&path, &evidences[usize::from(with_list)]);
        if theirs != (code == "0x00000000") {
            differences.insert((path, with_list), (theirs, code));
        }
        compared += 1;
    }
    assert!(compared > 190, "{compared}");
    assert_eq!(differences, documented());
}
