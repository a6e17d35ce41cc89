//! Forged signatures, certificates, stamps, lists and answers, each found for the right reason. They were made by
//! `tests/recipes/make-forgeries.sh`; `tests/forgeries/FORGERIES.toml` says of each what it is and what must be found.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use std::collections::BTreeMap;

use common::{BLOCKED, Badsig, USAGE, badsig};
use serde::Deserialize;
use serde_json::Value;
use testkit::repository;

#[derive(Deserialize)]
struct Forgeries {
    forgery: Vec<Forgery>,
}

#[derive(Deserialize)]
struct Forgery {
    name: String,
    file: String,
    what: String,
    /// One of these must be found.
    checks: Vec<String>,
    verdict: Option<String>,
    hresult: Option<String>,
    #[serde(default)]
    arguments: Vec<String>,
    osslsigncode: String,
}

fn check(arguments: &[String]) -> Badsig {
    badsig()
        .args(["check", "--no-config", "--no-facts", "--format", "json", "--at", "2026-11-21"])
        .args(["--add-root", "tests/recipes/pki/test-root.pem"])
        .args(arguments)
        .in_directory(&repository())
}

/// What is wrong with the answer for a forgery.
fn complaint(forgery: &Forgery, file: &Value) -> Option<String> {
    let found: Vec<&str> =
        file["findings"].as_array().unwrap().iter().map(|one| one["check"].as_str().unwrap()).collect();
    let right = forgery.checks.iter().any(|check| found.contains(&check.as_str()))
        && forgery.verdict.as_deref().is_none_or(|verdict| file["verdict"] == verdict)
        && forgery.hresult.as_deref().is_none_or(|code| file["trust"]["hresult"] == code);
    let said = (&file["verdict"], &file["trust"]["hresult"]);
    (!right).then(|| format!("{}: {found:?} {said:?}, not {:?}", forgery.name, forgery.checks))
}

#[test]
fn every_forgery_is_found_for_its_reason() {
    let text = std::fs::read_to_string(repository().join("tests/forgeries/FORGERIES.toml")).unwrap();
    let forgeries: Forgeries = toml::from_str(&text).unwrap();
    let (mut wrong, mut rows, mut said) = (Vec::new(), String::new(), BTreeMap::<_, usize>::new());
    for forgery in &forgeries.forgery {
        let report = check(&forgery.arguments).arg(&forgery.file).run().json();
        wrong.extend(complaint(forgery, &report["files"][0]));
        let verdict = verdict(forgery, &report);
        *said.entry(verdict).or_default() += 1;
        let theirs = if forgery.osslsigncode == "ok" { "accepts" } else { "refuses" };
        let checks = forgery.checks.join("` or `");
        rows += &format!("| {} | `{checks}` | {verdict} | {theirs} |\n", forgery.what.trim_end_matches('.'));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let passed = forgeries.forgery.iter().filter(|forgery| forgery.osslsigncode == "ok").count();
    println!("{} forgeries: {said:?}; osslsigncode 2.9 takes {passed}", forgeries.forgery.len());
    assert!(said["blocks"] >= 35);
    listed_on_the_page(&rows);
}

/// What badsig does with a forgery: ConfigMgr is asked first, then the strictest target.
fn verdict(forgery: &Forgery, report: &Value) -> &'static str {
    let hardened = || {
        let command = check(&forgery.arguments).args(["--target", "windows-hardened"]);
        command.arg(&forgery.file).run().json()["verdict"] == "blocked"
    };
    match report["verdict"].as_str().unwrap() {
        "blocked" => "blocks",
        "undecided" => "undecided",
        _ if hardened() => "blocks for windows-hardened",
        _ => "warns",
    }
}

/// The table in the guide; `BADSIG_BLESS=1` writes it.
fn listed_on_the_page(rows: &str) {
    let path = repository().join("docs/security.md");
    let page = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let head = "| forgery | found by | badsig | osslsigncode |\n|---|---|---|---|\n";
    let (before, rest) = page.split_once(head).unwrap();
    let (listed, after) = rest.split_once("\n\n").unwrap();
    if std::env::var_os("BADSIG_BLESS").is_some() {
        return std::fs::write(path, format!("{before}{head}{rows}\n{after}")).unwrap();
    }
    assert_eq!(format!("{listed}\n"), rows);
}

/// A list in the authority's name by the very leaf that it is about proves nothing: not even that the leaf is good.
#[test]
fn a_list_by_the_leaf_itself_proves_nothing() {
    let list = |path: &str| ["--crl".to_owned(), path.to_owned()];
    let arguments =
        [list("tests/forgeries/crl-by-leaf.crl"), list("tests/recipes/pki/test-root.crl")].concat();
    let report = check(&arguments).arg("fixtures/exe/revoked.exe").run().json();
    let signature = &report["files"][0]["signatures"][0];
    assert_ne!(signature["revocation"], "good", "{signature:#}");
    let told = report["not_checked"].as_array().unwrap().iter().any(|line| {
        line.as_str()
            .unwrap()
            .contains("of CN=TEST Code Signing CA, O=badsig TEST of 2021-01-01 does not count")
    });
    assert!(told, "{:#}", report["not_checked"]);
}

/// A lock says who signed before; it vouches for nobody. An edited one cannot make a forgery good.
#[test]
fn an_edited_lock_vouches_for_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("badsig.lock");
    let lock = ["--lock".to_owned(), path.display().to_string()];
    let root = repository().join("tests/recipes/pki/test-root.pem");
    badsig()
        .args(["lock", "update", "--no-config", "--at", "2026-11-21", "--add-root"])
        .arg(root)
        .arg(repository().join("fixtures/exe/signed-version-info.exe"))
        .in_directory(directory.path())
        .run()
        .code(0);
    let text = std::fs::read_to_string(&path).unwrap();
    let key = text.split("key = ").nth(1).unwrap().trim().to_owned();
    // The attacker's name and key in the lock: his file is as untrusted as before, and the vendor's differs from the lock.
    let edited =
        text.replace("TEST Publisher", "TEST Untrusted Root").replace("badsig TEST", "Somebody Else");
    std::fs::write(&path, edited.replace(&key, &format!("\"{}\"", "0".repeat(64)))).unwrap();
    check(&lock).arg("fixtures/exe/untrusted-root.exe").run().code(BLOCKED);
    let report = check(&lock).arg("fixtures/exe/signed-version-info.exe").run().json();
    let findings = report["files"][0]["findings"].as_array().unwrap().clone();
    assert!(findings.iter().any(|finding| finding["check"] == "publisher-changed"), "{findings:#?}");
    for broken in [
        "version = 1\n[[product]]\nvendor = 3\n",
        "version = 99\n",
        "\0",
        "[[product]]\n",
        "version = 1\ntrusted = true\n",
    ] {
        std::fs::write(&path, broken).unwrap();
        check(&lock).arg("fixtures/exe/signed-version-info.exe").run().code(USAGE);
    }
}
