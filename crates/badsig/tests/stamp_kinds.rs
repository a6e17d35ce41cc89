//! Which unsigned attributes are time stamps: the countersignature of PKCS#9 and Microsoft's attribute for RFC 3161 tokens.
//! The same token under another attribute stamps nothing.

#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod common;

use badsig::trust::signature::judge_signature;
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, Limits, Policy, Subject};
use testkit::repository;

/// 1.3.6.1.4.1.311.3.3.1, SPC_RFC3161_OBJID, as an OBJECT IDENTIFIER.
const MICROSOFT: [u8; 12] = [6, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 3, 3, 1];
/// 1.2.840.113549.1.9.16.2.14, id-aa-timeStampToken (RFC 3161 appendix A).
const CADES: [u8; 13] = [6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 14];

/// The DER with one object identifier in place of another, all lengths made anew.
fn replaced(mut der: &[u8]) -> Vec<u8> {
    let mut made = Vec::new();
    while !der.is_empty() {
        let (head, length) = match der[1] {
            short if short < 0x80 => (2, usize::from(short)),
            long => {
                let count = usize::from(long & 0x7f);
                (2 + count, der[2..2 + count].iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))
            }
        };
        let (own, rest) = der.split_at(head + length);
        der = rest;
        if own == MICROSOFT {
            made.extend(CADES);
        } else if own[0] & 0x20 == 0 {
            made.extend(own);
        } else {
            let body = replaced(&own[head..]);
            made.push(own[0]);
            made.extend(length_of(body.len()));
            made.extend(body);
        }
    }
    made
}

fn length_of(length: usize) -> Vec<u8> {
    let octets: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => vec![short],
        _ => [&[0x80 | u8::try_from(octets.len()).unwrap()][..], &octets].concat(),
    }
}

fn evidence(at: &str) -> Evidence {
    Evidence::new(at.parse().unwrap(), Anchors::only(vec![common::test_root()]))
}

fn inspected(bytes: Vec<u8>) -> Facts {
    badsig::inspect(&Subject::from_bytes("signed-stamped.cat", bytes), &Limits::default())
}

#[test]
fn a_token_under_the_attribute_of_cades_is_no_stamp() {
    let stamped = std::fs::read(repository().join("fixtures/cat/signed-stamped.cat")).unwrap();
    let moved = inspected(replaced(&stamped));
    let stamped = inspected(stamped);
    // When the signer's certificate has ended.
    let evidence = evidence("2039-06-01");
    let judged = |facts: &Facts| judge_signature(facts, &facts.signatures[0], &evidence);
    assert_eq!(judged(&stamped).stamped(), Some("2020-06-01".parse().unwrap()));
    assert!(judged(&stamped).is_valid(), "{:?}", judged(&stamped).reasons);
    let verdict = judged(&moved);
    assert_eq!((verdict.timestamps.len(), verdict.stamped()), (0, None));
    assert_eq!(verdict.hresult.to_string(), "0x800B0101", "{:?}", verdict.reasons);
    // It is told that there is one.
    let told = badsig::judge(&moved, &evidence, &Policy::default());
    let told = told.findings.iter().find(|finding| finding.check == "unknown-unsigned-attribute").unwrap();
    assert!(told.message.contains("1.2.840.113549.1.9.16.2.14 (a CAdES time stamp"), "{}", told.message);
}
