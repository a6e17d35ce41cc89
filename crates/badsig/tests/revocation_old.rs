//! What is not current any more still revokes, and vouches for nothing: delta lists (RFC 5280 5.2.4) and OCSP answers of a
//! responder whose certificate has ended (RFC 6960 4.2.2.2). Lists and answers are made here, with P-256 keys.

#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod maker;
mod revocation_cases;

use badsig::authenticode::certificate::Certificate;
use badsig::digest::DigestAlgorithm;
use badsig::trust::revocation::{CertificateStatus, OcspResponse, RevocationList};
use maker::{
    ECDSA_SHA256, Template, authority_certificate, extension, key, leaf_certificate, name, named_curve,
    point, sign, tlv,
};

const AUTHORITY: u16 = 1;
const RESPONDER: u16 = 2;
/// reasonCode (RFC 5280 5.3.1).
const KEY_COMPROMISE: u8 = 1;
const HOLD: u8 = 6;
const REMOVE: u8 = 8;

fn authority() -> Certificate {
    authority_certificate("TEST CA", AUTHORITY, "TEST CA", AUTHORITY, 7)
}

fn leaf() -> Certificate {
    leaf_certificate("TEST Leaf", "TEST CA", AUTHORITY)
}

/// serialNumber of the leaf, as an INTEGER.
fn serial() -> Vec<u8> {
    tlv(2, &[leaf().serial()])
}

/// A list: its number, the number that it is based on, its months of 2030, and why the leaf is on it.
struct List {
    number: u8,
    base: Option<u8>,
    months: [u8; 2],
    reason: Option<u8>,
}

fn complete(number: u8, months: [u8; 2], reason: Option<u8>) -> List {
    List { number, base: None, months, reason }
}

fn delta(number: u8, base: u8, months: [u8; 2], reason: Option<u8>) -> List {
    List { number, base: Some(base), months, reason }
}

impl List {
    /// `CertificateList` (RFC 5280 5.1), signed by a key.
    fn signed_by(&self, signer: u16) -> RevocationList {
        let time = |month: u8| tlv(0x17, &[format!("30{month:02}01000000Z").as_bytes()]);
        let [this_update, next_update] = self.months.map(time);
        let plain = |oid: &[u8], value: &[u8]| tlv(0x30, &[&tlv(6, &[oid]), &tlv(4, &[value])]);
        let mut extensions = plain(&[0x55, 0x1d, 0x14], &[2, 1, self.number]);
        extensions.extend(
            self.base.map(|base| extension(&[0x55, 0x1d, 0x1b], &[2, 1, base])).into_iter().flatten(),
        );
        let revoked = self.reason.map(|reason| {
            let code = tlv(0x30, &[&plain(&[0x55, 0x1d, 0x15], &[10, 1, reason])]);
            tlv(0x30, &[&tlv(0x30, &[&serial(), &tlv(0x17, &[b"300101000000Z"]), &code])])
        });
        let tbs = tlv(
            0x30,
            &[
                &[2, 1, 1],
                ECDSA_SHA256,
                &name("TEST CA"),
                &this_update,
                &next_update,
                &revoked.unwrap_or_default(),
                &tlv(0xa0, &[&tlv(0x30, &[&extensions])]),
            ],
        );
        let signature = sign(&key(signer), &DigestAlgorithm::Sha256.digest(&tbs));
        let list = tlv(0x30, &[&tbs, ECDSA_SHA256, &tlv(3, &[&[0], &signature])]);
        RevocationList::from_der(&list).unwrap()
    }
}

/// On 2030-06-15.
fn told_by(lists: &[List]) -> String {
    let lists: Vec<RevocationList> = lists.iter().map(|list| list.signed_by(AUTHORITY)).collect();
    told(&lists, &[], "2030-06-15")
}

fn told(lists: &[RevocationList], responses: &[OcspResponse], at: &str) -> String {
    match revocation_cases::ask(&leaf(), &authority(), lists, responses, at.parse().unwrap()) {
        CertificateStatus::Unknown { why, .. } => format!("unknown: {}", why.join("; ")),
        other => other.name().to_owned(),
    }
}

const CURRENT: [u8; 2] = [6, 7];
const ENDED: [u8; 2] = [5, 6];

#[test]
fn a_delta_list_that_is_not_current_still_revokes() {
    for months in [CURRENT, ENDED] {
        let revoking = || delta(2, 1, months, Some(KEY_COMPROMISE));
        assert_eq!(told_by(&[complete(1, CURRENT, None), revoking()]), "revoked");
        // Without the list that it changes.
        assert_eq!(told_by(&[revoking()]), "revoked");
        // Beside a newer one that does not repeat it.
        assert_eq!(told_by(&[complete(1, CURRENT, None), revoking(), delta(3, 1, CURRENT, None)]), "revoked");
        // Based on a list that is newer than the one at hand.
        assert_eq!(
            told_by(&[complete(1, CURRENT, None), delta(5, 4, months, Some(KEY_COMPROMISE))]),
            "revoked"
        );
    }
    // From after the time of checking.
    assert_eq!(told_by(&[complete(1, CURRENT, None), delta(2, 1, [7, 8], Some(KEY_COMPROMISE))]), "good");
    // By somebody else.
    let stranger = delta(2, 1, CURRENT, Some(KEY_COMPROMISE)).signed_by(RESPONDER);
    let base = complete(1, CURRENT, None).signed_by(AUTHORITY);
    assert_eq!(told(&[base, stranger], &[], "2030-06-15"), "good");
}

#[test]
fn holds_count_from_the_latest_current_list_only() {
    let base = || complete(1, CURRENT, None);
    assert_eq!(told_by(&[base(), delta(2, 1, CURRENT, Some(HOLD))]), "revoked");
    assert_eq!(told_by(&[delta(2, 1, CURRENT, Some(HOLD))]), "revoked");
    assert_eq!(told_by(&[base(), delta(5, 4, CURRENT, Some(HOLD))]), "revoked");
    assert!(told_by(&[base(), delta(2, 1, ENDED, Some(HOLD))]).starts_with("unknown"));
    assert!(told_by(&[delta(2, 1, ENDED, Some(HOLD))]).starts_with("unknown"));
    let lifted = delta(3, 1, CURRENT, Some(REMOVE));
    assert_eq!(told_by(&[base(), delta(2, 1, CURRENT, Some(HOLD)), lifted]), "good");
    assert_eq!(told_by(&[complete(3, CURRENT, None), delta(2, 1, CURRENT, Some(HOLD))]), "good");
}

#[test]
fn a_newer_delta_list_that_cannot_be_used_leaves_it_open() {
    let base = || complete(3, CURRENT, None);
    assert_eq!(told_by(&[base()]), "good");
    assert_eq!(told_by(&[base(), delta(4, 3, CURRENT, None)]), "good");
    assert_eq!(told_by(&[base(), delta(2, 1, ENDED, None)]), "good");
    for newer in [delta(4, 3, ENDED, None), delta(6, 5, CURRENT, None)] {
        let told = told_by(&[base(), newer]);
        assert!(told.starts_with("unknown") && told.contains("is newer than"), "{told}");
    }
    assert!(
        told_by(&[base(), delta(4, 3, CURRENT, None), delta(6, 5, CURRENT, None)]).starts_with("unknown")
    );
}

/// A responder that the authority appoints, valid from 2020 to 2040.
fn responder() -> Certificate {
    let usage = tlv(0x30, &[&[6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 9]]);
    let extensions = vec![extension(&[0x55, 0x1d, 0x25], &usage)];
    let key_info = named_curve(&point(&key(RESPONDER)));
    Template { serial: 9, subject: "TEST Responder", key_info, issuer: "TEST CA", extensions }
        .signed_by(&key(AUTHORITY))
}

/// `CertStatus` (RFC 6960 4.2.1).
fn revoked(reason: u8) -> Vec<u8> {
    let time = tlv(0x18, &[b"20300101000000Z"]);
    tlv(0xa1, &[&time, &tlv(0xa0, &[&[10, 1, reason]])])
}

/// `OCSPResponse` (RFC 6960 4.2.1), made in 2039 and current until 2050.
fn answer(status: &[u8]) -> OcspResponse {
    let sha1 = DigestAlgorithm::Sha1;
    let id = tlv(
        0x30,
        &[
            &[0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0],
            &tlv(4, &[&sha1.digest(&name("TEST CA"))]),
            &tlv(4, &[&sha1.digest(&point(&key(AUTHORITY)))]),
            &serial(),
        ],
    );
    let made = tlv(0x18, &[b"20390601000000Z"]);
    let next = tlv(0xa0, &[&tlv(0x18, &[b"20500101000000Z"])]);
    let single = tlv(0x30, &[&id, status, &made, &next]);
    let by = tlv(0xa1, &[&name("TEST Responder")]);
    let tbs = tlv(0x30, &[&by, &made, &tlv(0x30, &[&single])]);
    let signature = sign(&key(RESPONDER), &DigestAlgorithm::Sha256.digest(&tbs));
    let certificates = tlv(0xa0, &[&tlv(0x30, &[responder().der()])]);
    let basic = tlv(0x30, &[&tbs, ECDSA_SHA256, &tlv(3, &[&[0], &signature]), &certificates]);
    let kind = [6, 9, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1];
    let bytes = tlv(0xa0, &[&tlv(0x30, &[&kind, &tlv(4, &[&basic])])]);
    OcspResponse::from_der(&tlv(0x30, &[&[10, 1, 0], &bytes])).unwrap()
}

#[test]
fn an_answer_of_a_responder_that_has_ended_revokes_and_vouches_for_nothing() {
    let good = vec![0x80, 0];
    for (status, before, after) in [
        (good, "good", "unknown"),
        (revoked(KEY_COMPROMISE), "revoked", "revoked"),
        (revoked(HOLD), "revoked", "unknown"),
    ] {
        let answers = [answer(&status)];
        assert_eq!(told(&[], &answers, "2039-07-01"), before, "{status:?}");
        let told = told(&[], &answers, "2041-01-01");
        assert_eq!(told.split(':').next(), Some(after), "{told}");
    }
}
