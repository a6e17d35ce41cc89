//! NIST's PKITS (Public Key Interoperability Test Suite, 2011): all 247 cases of certification path
//! validation, with their policy inputs and the policies that a path must turn out to be valid for.
//!
//! The suite lies beside the repository (`../shared/suites/pkits`); without it the test says that it was
//! skipped. Deviations stand in `tests/exceptions.toml` with their reasons.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::oid::ObjectIdentifier;
use badsig::trust::Anchors;
use badsig::trust::chain::{PolicyInputs, Purpose};
use badsig::trust::path::{PathQuestion, PathVerdict, verify};
use badsig::trust::revocation::{RevocationEvidence, RevocationList};
use serde_json::Value;

/// All certificates of the suite that are meant to be valid are so from 2010 to 2030.
const AT: &str = "2012-06-01T00:00:00Z";
/// The suite, from the top of the repository.
const SUITE: &str = "../shared/suites/pkits";
const CASES: usize = 247;
const MOST_EXCEPTIONS: usize = 2;
/// What one path may take in an optimized build, its certificates and lists read already.
const MOST_TIME: Duration = Duration::from_millis(50);

#[test]
fn pkits() {
    let Some(cases) = testkit::bytes_beside("suites/pkits/pkits.json") else { return };
    let cases: Vec<Value> = serde_json::from_slice(&cases).unwrap();
    let mut exceptions = exceptions();
    let (mut agreed, mut valid, mut failures) = (0, 0, Vec::new());
    let mut slowest = (Duration::ZERO, "");
    for case in &cases {
        let name = case["name"].as_str().unwrap();
        let wanted = case["should_validate"].as_bool().unwrap();
        valid += usize::from(wanted);
        let (difference, time) = difference(case, wanted);
        slowest = slowest.max((time, name));
        match (exceptions.remove(name), difference) {
            (None, None) => agreed += 1,
            (None, Some(difference)) => failures.push(format!("{name}: {difference}")),
            (Some(_), None) => failures.push(format!("{name}: its exception no longer applies")),
            (Some(_), Some(_)) => assert!(wanted, "{name}: no exception may let an invalid path pass"),
        }
    }
    failures.extend(exceptions.keys().map(|name| format!("exception {name} names no case")));
    println!(
        "PKITS: {agreed} of {} cases as expected ({valid} valid, {} invalid)",
        cases.len(),
        cases.len() - valid
    );
    println!("the slowest: {} in {:?}", slowest.1, slowest.0);
    assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(cases.len(), CASES);
    assert!(cfg!(debug_assertions) || slowest.0 <= MOST_TIME, "{slowest:?}");
}

fn exceptions() -> BTreeMap<String, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/exceptions.toml");
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let listed = table["pkits"].as_table().unwrap();
    assert!(listed.len() <= MOST_EXCEPTIONS, "{} exceptions", listed.len());
    let reason = |value: &toml::Value| value.as_str().filter(|reason| reason.len() > 40).unwrap().to_owned();
    listed.iter().map(|(name, value)| (name.clone(), reason(value))).collect()
}

/// How the answer differs from what the suite expects, and how long it took.
fn difference(case: &Value, wanted: bool) -> (Option<String>, Duration) {
    match judge(case) {
        Ok((verdict, time)) => (difference_of(case, &verdict, wanted), time),
        // A certificate that cannot be read is no certificate: the path is not valid.
        Err(_) if !wanted => (None, Duration::ZERO),
        Err(error) => (Some(error), Duration::ZERO),
    }
}

fn difference_of(case: &Value, verdict: &PathVerdict, wanted: bool) -> Option<String> {
    let messages: Vec<&str> = verdict.reasons.iter().map(|reason| reason.message.as_str()).collect();
    if verdict.valid != wanted {
        return Some(format!("valid is {}, expected {wanted}: {}", verdict.valid, messages.join("; ")));
    }
    let expected = expected_policies(case);
    let mut policies = verdict.chain.policies.clone();
    policies.sort_unstable();
    if wanted && policies != expected {
        return Some(format!("valid for the policies {policies:?}, expected {expected:?}"));
    }
    None
}

fn judge(case: &Value) -> Result<(PathVerdict, Duration), String> {
    let names: Vec<&str> = case["certs"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    let [root, between @ .., leaf] = names.as_slice() else { panic!("{names:?}") };
    let anchors = Anchors::only(vec![certificate(root)?]);
    let intermediates: Result<Vec<Certificate>, String> = between.iter().map(|n| certificate(n)).collect();
    let lists = case["crls"].as_array().unwrap().iter().filter_map(|name| list(name.as_str().unwrap()));
    let revocation =
        RevocationEvidence { lists: lists.collect(), required: true, ..RevocationEvidence::default() };
    let (leaf, intermediates) = (certificate(leaf)?, intermediates?);
    let begin = Instant::now();
    let verdict = verify(&PathQuestion {
        leaf: &leaf,
        intermediates: &intermediates,
        anchors: &anchors,
        at: AT.parse().unwrap(),
        purpose: Purpose::Any,
        policies: inputs(case),
        revocation: Some(&revocation),
    });
    Ok((verdict, begin.elapsed()))
}

fn certificate(name: &str) -> Result<Certificate, String> {
    let der =
        std::fs::read(testkit::repository().join(SUITE).join("certs").join(format!("{name}.crt"))).unwrap();
    Certificate::from_der(&der).map_err(|error| format!("{name}: {error}"))
}

/// A list; `None` for those that are broken on purpose, which count as missing.
fn list(name: &str) -> Option<RevocationList> {
    let der =
        std::fs::read(testkit::repository().join(SUITE).join("crls").join(format!("{name}.crl"))).unwrap();
    RevocationList::from_der(&der).ok()
}

/// The calls that set up a case in BoringSSL's rendering of the suite.
fn calls(case: &Value) -> impl Iterator<Item = (&str, &str)> {
    let calls = case["policy_calls"].as_array().unwrap().iter();
    calls.map(|call| (call[0].as_str().unwrap(), call[1].as_str().unwrap()))
}

fn inputs(case: &Value) -> PolicyInputs {
    let mut inputs = PolicyInputs::default();
    for (call, value) in calls(case) {
        match call {
            "SetInitialPolicySet" => inputs.acceptable = policies(value),
            "SetInitialExplicitPolicy" => inputs.require_explicit = value == "true",
            "SetInitialPolicyMappingInhibit" => inputs.inhibit_mapping = value == "true",
            "SetInitialInhibitAnyPolicy" => inputs.inhibit_any = value == "true",
            "SetUserConstrainedPolicySet" => {}
            other => panic!("{other}"),
        }
    }
    inputs
}

/// Where a case does not say otherwise, its path is valid for the first test policy.
fn expected_policies(case: &Value) -> Vec<ObjectIdentifier> {
    let stated = calls(case).find(|(call, _)| *call == "SetUserConstrainedPolicySet");
    let mut expected = policies(stated.map_or("NIST-test-policy-1", |(_, value)| value));
    expected.sort_unstable();
    expected
}

fn policies(names: &str) -> Vec<ObjectIdentifier> {
    let dotted = |name: &str| match name.strip_prefix("NIST-test-policy-") {
        Some(number) => format!("2.16.840.1.101.3.2.1.48.{number}"),
        None => "2.5.29.32.0".to_owned(),
    };
    names.split(',').filter(|name| !name.is_empty()).map(|name| dotted(name).parse().unwrap()).collect()
}
