//! The WinTrust State value: the table of conditions, waiving bits and codes.

use super::{certificate, day, fixture, judged};
use badsig::authenticode::program::StatementType::{Commercial, Individual};
use badsig::codes::hresult::{
    CERT_E_EXPIRED, CERT_E_REVOCATION_FAILURE, CERT_E_REVOKED, CERT_E_UNTRUSTEDTESTROOT, S_OK,
    TRUST_E_BAD_DIGEST, TRUST_E_SUBJECT_NOT_TRUSTED,
};
use badsig::codes::wintrust_state::WintrustState;
use badsig::codes::{Confidence, HResult};
use badsig::trust::reason::{Cause, Part, Reason};
use badsig::trust::state::{StatePolicy, StateVerdict};
use badsig::trust::{Anchors, Evidence};

fn reason(code: u32, part: Part) -> Reason {
    let (cause, confidence) = (Cause::Expired, Confidence::Documented);
    Reason { cause, hresult: HResult(code), part, message: String::new(), confidence, link: None }
}

fn policy(state: u32) -> StatePolicy {
    WintrustState(state).into()
}

/// The default and values from real computers, decoded with the bits of `wintrust.h`.
#[test]
fn real_values() {
    let default = StatePolicy {
        ignore_expiration: false,
        check_revocation: true,
        offline_ok_individual: true,
        offline_ok_commercial: true,
        check_timestamp_revocation: false,
        refuse_version_1: false,
        trusted_publishers_only: false,
        accept_test_root: false,
    };
    assert_eq!(policy(0x2_3c00), default);
    assert_eq!(StatePolicy::default(), default);
    assert_eq!(policy(0x2_3e00), StatePolicy { check_revocation: false, ..default });
    let strict = StatePolicy {
        offline_ok_individual: false,
        offline_ok_commercial: false,
        check_timestamp_revocation: true,
        accept_test_root: true,
        ..default
    };
    assert_eq!(policy(0xc9), strict);
    assert_eq!(policy(0x8c9), StatePolicy { offline_ok_commercial: true, ..strict });
    let other = StatePolicy { offline_ok_individual: false, ..default };
    assert_eq!(policy(0x2_2849), other);
}

/// Condition, bits that waive it, bits that do not.
#[test]
fn the_table_of_effects() {
    let rows: [(u32, &[u32], &[u32]); 4] = [
        (CERT_E_EXPIRED, &[0x100], &[0, 0x200, 0x2_3e00, 0xc9]),
        (CERT_E_REVOCATION_FAILURE, &[0x800, 0x200, 0x2_3c00, 0x8c9], &[0, 0x400, 0x100, 0xc9]),
        (CERT_E_REVOKED, &[0x200, 0x2_3e00], &[0, 0x800, 0x2_3c00, 0x100]),
        (CERT_E_UNTRUSTEDTESTROOT, &[0x20, 0x80, 0xc9], &[0, 0x100, 0x2_3c00]),
    ];
    for (code, waiving, others) in rows {
        let waives = |state: &u32| policy(*state).waives(&reason(code, Part::Signer), Commercial);
        assert!(waiving.iter().all(waives), "{code:#x}");
        assert!(!others.iter().any(waives), "{code:#x}");
    }
    let offline = reason(CERT_E_REVOCATION_FAILURE, Part::Signer);
    assert!(policy(0x400).waives(&offline, Individual) && policy(0x800).waives(&offline, Individual));
    assert!(!policy(0xc9).waives(&offline, Individual));
    assert!(!policy(u32::MAX).waives(&reason(TRUST_E_BAD_DIGEST, Part::File), Commercial));
}

#[test]
fn time_stamp_authorities_have_a_bit_of_their_own() {
    let revoked = reason(CERT_E_REVOKED, Part::Timestamp);
    assert!(policy(0x2_0000).waives(&revoked, Commercial));
    assert!(policy(0x200).waives(&revoked, Commercial));
    assert!(!policy(0).waives(&revoked, Commercial));
    assert!(!policy(0x2_0000).waives(&reason(CERT_E_REVOKED, Part::Intermediate), Commercial));
}

fn applied(state: u32, file: &str, publishers: &[&str]) -> StateVerdict {
    let evidence = Evidence::new(day("2026-11-21"), Anchors::only(vec![certificate("root")]));
    let publishers: Vec<_> = publishers.iter().map(|name| certificate(name)).collect();
    policy(state).apply(&fixture(file).signatures[0], &judged(file, &evidence), &publishers)
}

#[test]
fn a_verdict_under_a_state() {
    assert_eq!(applied(0x2_3c00, "exe/expired.exe", &[]).hresult.0, CERT_E_EXPIRED);
    let ignoring = applied(0x2_3d00, "exe/expired.exe", &[]);
    assert_eq!((ignoring.hresult.0, ignoring.reasons.len(), ignoring.waived.len()), (S_OK, 0, 1));
    assert_eq!(applied(0x2_3d00, "exe/tampered.exe", &[]).hresult.0, TRUST_E_BAD_DIGEST);
    let early = applied(0x2_3d00, "exe/not-yet-valid.exe", &[]);
    assert_eq!(early.hresult.0, CERT_E_EXPIRED, "only expiry is ignored");
}

#[test]
fn only_trusted_publishers() {
    assert_eq!(applied(0x4_0000, "exe/signed.exe", &["publisher"]).hresult.0, S_OK);
    let other = applied(0x4_0000, "exe/signed.exe", &["other-publisher"]);
    assert_eq!(other.hresult.0, TRUST_E_SUBJECT_NOT_TRUSTED);
    assert_eq!(other.reasons[0].cause, Cause::UnknownPublisher);
    assert_eq!(applied(0, "exe/signed.exe", &[]).hresult.0, S_OK);
}
