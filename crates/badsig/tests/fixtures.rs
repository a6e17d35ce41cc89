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
use badsig::authenticode::facts::{Contents, TimestampKind};
use badsig::facts::Description;
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, Limits, Outcome, Policy, Subject, Verdict};
use common::{judged_at, test_root};
use testkit::repository;

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
        let comparison = compare(expect, file, &facts, &verdict);
        facts_compared += comparison.compared;
        if !comparison.differences.is_empty() {
            failures.push(format!("{path}: {}", comparison.differences.join("; ")));
        }
    }
    println!("fixtures: {} files, {facts_compared} statements of the manifest compared", files.len());
    assert!(files.len() > 150);
    assert!(failures.is_empty(), "{} fixtures differ:\n{}", failures.len(), failures.join("\n"));
    // The README quotes the figures.
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let compared = format!("{},{:03} statements", facts_compared / 1000, facts_compared % 1000);
    for figure in [format!("{} fixtures", files.len()), compared] {
        assert!(readme.contains(&figure), "README.md does not say \"{figure}\"");
    }
}

/// What was compared, and what differs. A statement that is absent from the manifest is not counted.
#[derive(Default)]
struct Comparison {
    compared: usize,
    differences: Vec<String>,
}

impl Comparison {
    fn same(&mut self, what: &str, own: Option<String>, wanted: Option<&toml::Value>) {
        let Some(wanted) = wanted else { return };
        let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
        self.compared += 1;
        if own.as_ref() != Some(&wanted) {
            self.differences.push(format!("{what} is {own:?}, expected {wanted:?}"));
        }
    }
}

fn text(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

fn compare(expect: &toml::Table, file: &toml::Value, facts: &Facts, verdict: &Verdict) -> Comparison {
    let mut comparison = Comparison::default();
    comparison.same("sha256", facts.sha256.as_ref().and_then(text), file.get("sha256"));
    comparison.same("format", text(facts.format), expect.get("format"));
    comparison.same("signed", text(!facts.signatures.is_empty()), expect.get("signed"));
    comparison.same("hresult", text(verdict.hresult), expect.get("hresult"));
    comparison.same("verdict", text(verdict.outcome), expect.get("verdict"));
    let relation = verdict.vendor.as_ref().and_then(|vendor| vendor.relation);
    comparison.same("vendor", relation.and_then(|own| text(own.name())), expect.get("vendor_relation"));
    let top = facts.signatures.iter().filter(|signature| signature.parent.is_none()).count();
    comparison.same("entries", text(top), expect.get("entries"));
    comparison.same("extended", text(facts.msi_extended.is_some()), expect.get("extended"));
    let padding = facts.signatures.iter().any(|signature| signature.padding.not_zero > 0);
    comparison.same("padding", text(padding), expect.get("padding_data"));
    claims(&mut comparison, expect, facts);
    let contents = facts.signatures.first().and_then(|signature| signature.contents.as_ref().ok());
    signature(&mut comparison, expect, contents);
    let valid = verdict.signatures.first().map(|signature| signature.stamp.is_some());
    comparison.same("stamp counts", valid.and_then(text), expect.get("stamp_ok"));
    nested(&mut comparison, expect, facts, verdict);
    if expect.get("never").and_then(toml::Value::as_str) == Some("publishable") {
        comparison.compared += 1;
        if verdict.outcome == Outcome::Publishable {
            comparison.differences.push("it is publishable although it never may be".to_owned());
        }
    }
    comparison
}

/// What the file says of itself.
fn claims(comparison: &mut Comparison, expect: &toml::Table, facts: &Facts) {
    let (company, product, version) = match &facts.description {
        Some(Description::Pe(image)) => image.version.as_ref().map_or((None, None, None), |version| {
            (version.company_name.clone(), version.product_name.clone(), version.product_version.clone())
        }),
        Some(Description::Installer(installer)) => {
            installer.product.as_ref().map_or((None, None, None), |product| {
                (product.manufacturer.clone(), product.product_name.clone(), product.product_version.clone())
            })
        }
        None => (None, None, None),
    };
    comparison.same("company", company, expect.get("company_name"));
    comparison.same("product", product, expect.get("product_name"));
    comparison.same("version", version, expect.get("product_version"));
}

/// The primary signature; when it cannot be read, every statement about it differs.
fn signature(comparison: &mut Comparison, expect: &toml::Table, contents: Option<&Contents>) {
    let signer = contents.and_then(Contents::signer_certificate).map(Certificate::common_name);
    comparison.same("signer", signer, expect.get("signer_cn"));
    comparison.same("digest algorithm", contents.and_then(algorithm), expect.get("digest_algorithm"));
    let digest = contents.and_then(|contents| contents.digest.as_ref());
    let matches = digest.filter(|digest| digest.computed.is_some()).map(|digest| digest.matches());
    comparison.same("digest", matches.and_then(text), expect.get("digest_ok"));
    let covered = contents.map(|contents| contents.signer.message_digest.is_ok());
    comparison.same("messageDigest", covered.and_then(text), expect.get("message_digest_ok"));
    let pages = contents.and_then(|contents| contents.page_hashes.as_ref());
    comparison.same("page hashes", pages.and_then(|pages| text(pages.algorithm)), expect.get("page_hashes"));
    comparison.same("pages", pages.and_then(|pages| text(pages.matches)), expect.get("page_hashes_ok"));
    let stamp = expect.get("timestamp").and_then(toml::Value::as_table);
    let own = contents.and_then(|contents| contents.timestamps.first());
    let kind = own.map(|stamp| match stamp.kind {
        TimestampKind::Rfc3161 => "rfc3161".to_owned(),
        TimestampKind::Pkcs9 => "pkcs9".to_owned(),
    });
    comparison.same("stamp", kind, stamp.and_then(|stamp| stamp.get("kind")));
    let time = own.and_then(|stamp| stamp.time).and_then(text);
    comparison.same("stamp time", time, stamp.and_then(|stamp| stamp.get("time")));
}

fn algorithm(contents: &Contents) -> Option<String> {
    let signer = || contents.signer.digest_algorithm.clone().ok();
    contents.digest.as_ref().map_or_else(signer, |digest| digest.algorithm.clone().ok()).and_then(text)
}

fn nested(comparison: &mut Comparison, expect: &toml::Table, facts: &Facts, verdict: &Verdict) {
    let own: Vec<_> = facts.signatures.iter().filter(|signature| signature.parent.is_some()).collect();
    comparison.same("nested", text(own.len()), expect.get("nested"));
    let first = own.first().copied();
    let contents = first.and_then(|signature| signature.contents.as_ref().ok());
    let signer = contents.and_then(Contents::signer_certificate).map(Certificate::common_name);
    comparison.same("nested signer", signer, expect.get("nested_signer_cn"));
    comparison.same("nested algorithm", contents.and_then(algorithm), expect.get("nested_digest_algorithm"));
    let valid = first.and_then(|signature| verdict.signatures.get(signature.index)).map(|own| own.is_valid());
    comparison.same("nested is valid", valid.and_then(text), expect.get("nested_ok"));
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
