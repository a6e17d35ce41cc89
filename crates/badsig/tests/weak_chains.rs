//! Chains with MD5 and with short keys: what a stamp excuses, and under which roots. The certificates are made here and signed with the
//! TEST root's key; `tests/trust/sync` makes the TEST root one of a root program.
//!
//! Expected: Microsoft Security Advisory 2862973 (MD5 under roots of the root program, 2009-03-01) and KB2661254 (RSA below 1024
//! bits, 2010-01-01).

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;
mod maker;

use badsig::UtcTime;
use badsig::authenticode::certificate::Certificate;
use badsig::digest::DigestAlgorithm;
use badsig::trust::chain::{PolicyInputs, Purpose, Question, SignatureCache, all_chains};
use badsig::trust::reason::{Cause, Part};
use badsig::trust::root_program::{ListRoot, RootSource, StampedOrNow};
use badsig::trust::{Anchors, CertificateStore};
use base64::Engine as _;
use maker::{key, name, named_curve, point, tlv};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use testkit::{pki, repository};

/// AlgorithmIdentifier and the prefix of DigestInfo (RFC 8017 9.2, note 1) of RSASSA-PKCS1-v1_5.
type Scheme = (DigestAlgorithm, u8, &'static [u8]);
const MD5: Scheme = (
    DigestAlgorithm::Md5,
    4,
    &[0x30, 0x20, 0x30, 0x0c, 6, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5, 5, 0, 4, 0x10],
);
const SHA256: Scheme = (
    DigestAlgorithm::Sha256,
    11,
    &[0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20],
);

fn root() -> Certificate {
    common::test_root()
}

fn root_key() -> RsaPrivateKey {
    let pem = std::fs::read_to_string(pki("TEST-root.key")).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    RsaPrivateKey::from_pkcs8_der(&base64::prelude::BASE64_STANDARD.decode(body).unwrap()).unwrap()
}

/// A certificate from 2005 to 2040 that the TEST root issued.
fn issued((digest, scheme, prefix): Scheme, key_info: &[u8]) -> Certificate {
    let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, scheme];
    let algorithm = tlv(0x30, &[&tlv(6, &[&oid]), &[5, 0]]);
    let validity = tlv(0x30, &[&tlv(0x17, &[b"050101000000Z"]), &tlv(0x17, &[b"400101000000Z"])]);
    let root = root();
    let tbs = tlv(
        0x30,
        &[
            &tlv(0xa0, &[&[2, 1, 2]]),
            &[2, 1, 77],
            &algorithm,
            root.subject(),
            &validity,
            &name("TEST Old"),
            key_info,
        ],
    );
    let signed = [prefix, &digest.digest(&tbs)].concat();
    let signature = root_key().sign(Pkcs1v15Sign::new_unprefixed(), &signed).unwrap();
    Certificate::from_der(&tlv(0x30, &[&tbs, &algorithm, &tlv(3, &[&[0], &signature])])).unwrap()
}

/// An RSA key of 768 bits, whose factors nobody knows.
fn short_key() -> Vec<u8> {
    let modulus = tlv(2, &[&[0], &[0xc5; 96]]);
    let key = tlv(0x30, &[&modulus, &[2, 3, 1, 0, 1]]);
    let rsa = [0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    tlv(0x30, &[&rsa, &tlv(3, &[&[0], &key])])
}

fn curve_key() -> Vec<u8> {
    named_curve(&point(&key(3)))
}

fn program() -> Anchors {
    let store = CertificateStore::read_dir(&repository().join("tests/trust/sync")).unwrap();
    let (source, signer) = (RootSource::Directory("sync".into()), ListRoot::Own(root()));
    Anchors::program_from(store.root_program(source, None, &signer).unwrap().unwrap())
}

fn causes(leaf: &Certificate, anchors: &Anchors, purpose: Purpose, effective: StampedOrNow) -> Vec<Cause> {
    let chain = all_chains(&Question {
        leaf,
        candidates: &[],
        anchors,
        purpose,
        effective,
        cache: &SignatureCache::default(),
        policies: &PolicyInputs::default(),
        revocation: None,
        distrust: None,
    })
    .best;
    let own = |part| matches!(part, Part::Signer | Part::Timestamp);
    // The root is of 2020: in the years of old stamps it was not valid yet.
    let reasons = chain.reasons.iter().filter(|reason| own(reason.part));
    reasons.map(|reason| reason.cause).filter(|cause| *cause != Cause::NotYetValid).collect()
}

fn stamped(day: &str) -> StampedOrNow {
    StampedOrNow::Stamped(day.parse().unwrap())
}

fn now() -> StampedOrNow {
    StampedOrNow::Now("2026-11-21".parse::<UtcTime>().unwrap())
}

#[test]
fn md5_under_the_root_program_is_refused() {
    let leaf = issued(MD5, &curve_key());
    let (listed, own) = (program(), Anchors::only(vec![root()]));
    let both = program().with([root()]);
    let code_signing = |anchors, effective| causes(&leaf, anchors, Purpose::CodeSigning, effective);
    let refused = vec![Cause::WeakCertificateDigest];
    assert_eq!(code_signing(&listed, now()), refused);
    assert_eq!(code_signing(&listed, stamped("2009-03-01")), refused);
    assert_eq!(code_signing(&listed, stamped("2009-02-28T23:59:59Z")), []);
    // An administrator's own root.
    assert_eq!(code_signing(&own, now()), []);
    assert_eq!(code_signing(&both, now()), []);
    let sha256 = issued(SHA256, &curve_key());
    assert_eq!(causes(&sha256, &program(), Purpose::CodeSigning, now()), []);
}

#[test]
fn short_keys_are_excused_by_old_stamps() {
    let leaf = issued(SHA256, &short_key());
    let own = Anchors::only(vec![root()]);
    let short = vec![Cause::WeakKey];
    for (effective, expected) in [
        (now(), short.clone()),
        (StampedOrNow::Now("2009-06-01".parse().unwrap()), short.clone()),
        (stamped("2010-01-01"), short.clone()),
        (stamped("2009-12-31T23:59:59Z"), Vec::new()),
    ] {
        assert_eq!(causes(&leaf, &own, Purpose::CodeSigning, effective), expected, "{effective:?}");
    }
    // Not the chain of the authority that stamped.
    let stamp = causes(&leaf, &own, Purpose::TimeStamping, stamped("2009-06-01"));
    assert!(stamp.contains(&Cause::WeakKey), "{stamp:?}");
}
