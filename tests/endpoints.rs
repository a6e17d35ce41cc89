//! `--endpoint-store`, `--write-missing`: judging as computers with certain certificate stores would. The stores in
//! `tests/trust` were made by openssl (`.p7b`, PEM) and by a recipe after MS-OSHARED's serialized form (`.sst`).

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{BLOCKED, Badsig, PUBLISHABLE, USAGE, badsig, check};
use serde_json::{Value, json};

const SIGNED: &str = "fixtures/exe/signed-stamped.exe";
const ROOT_EMBEDDED: &str = "fixtures/exe/root-embedded.exe";
const INCOMPLETE: &str = "fixtures/exe/incomplete-chain.exe";
const ROOTS: &str = "tests/trust/roots.sst";
const EMPTY: &str = "tests/trust/empty.sst";

fn on(stores: &[&str]) -> Badsig {
    stores.iter().fold(check(), |check, store| check.args(["--endpoint-store", store]))
}

fn endpoints(ran: Badsig) -> Value {
    ran.args(["--format", "json"]).run().json()["files"][0]["endpoints"].clone()
}

#[test]
fn an_endpoint_that_has_the_root_accepts() {
    for store in [ROOTS, "tests/recipes/pki/test-root.pem", "tests/recipes/pki/test-root.der"] {
        let found = endpoints(on(&[store]).arg(SIGNED));
        assert_eq!((&found[0]["accepted"], &found[0]["missing"]), (&json!(true), &json!([])), "{store}");
    }
    on(&[ROOTS]).args(["--target", "windows", SIGNED]).run().code(PUBLISHABLE);
}

/// The root is in no file: the chain stops. Where the file carries it, it is there and not trusted.
#[test]
fn an_endpoint_that_lacks_the_root() {
    for (file, code) in [(SIGNED, "0x800B010A"), (ROOT_EMBEDDED, "0x800B0109")] {
        let found = endpoints(on(&[EMPTY]).arg(file));
        assert_eq!(found[0]["name"], "empty.sst");
        assert_eq!(found[0]["trust"]["hresult"], code, "{file}");
        let missing = &found[0]["missing"][0];
        assert_eq!((&missing["common_name"], &missing["store"]), (&json!("TEST Root"), &json!("Root")));
    }
}

/// Content is published all the same, so it is a warning; where endpoints judge the file, they refuse it.
#[test]
fn what_it_does_to_the_verdict() {
    let says = "the endpoint pc-1 refuses the signature (0x800B010A)";
    let ran = on(&[&format!("pc-1={EMPTY}")]).arg(SIGNED).run();
    ran.code(PUBLISHABLE).says(says).says("warning");
    for target in ["windows", "windows-hardened", "patch-management"] {
        on(&[EMPTY]).args(["--target", target, SIGNED]).run().code(BLOCKED).says("endpoint-refuses");
    }
    on(&[EMPTY]).args(["--target", "wsus", SIGNED]).run().code(PUBLISHABLE);
}

/// `openssl crl2pkcs7` packs certificates as Windows does in `.p7b` files.
#[test]
fn stores_of_one_endpoint_are_put_together() {
    let complete = ["pc-1=tests/trust/authorities.p7b", "pc-1=tests/recipes/pki/test-root.pem"];
    let intermediates = ["--intermediates", "tests/recipes/pki/test-missing-ca.pem"];
    let found = endpoints(on(&complete).args(intermediates).arg(INCOMPLETE));
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["accepted"], true, "{found}");
    let without = endpoints(on(&["tests/recipes/pki/test-root.pem"]).args(intermediates).arg(INCOMPLETE));
    assert_eq!(without[0]["missing"][0]["common_name"], "TEST Missing CA");
    assert_eq!(without[0]["missing"][0]["store"], "CA");
}

#[test]
fn several_endpoints_give_a_table() {
    let stores = ["office=tests/trust/roots.sst", "kiosk=tests/trust/empty.sst"];
    let ran = on(&stores).args([SIGNED, ROOT_EMBEDDED, "fixtures/exe/unsigned.exe"]).run().code(BLOCKED);
    let text = ran.stdout();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .skip_while(|line| !line.starts_with("office"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows.first().unwrap().get(..2).unwrap(), ["office", "kiosk"]);
    assert_eq!(rows.get(1).unwrap(), &["accepts", "0x800B010A", SIGNED]);
    assert_eq!(rows.get(2).unwrap(), &["accepts", "0x800B0109", ROOT_EMBEDDED]);
    assert_eq!(rows.get(3).unwrap(), &["-", "-", "fixtures/exe/unsigned.exe"]);
}

#[test]
fn what_is_missing_is_saved_with_what_installs_it() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: openssl is not there");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("missing");
    let ran = on(&[&format!("pc-1={EMPTY}")])
        .args(["--intermediates", "tests/recipes/pki/test-missing-ca.pem"])
        .arg("--write-missing")
        .arg(&place)
        .args([SIGNED, INCOMPLETE])
        .run();
    ran.code(PUBLISHABLE).complains("2 certificates and install-missing.cmd written to");
    let root = thumbprint("tests/recipes/pki/test-root.der");
    let missing = thumbprint("tests/recipes/pki/test-missing-ca.der");
    assert_eq!(
        names(&place),
        sorted(vec![
            format!("{root}.cer"),
            format!("{missing}.cer"),
            "README.txt".to_owned(),
            "install-missing.cmd".to_owned(),
        ])
    );
    let saved = std::fs::read(place.join(format!("{root}.cer"))).unwrap();
    assert_eq!(saved, std::fs::read(common::repository().join("tests/recipes/pki/test-root.der")).unwrap());
    let script = std::fs::read_to_string(place.join("install-missing.cmd")).unwrap();
    assert!(script.contains(&format!("certutil -addstore -f Root \"%~dp0{root}.cer\"")), "{script}");
    assert!(script.contains(&format!("certutil -addstore -f CA \"%~dp0{missing}.cer\"")), "{script}");
    assert!(script.lines().count() == script.matches("\r\n").count());
    let note = std::fs::read_to_string(place.join("README.txt")).unwrap();
    assert!(note.contains("TEST Root") && note.contains("Public Key Policies"), "{note}");
    // With what was saved, the endpoint accepts.
    let stores = [format!("pc-1={EMPTY}"), format!("pc-1={}", place.join(format!("{root}.cer")).display())];
    let found = endpoints(on(&[&stores[0], &stores[1]]).arg(SIGNED));
    assert_eq!(found[0]["accepted"], true);
}

/// The SHA-1 thumbprint as openssl prints it.
fn thumbprint(path: &str) -> String {
    let arguments = ["x509", "-inform", "DER", "-noout", "-fingerprint", "-sha1", "-in"];
    let output =
        Command::new("openssl").args(arguments).arg(common::repository().join(path)).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim().split('=').next_back().unwrap().replace(':', "")
}

fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    sorted(entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

#[test]
fn exports_that_cannot_be_read_are_usage_errors() {
    on(&["no/such.sst"]).arg(SIGNED).run().code(USAGE).complains("--endpoint-store no/such.sst");
    on(&["README.md"]).arg(SIGNED).run().code(USAGE).complains("README.md");
    check().args(["--write-missing", "x", SIGNED]).run().code(USAGE).complains("--endpoint-store");
    // A list that Microsoft did not sign says nothing of roots.
    on(&["tests/trust/sync"]).arg(SIGNED).run().code(USAGE).complains("tests/trust/sync");
}

#[test]
fn endpoints_are_judged_again_from_a_report() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.json");
    std::fs::write(&path, check().args(["--format", "json", SIGNED]).run().stdout()).unwrap();
    let judge = badsig().arg("judge").arg(&path).args(["--at", "2026-11-21", "--format", "json"]);
    let judge = judge.args(["--add-root", "tests/recipes/pki/test-root.pem", "--endpoint-store", EMPTY]);
    assert_eq!(judge.run().json()["files"][0]["endpoints"][0]["trust"]["hresult"], "0x800B010A");
}

#[test]
fn verbose_text_says_what_endpoints_lack() {
    let ran = on(&[&format!("kiosk={EMPTY}")]).args(["-v", SIGNED]).run();
    ran.code(PUBLISHABLE).says("kiosk: refuses, 0x800B010A").says("TEST Root (");
}
