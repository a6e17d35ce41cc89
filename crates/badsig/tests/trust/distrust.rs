//! Distrusted certificates, by Microsoft's way of naming them and by thumbprint.

use super::{certificate, day, fixture, judged, made};
use badsig::codes::HResult;
use badsig::codes::hresult::TRUST_E_EXPLICIT_DISTRUST;
use badsig::trust::distrust::{DistrustError, IdentifierKind};
use badsig::trust::reason::{Cause, Part};
use badsig::trust::root_program::{ListUsage, SignedList};
use badsig::trust::{Anchors, DistrustList, Evidence};
use badsig::{Hex, Outcome, Policy};

fn list(name: &str) -> SignedList {
    SignedList::verify_under(&made(name), ListUsage::Distrusted, &certificate("root")).unwrap()
}

fn signed() -> DistrustList {
    DistrustList::default().with_list("disallowedcert.stl", &list("disallowedcert.stl")).unwrap()
}

fn evidence(distrust: DistrustList) -> Evidence {
    let mut evidence = Evidence::new(day("2026-11-21"), Anchors::only(vec![certificate("root")]));
    evidence.distrust = distrust;
    evidence
}

/// Identifiers made by Python's hashlib (`make_trust.py`): the publisher's key, the authority's signed part; the
/// other publisher only by what must not match.
#[test]
fn identifiers_are_matched_by_kind_and_length() {
    let list = signed();
    let kind = |name| list.find(&certificate(name)).map(|found| found.kind);
    assert_eq!(kind("publisher"), Some(IdentifierKind::Key));
    assert_eq!(kind("tsa"), Some(IdentifierKind::SignedPart));
    assert_eq!(kind("other-publisher"), None);
    assert_eq!(kind("root"), None);
    let sources: Vec<_> = list.sources().map(|source| (source.name.to_owned(), source.entries)).collect();
    assert_eq!(sources, [("disallowedcert.stl".to_owned(), 5)]);
}

#[test]
fn a_distrusted_signer_fails() {
    let verdict = judged("exe/signed.exe", &evidence(signed()));
    assert_eq!(verdict.hresult, HResult(TRUST_E_EXPLICIT_DISTRUST));
    let reason = &verdict.reasons[0];
    assert_eq!((reason.cause, reason.part), (Cause::Distrusted, Part::Signer));
    assert_eq!(
        reason.message,
        "the certificate \"TEST Publisher\" is distrusted: disallowedcert.stl lists it by its key"
    );
    let facts = fixture("exe/signed.exe");
    let verdict = badsig::judge(&facts, &evidence(signed()), &Policy::default());
    assert_eq!(verdict.outcome, Outcome::Blocked);
    let verdict = badsig::judge(&facts, &evidence(DistrustList::default()), &Policy::default());
    assert_eq!(verdict.outcome, Outcome::Publishable);
}

/// The signer had expired when it was judged: without its stamp nothing holds the signature up.
#[test]
fn a_distrusted_time_stamp_does_not_count() {
    let own = DistrustList::default().with_certificates("own list", [&certificate("tsa")]);
    let verdict = judged("exe/expired-stamped.exe", &evidence(own));
    assert!(!verdict.is_valid() && verdict.stamp.is_none());
    let distrusted = |reason: &&badsig::trust::reason::Reason| reason.cause == Cause::Distrusted;
    assert_eq!(verdict.reasons.iter().find(distrusted).unwrap().part, Part::Timestamp);
    assert!(judged("exe/expired-stamped.exe", &evidence(DistrustList::default())).is_valid());
}

#[test]
fn every_place_of_a_chain_counts() {
    for (name, part) in
        [("publisher", Part::Signer), ("code-signing-ca", Part::Intermediate), ("root", Part::Root)]
    {
        let own = DistrustList::default().with_certificates("own list", [&certificate(name)]);
        let verdict = judged("msi/signed.msi", &evidence(own));
        assert_eq!(verdict.hresult, HResult(TRUST_E_EXPLICIT_DISTRUST), "{name}");
        assert_eq!(verdict.reasons[0].part, part);
    }
}

#[test]
fn thumbprints_as_people_have_them() {
    let publisher = certificate("publisher");
    let sha1 = Hex::from(&publisher.sha1()[..]);
    let colons: Vec<String> = publisher.sha256().iter().map(|byte| format!("{byte:02X}")).collect();
    let texts = [
        format!("\u{feff}# stolen key\r\n\r\n\u{200e}{}\r\n", sha1.upper()),
        format!("  {}   # TEST Publisher", colons.join(":")),
        format!("{}\n{}", "00".repeat(20), colons.join(" ")),
    ];
    for text in &texts {
        let list = DistrustList::default().with_thumbprints("own.txt", text).unwrap();
        assert_eq!(list.find(&publisher).unwrap().source, "own.txt", "{text}");
        assert_eq!(list.find(&certificate("other-publisher")), None);
    }
    let error = DistrustList::default().with_thumbprints("own.txt", "# ok\nTEST Publisher\n").unwrap_err();
    assert!(matches!(error, DistrustError::Thumbprint { line: 2, .. }), "{error}");
    assert!(DistrustList::default().with_thumbprints("own.txt", &"ab".repeat(16)).is_err());
    assert!(DistrustList::default().with_thumbprints("own.txt", "# nothing\n").unwrap().is_empty());
}

#[test]
fn lists_that_would_be_misunderstood_are_refused() {
    let other = DistrustList::default().with_list("list", &list("other-identifiers.stl"));
    assert!(matches!(other, Err(DistrustError::UnknownIdentifiers(_))));
    let roots = SignedList::verify_under(&made("authroot.stl"), ListUsage::Roots, &certificate("root"));
    let roots = DistrustList::default().with_list("list", &roots.unwrap());
    assert!(matches!(roots, Err(DistrustError::AnotherList("the root program"))));
}
