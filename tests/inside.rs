//! What `badsig check` says of what is inside a file.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

mod common;

use std::fs;

use common::{BLOCKED, PUBLISHABLE, Ran, UNDECIDED, badsig, check};
use testkit::repository;

fn fixture(name: &str) -> Vec<u8> {
    fs::read(repository().join("fixtures").join(name)).unwrap()
}

#[test]
fn a_file_that_is_undecided_because_of_its_members_says_so() {
    let ran = check().args(["fixtures/inside/driver.cab", "--max-members", "2", "--target", "windows"]).run();
    let ran = ran.code(UNDECIDED).tells("fixtures/inside/driver.cab something inside could not be read");
    let ran = ran.tells("it holds more than 2 members (raise it with --max-members)");
    let ran = ran.tells("badsig explain member-not-read");
    assert!(!ran.stdout().contains("nothing can be said"), "{}", ran.stdout());
}

/// Members that stand alike are one line: how many, how they stand, and a few names where that helps.
#[test]
fn equal_members_are_folded() {
    let directory = tempfile::tempdir().unwrap();
    let members = directory.path().join("members");
    fs::create_dir(&members).unwrap();
    for number in 0..5u8 {
        let mut library = fixture("exe/x86.dll");
        *library.last_mut().unwrap() = number;
        fs::write(members.join(format!("{number}.dll")), library).unwrap();
        fs::write(members.join(format!("{number}.exe")), fixture("exe/signed-stamped.exe")).unwrap();
    }
    let files = fs::read_dir(&members).unwrap().map(|entry| entry.unwrap().path());
    let cabinet = directory.path().join("many.cab");
    let packed = std::process::Command::new("gcab").args(["-c", "-n"]).arg(&cabinet).args(files).output();
    if packed.is_err() {
        testkit::skip_tool("gcab is not installed");
        return;
    }
    let ran = check().arg(&cabinet).args(["--target", "wsus"]).run().code(PUBLISHABLE);
    let ran = ran
        .tells("5 libraries not signed: ")
        .tells(" and 2 more")
        .tells("5 programs signed by TEST Publisher");
    assert_eq!(ran.stdout().matches(".dll").count(), 3, "{}", ran.stdout());
}

#[test]
fn what_is_recognised_and_not_opened_is_not_checked() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("rar.exe");
    fs::write(&place, [fixture("exe/unsigned.exe"), b"Rar!\x1a\x07\0".to_vec()].concat()).unwrap();
    let ran = check().arg(&place).run().code(BLOCKED);
    ran.tells(
        "Not checked: some or all of what is inside 1 file (RAR self-extractor: a RAR archive, which badsig does not read",
    );
}

/// A package inside a cabinet that a program is wrapped around counts as the outer file does, for publishing too.
#[test]
fn a_broken_package_that_a_program_hands_on_blocks() {
    let ran = check().arg("fixtures/inside/packages.exe").run();
    let ran = ran.code(BLOCKED).tells("tampered.msi").tells("badsig explain broken-installer-member");
    ran.tells("unsigned.msi is not signed");
}

fn findings(ran: &Ran, file: usize) -> Vec<(String, String)> {
    let report = ran.json();
    let all = report["files"][file]["findings"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    all.map(|finding| (text(&finding["check"]), text(&finding["message"]))).collect()
}

fn message<'f>(findings: &'f [(String, String)], check: &str) -> Option<&'f str> {
    findings.iter().find(|(id, _)| id == check).map(|(_, message)| message.as_str())
}

/// A file that only a catalog vouches for is not signed, and the answer says why Windows may take it.
#[test]
fn catalogs_beside_a_file_are_told() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("driver.exe"), fixture("exe/unsigned.exe")).unwrap();
    fs::write(directory.path().join("other.exe"), fixture("exe/version-info.exe")).unwrap();
    let root = repository().join("tests/recipes/pki/test-root.pem");
    let kept = tempfile::tempdir().unwrap();
    let run = || {
        let command =
            badsig().in_directory(directory.path()).args(["check", "--at", "2026-11-21", "--add-root"]);
        // Facts that were kept before a catalog was there are not taken for today's.
        let command = command.arg(&root).arg("--cache").arg(kept.path());
        command.args(["driver.exe", "other.exe", "--format", "json"]).run().code(BLOCKED)
    };
    assert_eq!(message(&findings(&run(), 0), "security-catalog-only"), None);
    for (name, said) in [
        ("cat/signed-sha256-members.cat", "whose signature is valid"),
        ("cat/signed-sha1-members.cat", "whose signature is valid"),
        ("cat/tampered.cat", "whose signature is not valid"),
    ] {
        fs::write(directory.path().join("Driver.CAT"), fixture(name)).unwrap();
        let ran = run();
        let (listed, other) = (findings(&ran, 0), findings(&ran, 1));
        let expected = format!("not signed itself; the security catalog Driver.CAT lists it, {said}");
        assert_eq!(message(&listed, "security-catalog-only"), Some(expected.as_str()), "{name}");
        assert!(message(&listed, "unsigned").unwrap().contains("does not count here"), "{name}: {listed:?}");
        assert_eq!(message(&other, "security-catalog-only"), None, "{name}");
    }
}

#[test]
fn a_cabinet_that_the_signature_does_not_reach_is_told() {
    let ran = check().args(["fixtures/inside/external/setup.msi"]).run().code(PUBLISHABLE);
    let ran = ran.tells("not covered by the package's signature: \"product.cab\" beside it");
    ran.tells("(msi-unsigned-external-cab)");
    let windows = |name: &str| check().arg(name).args(["--target", "windows"]).run().code(BLOCKED);
    let ran = windows("fixtures/inside/other-certificate/setup.msi");
    ran.tells("\"product.cab\" is signed by \"TEST Publisher\", MsiDigitalSignature asks for \"TEST Other Publisher\"");
    windows("fixtures/inside/unsigned-cabinet/setup.msi").tells("\"product.cab\" is not signed");
}
