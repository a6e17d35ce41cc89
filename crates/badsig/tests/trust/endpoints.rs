//! Signatures as computers with certain stores judge them.

use super::{certificate, day, element, fixture, judged, made, serialized};
use badsig::Outcome;
use badsig::codes::hresult::{CERT_E_CHAINING, CERT_E_UNTRUSTEDROOT, S_OK, TRUST_E_EXPLICIT_DISTRUST};
use badsig::trust::endpoint::{Endpoint, EndpointVerdict, StoreName};
use badsig::trust::{Anchors, CertificateStore, Evidence};

/// Everything that the TEST authorities ever issued.
fn full() -> Evidence {
    let mut evidence = Evidence::new(day("2026-11-21"), Anchors::embedded().with([certificate("root")]));
    evidence.intermediates = vec![certificate("code-signing-ca"), certificate("missing-ca")];
    evidence
}

fn store(name: &str) -> CertificateStore {
    CertificateStore::read_bytes(name, &made(name)).unwrap()
}

fn endpoint(roots: &str, intermediates: &str) -> Endpoint {
    Endpoint::new("pc-1", &store(roots), &store(intermediates))
}

fn on(endpoint: &Endpoint, file: &str) -> EndpointVerdict {
    let facts = fixture(file);
    endpoint.judge(&facts, &facts.signatures[0], &full())
}

fn missing(verdict: &EndpointVerdict) -> Vec<(String, StoreName, bool)> {
    let missing = verdict.missing.iter();
    missing.map(|one| (one.certificate.common_name(), one.store, one.for_time_stamp)).collect()
}

fn root(for_time_stamp: bool) -> (String, StoreName, bool) {
    ("TEST Root".to_owned(), StoreName::Root, for_time_stamp)
}

#[test]
fn an_endpoint_that_has_everything() {
    let endpoint = endpoint("roots.sst", "authorities.sst");
    for file in ["exe/signed.exe", "exe/expired-stamped.exe", "exe/incomplete-chain.exe", "msi/signed.msi"] {
        let verdict = on(&endpoint, file);
        assert!(verdict.is_valid(), "{file}: {:?}", verdict.verdict.reasons);
        assert!(verdict.missing.is_empty());
    }
}

/// The root is in no file, so the chain just stops (0x800B010A); where the file carries it, it is there but not
/// trusted (0x800B0109). The remedy is the same.
#[test]
fn a_missing_root() {
    let endpoint = endpoint("empty.sst", "authorities.sst");
    let verdict = on(&endpoint, "exe/signed.exe");
    assert_eq!((verdict.hresult().0, missing(&verdict)), (CERT_E_CHAINING, vec![root(false)]));
    assert_eq!(verdict.missing[0].certificate, certificate("root"));
    let verdict = on(&endpoint, "exe/root-embedded.exe");
    assert_eq!((verdict.hresult().0, missing(&verdict)), (CERT_E_UNTRUSTEDROOT, vec![root(false)]));
    assert_eq!(StoreName::Root.certutil(), "Root");
}

#[test]
fn a_missing_intermediate() {
    let endpoint = endpoint("roots.sst", "empty.sst");
    let verdict = on(&endpoint, "exe/incomplete-chain.exe");
    let expected = ("TEST Missing CA".to_owned(), StoreName::Intermediate, false);
    assert_eq!((verdict.hresult().0, missing(&verdict)), (CERT_E_CHAINING, vec![expected.clone()]));
    assert!(on(&endpoint, "exe/signed.exe").is_valid(), "the file carries its intermediate");
    let nothing = Endpoint::new("pc-2", &CertificateStore::default(), &CertificateStore::default());
    let verdict = on(&nothing, "exe/incomplete-chain.exe");
    assert_eq!(missing(&verdict), [expected, root(false)]);
}

/// The signer's root is there, the one of the time stamp is not, and the signer has expired. (That authority
/// signed itself, so it is its own root.)
#[test]
fn a_missing_root_of_a_time_stamp() {
    let mut full = full();
    full.anchors = Anchors::only(vec![certificate("root"), certificate("untrusted-tsa")]);
    let facts = fixture("exe/expired-stamp-authority-untrusted.exe");
    let both = [certificate("root"), certificate("untrusted-tsa")].map(|one| element(32, one.der()));
    let signer_only = serialized(&both[..1]);
    let endpoint = |roots: &[u8]| {
        let roots = CertificateStore::read_bytes("roots.sst", roots).unwrap();
        Endpoint::new("pc-3", &roots, &CertificateStore::default())
    };
    assert!(endpoint(&serialized(&both)).judge(&facts, &facts.signatures[0], &full).is_valid());
    let verdict = endpoint(&signer_only).judge(&facts, &facts.signatures[0], &full);
    assert!(!verdict.is_valid());
    assert_eq!(missing(&verdict), [("TEST Untrusted TSA".to_owned(), StoreName::Root, true)]);
}

/// One missing root is named once, whoever needs it.
#[test]
fn a_root_missing_twice() {
    let verdict = on(&endpoint("empty.sst", "empty.sst"), "exe/expired-stamped.exe");
    assert_eq!(missing(&verdict), [root(false)]);
}

#[test]
fn what_nobody_knows_is_not_invented() {
    let mut evidence = full();
    evidence.intermediates.clear();
    let facts = fixture("exe/incomplete-chain.exe");
    let verdict = endpoint("roots.sst", "empty.sst").judge(&facts, &facts.signatures[0], &evidence);
    assert_eq!((verdict.hresult().0, verdict.missing.len()), (CERT_E_CHAINING, 0));
    let tampered = on(&endpoint("roots.sst", "empty.sst"), "exe/tampered.exe");
    assert!(!tampered.is_valid() && tampered.missing.is_empty());
}

/// The store says that the root counts only for certificates issued before 2019-06-01.
#[test]
fn limits_of_the_store_count() {
    let endpoint = endpoint("limited-root.sst", "authorities.sst");
    let verdict = on(&endpoint, "exe/signed.exe");
    assert_eq!(verdict.hresult().0, TRUST_E_EXPLICIT_DISTRUST);
    assert!(verdict.missing.is_empty());
    assert_eq!(judged("exe/signed.exe", &full()).hresult.0, S_OK);
}

#[test]
fn untrusted_certificates_of_the_endpoint_count() {
    let pki = |name: &str| {
        let file = super::repository().join(format!("tests/recipes/pki/test-{name}.pem"));
        CertificateStore::read_path(&file).unwrap()
    };
    let endpoint = endpoint("roots.sst", "authorities.sst").with_distrusted(&pki("publisher"));
    let verdict = on(&endpoint, "exe/signed.exe");
    assert_eq!(verdict.hresult().0, TRUST_E_EXPLICIT_DISTRUST);
    assert!(verdict.verdict.reasons[0].message.contains("Untrusted Certificates of pc-1"));
}

/// The whole verdict, with the evidence of the endpoint.
#[test]
fn files_can_be_judged_whole() {
    let (facts, full) = (fixture("exe/signed-stamped.exe"), full());
    let judge = |evidence: &Evidence| badsig::judge(&facts, evidence, &badsig::Policy::default()).outcome;
    assert_eq!(judge(&full), Outcome::Publishable);
    assert_eq!(judge(&endpoint("roots.sst", "authorities.sst").evidence(&full)), Outcome::Publishable);
    assert_eq!(judge(&endpoint("empty.sst", "authorities.sst").evidence(&full)), Outcome::Blocked);
}
