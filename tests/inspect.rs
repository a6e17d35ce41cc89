//! `badsig inspect`: facts, no verdict; extraction.

mod common;

use std::fs;

use common::{UNDECIDED, USAGE, badsig, repository};

const DUAL: &str = "fixtures/exe/dual-signed.exe";

#[test]
fn facts_without_a_verdict() {
    let ran = badsig().args(["inspect", DUAL]).run().code(0);
    let ran =
        ran.says("signature 0  certificate table entry 1").says("signature 1").says("TEST Other Publisher");
    let text = ran.stdout().to_lowercase();
    assert!(!text.contains("publishable") && !text.contains("blocked"), "{text}");
}

#[test]
fn what_is_wrong_is_shown_but_not_judged() {
    badsig().args(["inspect", "fixtures/exe/tampered.exe"]).run().code(0).says("does not match the file");
    badsig().args(["inspect", "fixtures/exe/padded.exe"]).run().code(0).says("not zero");
}

#[test]
fn json_is_the_facts_which_can_be_read_again() {
    let ran = badsig().args(["inspect", "--format", "json", DUAL]).run().code(0);
    let facts: badsig::Facts = serde_json::from_value(ran.json()).unwrap();
    assert_eq!(facts.signatures.len(), 2);
    assert!(facts.sha1.is_some());
}

#[test]
fn what_cannot_be_read_is_undecided() {
    badsig().args(["inspect", "missing.exe"]).run().code(UNDECIDED).says("cannot be opened");
    badsig().args(["inspect", "fixtures"]).run().code(UNDECIDED).says("is a directory");
    badsig().args(["inspect", "Cargo.toml"]).run().code(UNDECIDED).says("unknown format");
    badsig().arg("inspect").run().code(USAGE);
}

#[test]
fn signatures_are_extracted_as_they_stand() {
    let directory = tempfile::tempdir().unwrap();
    let extract = |number: &str| {
        let path = directory.path().join(format!("{number}.p7s"));
        let command = badsig().args(["inspect", DUAL, "--signature", number, "--extract-signature"]);
        command.arg(&path).run().code(0);
        fs::read(path).unwrap()
    };
    let (outer, nested) = (extract("0"), extract("1"));
    let file = fs::read(repository().join(DUAL)).unwrap();
    let contains = |all: &[u8], part: &[u8]| all.windows(part.len()).any(|window| window == part);
    assert!(contains(&file, &outer) && contains(&outer, &nested) && nested.len() < outer.len());
    assert!(outer.starts_with(&[0x30, 0x82]) && nested.starts_with(&[0x30, 0x82]));
    let command = badsig().args(["inspect", DUAL, "--signature", "2", "--extract-signature"]);
    command.arg(directory.path().join("2.p7s")).run().code(USAGE).complains("no signature 2");
}

#[test]
fn certificates_are_extracted_by_thumbprint_and_never_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = directory.path().join("new");
    let extract = || badsig().args(["inspect", DUAL, "--extract-certificates"]).arg(&certificates).run();
    extract().code(0);
    extract().code(0);
    let root = fs::read(repository().join("tests/recipes/pki/test-publisher.der")).unwrap();
    let path = certificates.join("2688579C185D8882B1F9E2ED68815D5F1D7375C7.cer");
    assert_eq!(fs::read(&path).unwrap(), root);
    fs::write(&path, "other").unwrap();
    extract().code(USAGE).complains("was not overwritten");
    assert_eq!(fs::read(&path).unwrap(), b"other");
}
