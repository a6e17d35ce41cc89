//! Compound files with one and two DIFAT sectors (over 6.9 and 15 MB), made on demand by
//! `tests/recipes/make-large.sh` because they are too large to commit, signed by osslsigncode and by hand.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "test code")]

mod common;

use std::process::Command;

use badsig::trust::{Anchors, Evidence};
use badsig::{Format, Limits, Outcome, Policy, Subject};
use common::{judged_at, test_root};
use testkit::repository;

fn installed(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok()
}

#[test]
fn allocation_tables_that_need_a_difat() {
    if !(installed("osslsigncode") && installed("python3") && installed("bash")) {
        testkit::skip_tool("making the files needs osslsigncode, python3 and bash");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let recipe = repository().join("tests/recipes/make-large.sh");
    let made = Command::new("bash").arg(recipe).arg(directory.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let evidence = Evidence::new(judged_at(), Anchors::only(vec![test_root()]));
    for (name, expected) in [
        ("difat-1.msi", Outcome::Blocked),
        ("difat-1-by-osslsigncode.msi", Outcome::Publishable),
        ("difat-1-by-hand.msi", Outcome::Publishable),
        ("difat-2.msi", Outcome::Blocked),
        ("difat-2-by-osslsigncode.msi", Outcome::Publishable),
        ("difat-2-by-hand.msi", Outcome::Publishable),
    ] {
        let path = directory.path().join(name);
        let facts = badsig::inspect(&Subject::open(&path).unwrap(), &Limits::default());
        assert_eq!(facts.format, Format::Msi, "{name}");
        let verdict = badsig::judge(&facts, &evidence, &Policy::default());
        assert_eq!(verdict.outcome, expected, "{name}: {}", verdict.hresult);
        // One covered byte in the last stream of the file is enough.
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        *bytes.get_mut(middle).unwrap() ^= 1;
        let facts = badsig::inspect(&Subject::from_bytes(name, bytes), &Limits::default());
        let verdict = badsig::judge(&facts, &evidence, &Policy::default());
        assert_eq!(verdict.outcome, Outcome::Blocked, "{name} with a flipped byte");
    }
}
