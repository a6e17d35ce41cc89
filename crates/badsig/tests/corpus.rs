//! 257 real files against what independent verifiers and the files' own origins say of them.
//!
//! The corpus lies beside the repository (`../shared/corpus`) and is not part of it; without it the test
//! says that it was skipped. Where badsig answers otherwise, `tests/exceptions.toml` says why; an exception
//! that no longer applies fails, and so does one for a file that badsig calls valid while it should not.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use badsig::authenticode::facts::{Contents, TimestampKind};
use badsig::trust::Evidence;
use badsig::{Facts, Format, Limits, Outcome, Policy, Subject, UtcTime, Verdict};
use serde_json::Value;
use testkit::beside;

/// The day on which the expectations were gathered.
const JUDGED_AT: &str = "2026-11-21";
/// No file may take longer than this, even without optimisation.
const SLOW: Duration = Duration::from_secs(5);
const MOST_EXCEPTIONS: usize = 8;

#[derive(Default)]
struct Figures {
    files: usize,
    signed: usize,
    compared: usize,
    agreed: usize,
    excepted: usize,
}

#[test]
fn the_corpus_is_judged_as_independent_verifiers_expect() {
    let Some(root) = beside("corpus") else { return };
    let manifest = std::fs::read(root.join("manifest.json")).unwrap();
    let entries: Vec<Value> = serde_json::from_slice(&manifest).unwrap();
    let mut exceptions = exceptions();
    assert!(exceptions.len() <= MOST_EXCEPTIONS, "{} exceptions", exceptions.len());
    let evidence = Evidence::embedded(JUDGED_AT.parse().unwrap());
    let mut figures = Figures::default();
    let mut failures = Vec::new();
    for entry in &entries {
        let name = entry["path"].as_str().unwrap();
        let started = Instant::now();
        let facts = badsig::inspect(&Subject::open(&root.join(name)).unwrap(), &Limits::default());
        let verdict = badsig::judge(&facts, &evidence, &Policy::default());
        assert!(started.elapsed() < SLOW, "{name} took {:?}", started.elapsed());
        figures.files += 1;
        figures.signed += usize::from(!facts.signatures.is_empty());
        let (compared, differences) = compare(entry, &facts, &verdict);
        figures.compared += compared;
        figures.agreed += compared - differences.len();
        if expected_invalid(entry) {
            assert!(
                verdict.outcome != Outcome::Publishable,
                "{name} is publishable although it should not be"
            );
        }
        let id = name.trim_start_matches("files/").split("__").next().unwrap();
        match (exceptions.remove(id), differences.is_empty()) {
            (Some(_), false) => figures.excepted += 1,
            (Some(_), true) => failures.push(format!("{name}: its exception no longer applies")),
            (None, false) => failures.push(format!("{name}: {}", differences.join("; "))),
            (None, true) => {}
        }
    }
    failures.extend(exceptions.keys().map(|id| format!("exception {id} names no file of the corpus")));
    println!(
        "corpus: {} files ({} signed), {} of {} facts agree, {} files excepted with a reason",
        figures.files, figures.signed, figures.agreed, figures.compared, figures.excepted
    );
    assert!(failures.is_empty(), "{} files differ:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(figures.files, 257);
}

/// The reasons by the first twelve digits of the file's SHA-256. A small reader of the one table that the
/// file holds: `id = "reason"`.
fn exceptions() -> BTreeMap<String, String> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/exceptions.toml"));
    let text = std::fs::read_to_string(path).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let corpus = table["corpus"].as_table().unwrap();
    let reason = |value: &toml::Value| value.as_str().filter(|reason| reason.len() > 40).unwrap().to_owned();
    corpus.iter().map(|(id, value)| (id.clone(), reason(value))).collect()
}

/// Classes of files that nobody may call valid.
fn expected_invalid(entry: &Value) -> bool {
    let class = entry["defect_class"].as_str().unwrap();
    !matches!(class, "valid" | "valid-nested" | "padding-carries-data" | "timestamp-problem")
}

/// Number of facts compared, and those that differ.
fn compare(entry: &Value, facts: &Facts, verdict: &Verdict) -> (usize, Vec<String>) {
    let expected = &entry["expected"];
    let mut comparison = Comparison::default();
    let wanted = format_expected(entry);
    if wanted == "unknown-or-msi" {
        comparison.same("format", matches!(facts.format, Format::Unknown | Format::Msi), true);
    } else {
        comparison.same("format", facts.format.name(), wanted);
    }
    comparison.same("signed", !facts.signatures.is_empty(), expected["signed"].as_bool().unwrap());
    let nested = facts.signatures.iter().filter(|signature| signature.parent.is_some()).count();
    comparison.same("nested", u64::try_from(nested).unwrap(), expected["nested"].as_u64().unwrap());
    if let Some(Ok(contents)) = facts.signatures.first().map(|signature| &signature.contents) {
        signature(&mut comparison, contents, expected);
    }
    for (index, wanted) in expected["nested_signatures"].as_array().unwrap().iter().enumerate() {
        let own = facts.signatures.iter().filter(|signature| signature.parent.is_some()).nth(index);
        if let Some(Ok(contents)) = own.map(|signature| &signature.contents) {
            names_and_stamps(&mut comparison, contents, wanted);
        }
    }
    chains(&mut comparison, entry, verdict);
    (comparison.compared, comparison.differences)
}

/// The manifest sorts by what a file looks like, badsig by what it can judge.
fn format_expected(entry: &Value) -> &str {
    match (entry["format"].as_str().unwrap(), entry["defect_class"].as_str().unwrap()) {
        // Compound files that are no Windows Installer files, text, DOS programs.
        ("cfb" | "flat" | "mz", _) => "unknown",
        // Damaged so that not even the root storage can be read.
        ("msi", "malformed-input") => "unknown-or-msi",
        (format, _) => format,
    }
}

#[derive(Default)]
struct Comparison {
    compared: usize,
    differences: Vec<String>,
}

impl Comparison {
    fn same<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(&mut self, what: &str, own: T, wanted: U) {
        self.compared += 1;
        if own != wanted {
            self.differences.push(format!("{what} is {own:?}, expected {wanted:?}"));
        }
    }
}

fn signature(comparison: &mut Comparison, contents: &Contents, expected: &Value) {
    names_and_stamps(comparison, contents, expected);
    let matches =
        contents.digest.as_ref().filter(|digest| digest.computed.is_some()).map(|digest| digest.matches());
    match &expected["digest_ok"] {
        Value::Object(each) => {
            let primary = each["per_signature_osslsigncode"][0].as_bool();
            comparison.same("digest", matches, primary);
        }
        // The one file whose digest fits while nothing vouches for it.
        Value::String(text) => {
            assert!(text.contains("does not cover"), "{text}");
            comparison.same("digest", matches, Some(true));
            comparison.same("messageDigest", contents.signer.message_digest.is_ok(), false);
        }
        other => comparison.same("digest", matches, other.as_bool()),
    }
}

fn names_and_stamps(comparison: &mut Comparison, contents: &Contents, expected: &Value) {
    let signer = contents.signer_certificate().map(|certificate| certificate.common_name());
    let wanted = match &expected["signer_cn"] {
        // Several common names: badsig shows the first encoded one.
        Value::Array(names) => names[0].as_str(),
        // The manifest shows a name without common name, organisation and unit as a Python dictionary.
        Value::String(text) if text.starts_with("OrderedDict") => Some(""),
        other => other.as_str(),
    };
    comparison.same("signer", signer.as_deref(), wanted);
    let algorithm = match &contents.digest {
        Some(digest) => digest.algorithm.clone().ok(),
        None => contents.signer.digest_algorithm.clone().ok(),
    };
    comparison.same("digest algorithm", algorithm.map(|name| name.name()), expected["digest_alg"].as_str());
    let stamps: Vec<(&str, Option<UtcTime>, bool)> = contents
        .timestamps
        .iter()
        .map(|stamp| {
            let kind = match stamp.kind {
                TimestampKind::Rfc3161 => "rfc3161",
                TimestampKind::Pkcs9 => "pkcs9-countersignature",
            };
            (kind, stamp.time, stamp.holds())
        })
        .collect();
    let wanted: Vec<(&str, Option<UtcTime>, bool)> = expected["timestamps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stamp| (stamp[0].as_str().unwrap(), time(stamp[1].as_str().unwrap()), true))
        .collect();
    comparison.same("time stamps", stamps, wanted);
}

fn time(text: &str) -> Option<UtcTime> {
    text.replace(' ', "T").replace("+00:00", "Z").parse().ok()
}

/// A signature is expected to be trusted when one of the two verifiers says so: osslsigncode refuses old
/// VeriSign countersignatures and knows nothing of the root program's limits, signify reads no cabinets.
fn chains(comparison: &mut Comparison, entry: &Value, verdict: &Verdict) {
    let chain = &entry["expected"]["chain_to_ms_roots"];
    let (openssl, signify) = (&chain["osslsigncode"], &chain["signify"]);
    let class = entry["defect_class"].as_str().unwrap();
    if let Some(primary) = verdict.signatures.first() {
        let trusted = openssl[0].as_bool() == Some(true) || signify.as_bool() == Some(true);
        // signify answers for any signature of the file; in this class it is the nested one.
        let primary_broken = class == "one-of-two-digests-bad";
        let refused_by_program = class == "chain-not-trusted";
        comparison.same("trust", primary.is_valid(), trusted && !primary_broken && !refused_by_program);
    }
    let bare = entry["tools"]["pkcs1_block"]["countersigner"] == "bare digest";
    for (index, nested) in verdict.signatures.iter().enumerate().skip(1) {
        if let Some(trusted) = openssl[index].as_bool().filter(|_| !bare && class != "one-of-two-digests-bad")
        {
            comparison.same("trust of a nested signature", nested.is_valid(), trusted);
        }
    }
}

/// Formats are told by content alone: a copy without its extension and name is the same.
#[test]
fn formats_do_not_depend_on_names() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"));
    for (name, format) in [
        ("exe/signed.exe", Format::Pe),
        ("msi/signed.msi", Format::Msi),
        ("msp/signed.msp", Format::Msp),
        ("cab/signed.cab", Format::Cab),
        ("msu/signed.msu", Format::Msu),
        ("cat/signed-stamped.cat", Format::Cat),
    ] {
        let bytes = std::fs::read(root.join(name)).unwrap();
        let facts = badsig::inspect(&Subject::from_bytes("renamed.txt", bytes), &Limits::default());
        assert_eq!(facts.format, format, "{name}");
    }
}
