//! What is trusted and what is not, brought from outside: signed lists, stores, endpoints.
//!
//! `tests/recipes/make_trust.py` made the files of `tests/trust`; real lists of Microsoft stand beside the
//! project, and tests that need them say when they were skipped.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code that reports skips"
)]

use badsig::UtcTime;
use badsig::authenticode::certificate::Certificate;
use badsig::trust::signature::{SignatureVerdict, judge_signature};
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, Limits, Subject};
use testkit::{Random, pki, repository};

mod distrust;
mod endpoints;
mod forecasts;
mod signed_lists;
mod states;
mod stores;

/// A file of `tests/trust`.
fn made(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("tests/trust").join(name)).unwrap()
}

/// A certificate of the TEST authorities.
fn certificate(name: &str) -> Certificate {
    Certificate::from_der(&std::fs::read(pki(&format!("test-{name}.der"))).unwrap()).unwrap()
}

fn day(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn fixture(name: &str) -> Facts {
    let subject = Subject::open(&repository().join("fixtures").join(name)).unwrap();
    badsig::inspect(&subject, &Limits::default())
}

fn judged(name: &str, evidence: &Evidence) -> SignatureVerdict {
    let facts = fixture(name);
    judge_signature(&facts, &facts.signatures[0], evidence)
}

/// An element of a serialized store ([MS-OSHARED] 2.3.2.5).
fn element(id: u32, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap();
    [&id.to_le_bytes()[..], &1u32.to_le_bytes(), &length.to_le_bytes(), value].concat()
}

fn serialized(elements: &[Vec<u8>]) -> Vec<u8> {
    [b"\0\0\0\0CERT".to_vec(), elements.concat(), vec![0; 12]].concat()
}

/// The bytes with one to four of them changed, or cut short.
fn mutated(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let position = random.below(changed.len());
        changed[position] = u8::try_from(random.below(256)).unwrap();
    }
    if random.below(8) == 0 {
        changed.truncate(random.below(bytes.len()));
    }
    changed
}

/// A catalog's signature in a program is in order and says nothing of the program; nor does one that was not compared.
#[test]
fn a_signature_that_vouches_for_nothing_is_not_valid() {
    let evidence = Evidence::new(day("2026-11-21"), Anchors::only(vec![certificate("root")]));
    let mut facts = fixture("exe/signed.exe");
    let valid = |facts: &Facts| judge_signature(facts, &facts.signatures[0], &evidence).is_valid();
    assert!(valid(&facts));
    facts.signatures[0].contents.as_mut().unwrap().digest.as_mut().unwrap().computed = None;
    assert!(!valid(&facts));
    facts.signatures[0].contents.as_mut().unwrap().digest = None;
    assert!(!valid(&facts));
    facts.format = badsig::Format::Cat;
    assert!(valid(&facts));
}
