//! `badsig judge`: the same answer as `check` gives, from the report alone; and what it does with reports that are
//! damaged or hostile.

#![allow(clippy::unwrap_used, reason = "test code")]

mod common;

use std::path::{Path, PathBuf};

use common::{BLOCKED, Badsig, PUBLISHABLE, Ran, SIGNED, UNDECIDED, USAGE, badsig, check};
use serde_json::{Value, json};
use testkit::repository;

const UNSTAMPED: &str = "fixtures/exe/signed.exe";

/// `badsig judge` for the date of the fixtures, with their root.
fn judge(report: &Path) -> Badsig {
    badsig().arg("judge").arg(report).args(["--at", "2026-11-21"]).args(ROOT)
}

const ROOT: [&str; 2] = ["--add-root", "tests/recipes/pki/test-root.pem"];

/// A directory, and a report in it of these files.
fn report_of(inputs: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.json");
    let ran = check().args(["--format", "json"]).args(inputs).run();
    std::fs::write(&path, ran.stdout()).unwrap();
    (directory, path)
}

fn changed(path: &Path, change: impl FnOnce(&mut Value)) -> PathBuf {
    let mut report: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    change(&mut report);
    let changed = path.with_file_name("changed.json");
    std::fs::write(&changed, serde_json::to_vec(&report).unwrap()).unwrap();
    changed
}

/// Compares long texts; shows the first line that differs, not megabytes.
#[track_caller]
fn same_lines(left: &str, right: &str) {
    let first = left.lines().zip(right.lines()).enumerate().find(|(_, (left, right))| left != right);
    assert!(left == right, "{first:?}, {} and {} bytes", left.len(), right.len());
}

/// The report and the text of `judge` are those of `check`, byte for byte.
fn the_same_answer(inputs: &[&str], options: &[&str]) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.json");
    let output = format!("json={}", path.display());
    let first = check().args(options).args(["--sha1", "-v", "--output", &output]).args(inputs).run();
    let code = first.exit_code().unwrap();
    let again = judge(&path).args(options).args(["--format", "json"]).run().code(code);
    same_lines(&again.stdout(), &std::fs::read_to_string(&path).unwrap());
    let text = judge(&path).args(options).arg("-v").run().code(code);
    same_lines(&text.stdout(), &first.stdout());
}

#[test]
fn every_fixture_is_judged_again_as_it_was() {
    the_same_answer(&["fixtures"], &[]);
    the_same_answer(&["fixtures"], &["--target", "windows-hardened,wsus", "--revocation", "off"]);
    the_same_answer(&["fixtures"], &["--crl", "tests/recipes/pki/test-code-signing-ca.crl"]);
    the_same_answer(&["no/such/file.exe", "tests/common/mod.rs"], &[]);
}

#[test]
fn every_real_file_is_judged_again_as_it_was() {
    let Some(corpus) = testkit::beside("corpus/files") else { return };
    the_same_answer(&[corpus.to_str().unwrap()], &[]);
}

#[test]
fn another_date_and_other_roots_without_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("setup.exe");
    std::fs::copy(repository().join(UNSTAMPED), &file).unwrap();
    let (_kept, report) = report_of(&[file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    judge(&report).run().code(PUBLISHABLE);
    // The certificate of TEST Publisher ends on 2039-01-01.
    let later = badsig().arg("judge").arg(&report).args(["--at", "2040-01-01"]).args(ROOT);
    later.run().code(BLOCKED).says("0x800B0101 CERT_E_EXPIRED");
    let without = badsig().arg("judge").arg(&report).args(["--at", "2026-11-21"]);
    without.run().code(BLOCKED).says("0x800B010A CERT_E_CHAINING");
}

#[test]
fn the_targets_are_those_of_the_report_unless_others_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.json");
    let ran = check().args(["--target", "wsus", "--format", "json", "fixtures/exe/unsigned.exe"]).run();
    std::fs::write(&path, ran.stdout()).unwrap();
    assert_eq!(judge(&path).args(["--format", "json"]).run().json()["targets"], json!(["wsus"]));
    let named = judge(&path).args(["--target", "configmgr", "--format", "json"]).run().code(BLOCKED);
    assert_eq!(named.json()["targets"], json!(["configmgr"]));
}

#[test]
fn each_certificate_stands_once() {
    let report = check().args(["--format", "json", SIGNED, SIGNED, UNSTAMPED]).run().json();
    let table = report["certificates"].as_object().unwrap();
    // TEST Publisher and its authority, TEST Time Stamp Authority and its own.
    assert!((2..=5).contains(&table.len()), "{}", table.len());
    let reference = &report["files"][0]["facts"]["signatures"][0]["contents"]["Ok"]["certificates"][0];
    assert!(table.contains_key(reference.as_str().unwrap()));
}

#[test]
fn standard_input_is_a_report() {
    let (_kept, path) = report_of(&[SIGNED]);
    let bytes = std::fs::read(path).unwrap();
    judge(Path::new("-")).run_with_input(bytes).code(PUBLISHABLE);
    judge(Path::new("-")).run().code(USAGE).complains("-: is no report, or damaged");
}

#[test]
fn a_report_of_nothing_is_no_pass() {
    let (_kept, path) = report_of(&[]);
    judge(&path).run().code(UNDECIDED).complains("the report has no files");
}

#[test]
fn a_report_without_facts_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.json");
    let ran = check().args(["--no-facts", "--format", "json", SIGNED]).run().code(PUBLISHABLE);
    assert!(ran.json().get("certificates").is_none());
    std::fs::write(&path, ran.stdout()).unwrap();
    refused(&path, "holds no facts: the report was made with --no-facts");
}

#[track_caller]
fn refused(path: &Path, why: &str) -> Ran {
    judge(path).run().code(USAGE).complains(&path.display().to_string()).complains(why)
}

#[test]
fn what_is_no_report_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.json");
    let with = |bytes: &[u8], why: &str| {
        std::fs::write(&path, bytes).unwrap();
        refused(&path, why);
    };
    with(b"", "EOF while parsing");
    with(b"{}", "missing field `schema_version`");
    with(b"[1]", "expected a report of badsig check");
    with(b"{\"schema_version\": 2, \"files\": []}", "schema_version is 2; this badsig reads 1");
    with(b"{\"schema_version\": 1, \"schema_version\": 1}", "duplicate field `schema_version`");
    with(&[0xff, 0xfe, b'{', 0], "is UTF-16, not UTF-8");
    with(&std::fs::read(repository().join(SIGNED)).unwrap(), "line 1 column 1");
    refused(&directory.path().join("missing.json"), "cannot be read");
    refused(directory.path(), "cannot be read");
    let deep = format!("{{\"other\": {}", "[".repeat(100_000));
    with(deep.as_bytes(), "EOF while parsing a list");
}

#[test]
fn damaged_facts_are_refused_with_their_place() {
    let (_kept, path) = report_of(&[SIGNED]);
    let signature = "/files/0/facts/signatures/0";
    let contents = "/files/0/facts/signatures/0/contents/Ok";
    let refused = |change: &dyn Fn(&mut Value), why: &str| {
        refused(&changed(&path, change), why);
    };
    refused(&|report| report["certificates"] = json!({}), "which is not in the report");
    refused(
        &|report| {
            let table = report["certificates"].as_object_mut().unwrap();
            let first = table.keys().next().unwrap().clone();
            let certificate = table.remove(&first).unwrap();
            table.insert("00".repeat(32), certificate);
        },
        "the certificate under 0000",
    );
    refused(
        &|report| {
            let table = report["certificates"].as_object_mut().unwrap();
            *table.values_mut().next().unwrap() = json!("MIIB");
        },
        "the certificate cannot be read",
    );
    refused(&|report| *report.pointer_mut(signature).unwrap() = json!(7), "invalid type");
    refused(
        &|report| report.pointer_mut(signature).unwrap()["index"] = json!(1),
        "fixtures/exe/signed-stamped.exe: signature 0 is out of order",
    );
    refused(
        &|report| report.pointer_mut(signature).unwrap()["parent"] = json!(0),
        "signature 0 is out of order",
    );
    let many = |list: &Value, count: usize| Value::from(vec![list[0].clone(); count]);
    refused(
        &|report| {
            let certificates = &mut report.pointer_mut(contents).unwrap()["certificates"];
            *certificates = many(certificates, 600);
        },
        "more than 512 certificates",
    );
    refused(
        &|report| {
            let stamps = &mut report.pointer_mut(contents).unwrap()["timestamps"];
            *stamps = many(stamps, 40);
        },
        "more than 32 time stamps",
    );
    refused(
        &|report| {
            let signatures = &mut report["files"][0]["facts"]["signatures"];
            *signatures = many(signatures, 100);
        },
        "more than 64 signatures",
    );
}

/// Whoever asks with a byte-order mark, as editors on Windows write it, is answered.
#[test]
fn a_byte_order_mark_is_passed_over() {
    let (_kept, path) = report_of(&[SIGNED]);
    let mut bytes = vec![0xef, 0xbb, 0xbf];
    bytes.extend(std::fs::read(&path).unwrap());
    std::fs::write(&path, bytes).unwrap();
    judge(&path).run().code(PUBLISHABLE);
}

#[test]
fn a_report_of_updates_is_called_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("updates.json");
    let ran = badsig().args(["updates", "check", "--format", "json", "fixtures/cab/signed.cab"]).run();
    std::fs::write(&path, ran.stdout()).unwrap();
    judge(&path).run().code(USAGE).complains("is a report of 'badsig updates check'");
}
