//! `--endpoint-store`, `--write-missing`: judging as computers with certain certificate stores would. The stores in
//! `tests/trust` were made by openssl (`.p7b`, PEM) and by a recipe after MS-OSHARED's serialized form (`.sst`).

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{BLOCKED, Badsig, PUBLISHABLE, USAGE, badsig, check};
use serde_json::{Value, json};
use testkit::{beside, bytes_beside};

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
        testkit::skip_tool("openssl is not there");
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
    assert_eq!(saved, std::fs::read(testkit::repository().join("tests/recipes/pki/test-root.der")).unwrap());
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
        Command::new("openssl").args(arguments).arg(testkit::repository().join(path)).output().unwrap();
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

/// Certificates, each behind its length in two octets.
fn split(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (der, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)));
        all.push(der);
        bytes = rest;
    }
    all
}

/// A directory as `certutil -syncWithWU` makes it, with Microsoft's own list: `authroot.stl` and a certificate for each
/// root, `<SHA-1 in lower case>.crt`. Which roots the real files need is known from osslsigncode.
#[test]
fn a_directory_of_certutil_with_the_real_list() {
    let (Some(list), Some(roots)) =
        (bytes_beside("trust/authroot.stl"), bytes_beside("trust/roots-csts.der.bin"))
    else {
        return;
    };
    let Some(names) = bytes_beside("trust/roots-csts.json") else { return };
    let names: Value = serde_json::from_slice(&names).unwrap();
    let (directory, roots) = (tempfile::tempdir().unwrap(), split(&roots));
    assert_eq!(names.as_array().unwrap().len(), roots.len());
    std::fs::write(directory.path().join("authroot.stl"), list).unwrap();
    for (name, der) in names.as_array().unwrap().iter().zip(&roots) {
        let name = format!("{}.crt", name["sha1"].as_str().unwrap());
        std::fs::write(directory.path().join(name), der).unwrap();
    }
    let store = format!("kiosk={}", directory.path().display());
    let Some(corpus) = beside("corpus/files") else { return };
    // Every signature that the whole program accepts, the endpoint with the whole program accepts.
    let judged = |stores: &[&str]| {
        let stores = stores.iter().flat_map(|store| ["--endpoint-store", store]);
        badsig()
            .args(["check", "--at", "2026-11-21", "--depth", "0", "--format", "json"])
            .args(stores)
            .arg(&corpus)
            .run()
    };
    let ran = judged(&[&store]);
    assert!(!ran.stderr().contains("not used"), "{}", ran.stderr());
    let report = ran.json();
    let signed: Vec<&Value> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|file| file["endpoints"][0]["name"] == "kiosk")
        .collect();
    assert!(signed.len() > 100, "{} signed files", signed.len());
    for file in &signed {
        let (whole, own) = (&file["signatures"][0]["trust"], &file["endpoints"][0]["trust"]);
        assert_eq!(whole["hresult"], own["hresult"], "{}", file["path"]);
    }
    // Without one root's file, the endpoint lacks that root and nothing else.
    let valid = |file: &&&Value| file["endpoints"][0]["accepted"] == true;
    let one = signed.iter().find(valid).unwrap();
    let chain = one["signatures"][0]["chain"].as_array().unwrap();
    let root = chain.last().unwrap()["thumbprint_sha256"].as_str().unwrap().to_lowercase();
    let entry = names.as_array().unwrap().iter().find(|entry| entry["sha256"] == root.as_str()).unwrap();
    std::fs::remove_file(directory.path().join(format!("{}.crt", entry["sha1"].as_str().unwrap()))).unwrap();
    let report = badsig()
        .args(["check", "--at", "2026-11-21", "--depth", "0", "--format", "json", "--endpoint-store", &store])
        .arg(one["path"].as_str().unwrap())
        .run()
        .json();
    let own = &report["files"][0]["endpoints"][0];
    assert_eq!(own["accepted"], false, "{own}");
    let missing = own["missing"].as_array().unwrap();
    assert!(missing.iter().any(|lacks| {
        lacks["thumbprint_sha1"].as_str().unwrap().eq_ignore_ascii_case(entry["sha1"].as_str().unwrap())
    }));
    assert!(missing.iter().all(|lacks| lacks["store"] == "Root"), "{own}");
}

/// `disallowedcert.sst` of such a directory is what the endpoint distrusts, never what it trusts.
#[test]
fn what_a_directory_distrusts() {
    let directory = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| {
        std::fs::copy(testkit::repository().join(from), directory.path().join(to)).unwrap();
    };
    copy("tests/recipes/pki/test-root.pem", "root.pem");
    let store = format!("kiosk={}", directory.path().display());
    assert_eq!(endpoints(on(&[&store]).arg(SIGNED))[0]["accepted"], true);
    copy("tests/trust/authorities.sst", "disallowedcert.sst");
    let found = endpoints(on(&[&store]).arg(SIGNED));
    assert_eq!(found[0]["trust"]["hresult"], "0x800B0111", "{found}");
}

/// Lists and stores that are damaged end the run: without them the endpoint would trust more. A certificate that is damaged is
/// one that the endpoint lacks.
#[test]
fn damaged_limits_end_the_run() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::copy(testkit::repository().join("tests/recipes/pki/test-root.pem"), path("root.crt")).unwrap();
    let store = format!("kiosk={}", directory.path().display());
    let made = |name: &str| std::fs::read(testkit::repository().join("tests/trust").join(name)).unwrap();
    let check = || on(&[&store]).args(["--target", "windows", SIGNED]).run();
    for (name, good) in [
        ("disallowedcert.sst", "authorities.sst"),
        ("roots.sst", "roots.sst"),
        ("disallowedcert.stl", "disallowedcert.stl"),
        ("authroot.stl", "authroot.stl"),
        ("authrootstl.cab", "authroot.stl"),
    ] {
        let good = made(good);
        for bad in [&good[..good.len() / 2], &good[..0], b"hello"] {
            std::fs::write(path(name), bad).unwrap();
            check().code(USAGE).complains("--endpoint-store").complains(name);
        }
        std::fs::remove_file(path(name)).unwrap();
    }
    std::fs::create_dir(path("disallowedcert.sst")).unwrap();
    check().code(USAGE).complains("disallowedcert.sst is no file that can be read");
    std::fs::remove_dir(path("disallowedcert.sst")).unwrap();
    std::fs::write(path("other.crt"), b"hello").unwrap();
    check().code(PUBLISHABLE).complains("other.crt: not used");
}

#[test]
fn exports_that_cannot_be_read_are_usage_errors() {
    on(&["no/such.sst"]).arg(SIGNED).run().code(USAGE).complains("--endpoint-store no/such.sst");
    // Its certificates are not the endpoint's roots.
    let directory = tempfile::tempdir().unwrap();
    let distrusted = directory.path().join("DisallowedCert.sst");
    std::fs::copy(testkit::repository().join(ROOTS), &distrusted).unwrap();
    on(&[distrusted.to_str().unwrap()]).arg(SIGNED).run().code(USAGE).complains("--distrust");
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

/// One file that two endpoints refuse is one file.
#[test]
fn files_are_counted_once() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("missing");
    let stores = [format!("pc-1={EMPTY}"), format!("pc-2={EMPTY}")];
    on(&[&stores[0], &stores[1]]).arg("--write-missing").arg(&place).arg(SIGNED).run();
    let note = std::fs::read_to_string(place.join("README.txt")).unwrap();
    assert!(note.contains("lacking on: pc-1, pc-2; needed by 1 file\r\n"), "{note}");
}
