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

const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
/// 1.3.6.1.4.1.311.21.10 (MS-WCCE 2.2.2.7.7.3).
const APPLICATION_POLICIES: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 21, 10];
const CODE_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 3];
const CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
/// 1.3.6.1.4.1.311.10.12.1.
const ANY_APPLICATION: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 10, 12, 1];

fn usage(oid: &[u8]) -> Vec<u8> {
    extension(EXTENDED_KEY_USAGE, &tlv(0x30, &[&tlv(6, &[oid])]))
}

fn application(oid: &[u8]) -> Vec<u8> {
    extension(APPLICATION_POLICIES, &tlv(0x30, &[&tlv(0x30, &[&tlv(6, &[oid])])]))
}

/// The code for a leaf and an authority with these extensions, for code signing.
fn for_code_signing(authority_has: Vec<Vec<u8>>, leaf_has: Vec<Vec<u8>>) -> String {
    let root = certificate(0, vec![authority()]);
    let between = certificate(1, [vec![authority()], authority_has].concat());
    let verdict = verify(&PathQuestion {
        leaf: &certificate(2, leaf_has),
        intermediates: &[between],
        anchors: &Anchors::only(vec![root]),
        at: "2026-11-21".parse().unwrap(),
        purpose: Purpose::CodeSigning,
        policies: PolicyInputs::default(),
        revocation: None,
    });
    verdict.hresult.to_string()
}

/// Where a certificate has Application Policies and extKeyUsage, the latter is ignored (TechNet cc776986).
#[test]
fn application_policies_stand_in_place_of_usages() {
    const GOOD: &str = "0x00000000";
    const WRONG_USAGE: &str = "0x800B0110";
    let (code, client) = (|| usage(CODE_SIGNING), || usage(CLIENT_AUTH));
    assert_eq!(for_code_signing(Vec::new(), vec![code()]), GOOD);
    assert_eq!(for_code_signing(Vec::new(), vec![code(), application(CLIENT_AUTH)]), WRONG_USAGE);
    assert_eq!(for_code_signing(Vec::new(), vec![application(CLIENT_AUTH), code()]), WRONG_USAGE);
    assert_eq!(for_code_signing(Vec::new(), vec![client(), application(CODE_SIGNING)]), GOOD);
    assert_eq!(for_code_signing(Vec::new(), vec![code(), application(CODE_SIGNING)]), GOOD, "critical");
    assert_eq!(for_code_signing(Vec::new(), vec![client(), application(ANY_APPLICATION)]), GOOD);
    assert_eq!(for_code_signing(vec![code(), application(CLIENT_AUTH)], vec![code()]), WRONG_USAGE);
    // What cannot be read limits in an unknown way.
    let broken = extension(APPLICATION_POLICIES, &[0x30, 1, 0]);
    assert_eq!(for_code_signing(Vec::new(), vec![code(), broken]), "0x800B0105");
}
