//! What authorities forbid to those below them, and bags that make it expensive to find out. The rules themselves
//! are in `tests/pkits.rs`; here is what PKITS leaves out.

#![allow(clippy::unwrap_used, reason = "test code")]

mod maker;

use badsig::authenticode::certificate::Certificate;
use badsig::trust::Anchors;
use badsig::trust::chain::{PolicyInputs, Purpose};
use badsig::trust::path::{PathQuestion, PathVerdict, verify};
use maker::{Template, authority, extension, key, named_curve, point, tlv};

const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];
const POLICIES: &[u8] = &[0x55, 0x1d, 0x20];
const MAPPINGS: &[u8] = &[0x55, 0x1d, 0x21];
const INVALID_NAME: &str = "0x800B0114";
const INVALID_POLICY: &str = "0x800B0113";

/// A certificate whose key has the number of its depth, issued by the one above.
fn certificate(depth: u16, extensions: Vec<Vec<u8>>) -> Certificate {
    let above = depth.saturating_sub(1);
    let (subject, issuer) = (format!("Depth {depth}"), format!("Depth {above}"));
    let key_info = named_curve(&point(&key(depth)));
    let template = Template { serial: depth, subject: &subject, key_info, issuer: &issuer, extensions };
    template.signed_by(&key(above))
}

fn judge(
    root: &Certificate,
    between: &[Certificate],
    leaf: &Certificate,
    policies: PolicyInputs,
) -> PathVerdict {
    verify(&PathQuestion {
        leaf,
        intermediates: between,
        anchors: &Anchors::only(vec![root.clone()]),
        at: "2026-11-21".parse().unwrap(),
        purpose: Purpose::Any,
        policies,
        revocation: None,
    })
}

fn names(names: &[Vec<u8>]) -> Vec<u8> {
    extension(SUBJECT_ALT_NAME, &tlv(0x30, &[&names.concat()]))
}

fn excluded(bases: &[Vec<u8>]) -> Vec<u8> {
    let subtrees: Vec<Vec<u8>> = bases.iter().map(|base| tlv(0x30, &[base])).collect();
    extension(NAME_CONSTRAINTS, &tlv(0x30, &[&tlv(0xa1, &[&subtrees.concat()])]))
}

fn permitted(base: &[u8]) -> Vec<u8> {
    extension(NAME_CONSTRAINTS, &tlv(0x30, &[&tlv(0xa0, &[&tlv(0x30, &[base])])]))
}

fn dns(host: &str) -> Vec<u8> {
    tlv(0x82, &[host.as_bytes()])
}

/// The answer for a leaf with these names below a root with these constraints.
fn below(constraints: Vec<u8>, leaf: &[Vec<u8>]) -> PathVerdict {
    let root = certificate(0, vec![authority(), constraints]);
    judge(&root, &[], &certificate(1, vec![names(leaf)]), PolicyInputs::default())
}

#[test]
fn constraints_of_a_root_count() {
    assert!(below(permitted(&dns("example.com")), &[dns("www.EXAMPLE.com")]).valid);
    let verdict = below(permitted(&dns("example.com")), &[dns("www.example.com"), dns("example.org")]);
    assert_eq!(verdict.hresult.to_string(), INVALID_NAME);
    assert!(verdict.reasons.iter().any(|reason| reason.message.contains("\"example.org\"")));
}

#[test]
fn wildcards_stand_for_what_is_excluded() {
    let exclude = || excluded(&[dns("www.example.com")]);
    assert_eq!(below(exclude(), &[dns("*.example.com")]).hresult.to_string(), INVALID_NAME);
    assert!(below(exclude(), &[dns("*.example.org")]).valid);
}

#[test]
fn what_is_not_compared_is_refused() {
    let other = || tlv(0xa0, &[&[6, 2, 0x2a, 3], &tlv(0xa0, &[&[5, 0]])]);
    assert!(below(excluded(&[other()]), &[dns("example.com")]).valid);
    assert_eq!(below(excluded(&[other()]), &[other()]).hresult.to_string(), INVALID_NAME);
    assert_eq!(below(permitted(&other()), &[other()]).hresult.to_string(), INVALID_NAME);
}

#[test]
fn addresses_of_machines() {
    let network = tlv(0x87, &[&[10, 0, 0, 0, 255, 0, 0, 0]]);
    let address = |octets: &[u8]| tlv(0x87, &[octets]);
    assert!(below(permitted(&network), &[address(&[10, 1, 2, 3])]).valid);
    assert!(!below(permitted(&network), &[address(&[11, 1, 2, 3])]).valid);
    assert!(!below(permitted(&network), &[address(&[0; 16])]).valid);
}

#[test]
fn too_many_names_are_refused_soon() {
    let hosts = |suffix: &str| -> Vec<Vec<u8>> {
        (0..1500).map(|number| dns(&format!("host{number}.{suffix}"))).collect()
    };
    let verdict = below(excluded(&hosts("example.com")), &hosts("example.org"));
    assert_eq!(verdict.hresult.to_string(), INVALID_NAME);
}

/// Policies that all map to each other: the tree of RFC 5280 would have 40 to the power of 12 leaves.
#[test]
fn mapped_policies_do_not_explode() {
    let policy = |number: u8| tlv(6, &[&[0x2a, 3, number]]);
    let policies: Vec<Vec<u8>> = (1..40).map(|number| tlv(0x30, &[&policy(number)])).collect();
    let pairs = (1..40).flat_map(|from| (1..40).map(move |to| (from, to)));
    let mappings: Vec<Vec<u8>> = pairs.map(|(from, to)| tlv(0x30, &[&policy(from), &policy(to)])).collect();
    let mapping = vec![
        authority(),
        extension(POLICIES, &tlv(0x30, &[&policies.concat()])),
        extension(MAPPINGS, &tlv(0x30, &[&mappings.concat()])),
    ];
    let root = certificate(0, vec![authority()]);
    let between: Vec<Certificate> = (1..13).map(|depth| certificate(depth, mapping.clone())).collect();
    let leaf = certificate(13, vec![extension(POLICIES, &tlv(0x30, &[&policies.concat()]))]);
    let require = PolicyInputs { require_explicit: true, ..PolicyInputs::default() };
    let verdict = judge(&root, &between, &leaf, require.clone());
    assert_eq!(verdict.hresult.to_string(), INVALID_POLICY, "{:?}", verdict.reasons);
    // Two such authorities are within the bound.
    let leaf = certificate(3, vec![extension(POLICIES, &tlv(0x30, &[&policies.concat()]))]);
    let verdict = judge(&root, &between, &leaf, require);
    assert!(verdict.valid, "{:?}", verdict.reasons);
    assert_eq!(verdict.chain.policies.len(), 39);
}
