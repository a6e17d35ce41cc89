//! Every file of `fixtures/` against its manifest: what independent tools or its making say of it.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::facts::TimestampKind;
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, Limits, Outcome, Policy, Subject, Verdict};
use common::{judged_at, repository, test_root};

fn evidence() -> Evidence {
    Evidence::new(judged_at(), Anchors::embedded().with([test_root()]))
}

#[test]
fn every_fixture_is_judged_as_its_manifest_says() {
    let manifest: toml::Table =
        std::fs::read_to_string(repository().join("fixtures/MANIFEST.toml")).unwrap().parse().unwrap();
    let evidence = evidence();
    let mut failures = Vec::new();
    let mut facts_compared = 0;
    let files = manifest["file"].as_array().unwrap();
    for file in files {
        let path = file["path"].as_str().unwrap();
        let subject = Subject::open(&repository().join("fixtures").join(path)).unwrap();
        let facts = badsig::inspect(&subject, &Limits::default());
        let verdict = badsig::judge(&facts, &evidence, &Policy::default());
        let expect = file["expect"].as_table().unwrap();
        facts_compared += expect.len();
        let differences = compare(expect, file, &facts, &verdict);
        if !differences.is_empty() {
            failures.push(format!("{path}: {}", differences.join("; ")));
        }
    }
    println!("fixtures: {} files, {facts_compared} statements of the manifest", files.len());
    assert!(files.len() > 150);
    assert!(failures.is_empty(), "{} fixtures differ:\n{}", failures.len(), failures.join("\n"));
}

fn compare(expect: &toml::Table, file: &toml::Value, facts: &Facts, verdict: &Verdict) -> Vec<String> {
    let mut differences = Vec::new();
    let mut same = |what: &str, own: Option<String>, wanted: Option<&toml::Value>| {
        let wanted = wanted.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        if wanted.is_some() && own != wanted {
            differences.push(format!("{what} is {own:?}, expected {wanted:?}"));
        }
    };
    let text = |value: &dyn ToString| Some(value.to_string());
    same("sha256", facts.sha256.as_ref().map(ToString::to_string), file.get("sha256"));
    same("format", text(&facts.format), expect.get("format"));
    same("signed", text(&!facts.signatures.is_empty()), expect.get("signed"));
    let nested = facts.signatures.iter().filter(|signature| signature.parent.is_some()).count();
    same("nested", text(&nested), expect.get("nested"));
    same("hresult", text(&verdict.hresult), expect.get("hresult"));
    same("verdict", text(&verdict.outcome), expect.get("verdict"));
    if let Some(Ok(contents)) = facts.signatures.first().map(|signature| &signature.contents) {
        let signer = contents.signer_certificate().map(Certificate::common_name);
        same("signer", signer, expect.get("signer_cn"));
        let digest = contents.digest.as_ref();
        let algorithm = digest
            .map_or(contents.signer.digest_algorithm.clone().ok(), |digest| digest.algorithm.clone().ok());
        same("digest algorithm", algorithm.map(|name| name.to_string()), expect.get("digest_algorithm"));
        let matches = digest.filter(|digest| digest.computed.is_some()).map(|digest| digest.matches());
        same("digest", matches.map(|matches| matches.to_string()), expect.get("digest_ok"));
        let stamp = expect.get("timestamp").and_then(toml::Value::as_table);
        let own = contents.timestamps.first();
        let kind = own.map(|stamp| match stamp.kind {
            TimestampKind::Rfc3161 => "rfc3161".to_owned(),
            TimestampKind::Pkcs9 => "pkcs9".to_owned(),
        });
        same("stamp", kind, stamp.and_then(|stamp| stamp.get("kind")));
        let time = own.and_then(|stamp| stamp.time).map(|time| time.to_string());
        same("stamp time", time, stamp.and_then(|stamp| stamp.get("time")));
        let pages = contents.page_hashes.as_ref().map(|pages| pages.algorithm.to_string());
        same("page hashes", pages, expect.get("page_hashes"));
    }
    if expect.get("never").and_then(toml::Value::as_str) == Some("publishable")
        && verdict.outcome == Outcome::Publishable
    {
        differences.push("it is publishable although it never may be".to_owned());
    }
    differences
}

/// Facts survive being written and read again, and are judged the same: the basis of judging later or
/// elsewhere.
#[test]
fn facts_can_be_stored_and_judged_again() {
    let evidence = evidence();
    for name in
        ["exe/signed-stamped.exe", "msi/extended.msi", "exe/dual-signed.exe", "exe/garbage-signature.exe"]
    {
        let subject = Subject::open(&repository().join("fixtures").join(name)).unwrap();
        let facts = badsig::inspect(&subject, &Limits::default());
        let stored = serde_json::to_string(&facts).unwrap();
        let again: Facts = serde_json::from_str(&stored).unwrap();
        let (first, second) = (
            badsig::judge(&facts, &evidence, &Policy::default()),
            badsig::judge(&again, &evidence, &Policy::default()),
        );
        assert_eq!((first.outcome, first.hresult), (second.outcome, second.hresult), "{name}");
        assert_eq!(serde_json::to_string(&again).unwrap(), stored);
    }
}
