//! Bags of certificates that are made to mislead the search for a chain, or to keep it busy.

#![allow(clippy::arithmetic_side_effects, clippy::print_stdout, clippy::unwrap_used, reason = "test code")]

mod maker;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use badsig::authenticode::certificate::Certificate;
use badsig::trust::Anchors;
use badsig::trust::chain::{PolicyInputs, Purpose};
use badsig::trust::path::{PathQuestion, PathVerdict, verify};
use maker::{Template, authority, authority_certificate, key, leaf_certificate, named_curve, point, tlv};
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::sec1::{FromSec1Point, ToSec1Point};
use p256::{AffinePoint, ProjectivePoint, Scalar};

fn judge(leaf: &Certificate, intermediates: &[Certificate], root: &Certificate) -> PathVerdict {
    let begin = Instant::now();
    let verdict = verify(&question(leaf, intermediates, &Anchors::only(vec![root.clone()])));
    let mut fastest = begin.elapsed();
    if !cfg!(debug_assertions) {
        for _ in 0..4 {
            let begin = Instant::now();
            let anchors = Anchors::only(vec![root.clone()]);
            std::hint::black_box(verify(&question(leaf, intermediates, &anchors)));
            fastest = fastest.min(begin.elapsed());
        }
        assert!(fastest <= MOST, "{fastest:?}");
    }
    let worst = {
        let mut worst = WORST.lock().unwrap();
        *worst = (*worst).max(fastest);
        *worst
    };
    println!("{} certificates: {fastest:?}, the worst so far {worst:?}", intermediates.len());
    verdict
}

/// The slowest search of this run.
static WORST: Mutex<Duration> = Mutex::new(Duration::ZERO);

/// What one search may take in an optimized build, the fastest of five.
const MOST: Duration = Duration::from_millis(50);

fn question<'a>(
    leaf: &'a Certificate,
    intermediates: &'a [Certificate],
    anchors: &'a Anchors,
) -> PathQuestion<'a> {
    PathQuestion {
        leaf,
        intermediates,
        anchors,
        at: "2026-11-21".parse().unwrap(),
        purpose: Purpose::Any,
        policies: PolicyInputs::default(),
        revocation: None,
    }
}

/// What one search may cost: 256 checks by RSA keys of 2048 bits, of which one by a P-256 key costs four. Together
/// that is some 25 ms on a machine of 2026.
fn assert_cheap(what: &str, verdict: &PathVerdict) {
    println!("{what}: {} signature checks", verdict.signature_checks);
    assert!(verdict.signature_checks <= 64, "{what}: {} signature checks", verdict.signature_checks);
}

#[test]
fn many_certificates_of_one_name() {
    let root = authority_certificate("Root", 1, "Root", 1, 1);
    let decoys: Vec<Certificate> =
        (2..512).map(|number| authority_certificate("Issuer", number, "Root", 1, number)).collect();
    let leaf = leaf_certificate("Leaf", "Issuer", 9999);
    let verdict = judge(&leaf, &decoys, &root);
    assert!(!verdict.valid);
    assert_cheap("510 issuers of one name, none of which signed", &verdict);
}

#[test]
fn re_issued_over_and_over() {
    let root = authority_certificate("Root", 1, "Root", 1, 1);
    let copies: Vec<Certificate> =
        (2..256).map(|serial| authority_certificate("Issuer", 2, "Root", 1, serial)).collect();
    let verdict = judge(&leaf_certificate("Leaf", "Issuer", 2), &copies, &root);
    assert!(verdict.valid);
    assert_cheap("254 certificates of one key", &verdict);
    let verdict = judge(
        &leaf_certificate("Leaf", "Issuer", 2),
        &copies,
        &authority_certificate("Another root", 3, "Another root", 3, 1),
    );
    assert!(!verdict.valid);
    assert_cheap("254 certificates of one key without their root", &verdict);
}

#[test]
fn everyone_certifies_everyone() {
    let names: Vec<String> = (0..12).map(|number| format!("Authority {number}")).collect();
    let mut bag = Vec::new();
    for (subject, subject_key) in names.iter().zip(2..) {
        for (issuer, issuer_key) in names.iter().zip(2..) {
            bag.push(authority_certificate(subject, subject_key, issuer, issuer_key, issuer_key));
        }
    }
    let root = authority_certificate("Root", 1, "Root", 1, 1);
    let leaf = leaf_certificate("Leaf", "Authority 0", 2);
    let verdict = judge(&leaf, &bag, &root);
    assert!(!verdict.valid);
    assert_cheap("144 cross-certificates without a root", &verdict);
    bag.push(authority_certificate("Authority 11", 13, "Root", 1, 7));
    let verdict = judge(&leaf, &bag, &root);
    assert_cheap("144 cross-certificates and a way out", &verdict);
    assert!(verdict.valid || verdict.is_undecided(), "{:?}", verdict.reasons);
}

#[test]
fn a_long_chain_and_a_loop() {
    let names: Vec<String> = (0..100).map(|number| format!("Authority {number}")).collect();
    let root = authority_certificate("Root", 1, "Root", 1, 1);
    let mut bag: Vec<Certificate> = names
        .iter()
        .zip(names.iter().skip(1))
        .zip(10..)
        .map(|((subject, issuer), number)| authority_certificate(subject, number, issuer, number + 1, number))
        .collect();
    let leaf = leaf_certificate("Leaf", "Authority 0", 10);
    let verdict = judge(&leaf, &bag, &root);
    assert!(!verdict.valid && verdict.is_undecided());
    assert_cheap("a chain of 100 certificates", &verdict);
    bag.truncate(5);
    bag.push(authority_certificate("Authority 5", 15, "Authority 0", 10, 99));
    let verdict = judge(&leaf, &bag, &root);
    assert!(!verdict.valid);
    assert_cheap("a loop", &verdict);
}

const P: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const A: &str = "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc";
const B: &str = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b";
const N: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// SubjectPublicKeyInfo with P-256's numbers written out (RFC 3279 2.3.5), but another base point.
fn explicit_curve(base: &[u8], point: &[u8]) -> Vec<u8> {
    let number = |digits: &str| badsig::Hex::parse(digits).unwrap().0;
    let integer = |digits: &str| tlv(2, &[&[0], &number(digits)]);
    let octets = |bytes: &[u8]| tlv(4, &[bytes]);
    let field = tlv(0x30, &[&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 1], &integer(P)]);
    let curve = tlv(0x30, &[&octets(&number(A)), &octets(&number(B))]);
    let parts = [&[2, 1, 1][..], &field, &curve, &octets(base), &integer(N), &[2, 1, 1]];
    let algorithm = tlv(0x30, &[&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], &tlv(0x30, &parts)]);
    tlv(0x30, &[&algorithm, &tlv(3, &[&[0], point])])
}

/// ECDSA with the root's public key as base point and the private key 1, whose public key is the root's.
fn sign_with_one(base: AffinePoint, digest: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| <Scalar as Reduce<p256::FieldBytes>>::reduce(&bytes.try_into().unwrap());
    let (base, nonce) = (ProjectivePoint::from(base), Scalar::from(12_345u64));
    let x_of = |point: ProjectivePoint| number(point.to_affine().to_sec1_point(false).x().unwrap());
    let (z, r) = (number(digest), x_of(base * nonce));
    let s = nonce.invert().unwrap() * (z + r);
    // What a verifier that takes the base point from the certificate would compute.
    assert_eq!(x_of(base * (s.invert().unwrap() * (z + r))), r);
    p256::ecdsa::Signature::from_scalars(r, s).unwrap().to_der().as_bytes().to_vec()
}

/// CVE-2020-0601: Windows took a certificate with a root's name and public key for that root, although the
/// certificate brought its own curve, on which anybody knows the private key.
#[test]
fn a_root_is_the_whole_certificate() {
    let root = authority_certificate("Root", 1, "Root", 1, 1);
    let public = point(&key(1));
    let base = AffinePoint::from_sec1_point(&p256::Sec1Point::from_bytes(&public).unwrap()).unwrap();
    let sign = |digest: &[u8]| sign_with_one(base, digest);
    let rogue = Template {
        serial: 1,
        subject: "Root",
        key_info: explicit_curve(&public, &public),
        issuer: "Root",
        extensions: vec![authority()],
    }
    .signed_with(sign);
    let leaf = Template {
        serial: 2,
        subject: "Leaf",
        key_info: named_curve(&point(&key(2))),
        issuer: "Root",
        extensions: Vec::new(),
    }
    .signed_with(sign);
    for bag in [vec![rogue.clone()], vec![rogue.clone(), root.clone()], Vec::new()] {
        let verdict = judge(&leaf, &bag, &root);
        assert!(!verdict.valid, "{:?}", verdict.chain);
        assert_eq!(verdict.hresult.to_string(), "0x80096004", "{:?}", verdict.reasons);
    }
    assert!(!judge(&rogue, &[], &root).valid);
    // What the root itself signed is valid, whatever else is in the bag.
    assert!(judge(&leaf_certificate("Leaf", "Root", 1), &[rogue], &root).valid);
}

/// The same name and key on the named curve: still another certificate, which the root did not sign.
#[test]
fn a_copy_of_a_root_is_no_root() {
    let root = authority_certificate("Root", 1, "Root", 1, 1);
    let copy = authority_certificate("Root", 1, "Root", 2, 1);
    assert!(!judge(&copy, &[], &root).valid);
    let other = authority_certificate("Another root", 3, "Another root", 3, 1);
    assert!(!judge(&leaf_certificate("Leaf", "Root", 1), &[root], &other).valid);
}
