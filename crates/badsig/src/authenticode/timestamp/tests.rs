//! A real response of a time stamp authority, from OpenSSL's tests (`80-test_tsa_data`): its imprint is 32 zeros, which is
//! the digest of nothing, and everything else holds. It lies beside the repository; without it the test says that it was
//! skipped.

use super::*;
use crate::authenticode::certificate_file::read_certificates;
use crate::trust::Anchors;
use crate::trust::chain::{PolicyInputs, Purpose};
use crate::trust::path::{PathQuestion, verify};

fn shared(name: &str) -> Option<Vec<u8>> {
    testkit::bytes_beside(&format!("suites/openssl-tsa/{name}"))
}

fn certificate(name: &str) -> Certificate {
    read_certificates(&shared(name).unwrap()).unwrap().remove(0)
}

/// `TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL }` (RFC 3161 2.4.2).
fn token_of(response: &[u8]) -> Vec<u8> {
    let mut fields = Reader::new(response).sequence("TimeStampResp").unwrap();
    fields.sequence("PKIStatusInfo").unwrap();
    let token = fields.expect(tag::SEQUENCE, "timeStampToken").unwrap().raw.to_vec();
    fields.end("TimeStampResp").unwrap();
    token
}

fn read(token: &[u8]) -> TimestampFacts {
    read_token(token, b"signature", &[], &Limits::default(), &mut KeyWork::of_one_file()).unwrap()
}

/// What `openssl ts -reply -text` says of it, and the chain as `openssl verify` builds it.
#[test]
fn a_real_response_of_sectigo() {
    let Some(response) = shared("sectigo-all-zero.tsr") else { return };
    let token = token_of(&response);
    let stamp = read(&token);
    assert_eq!(stamp.time, Some("2021-02-16T15:42:47Z".parse().unwrap()));
    assert_eq!(stamp.digest_algorithm, Some(DigestAlgorithm::Sha256));
    assert_eq!(stamp.problems, ["its imprint is not the digest of this signature: it was made for another"]);
    let signer = stamp.signer_certificate().unwrap();
    assert_eq!(signer.common_name(), "Sectigo RSA Time Stamping Signer #2");
    assert_eq!(*signer, certificate("sectigo-signer.pem"));
    let between = [certificate("sectigo-time-stamping-ca.pem"), certificate("user-trust-ca-aaa.pem")];
    let judged = |anchors: &Anchors, intermediates: &[Certificate], purpose| {
        verify(&PathQuestion {
            leaf: signer,
            intermediates,
            anchors,
            at: stamp.time.unwrap(),
            purpose,
            policies: PolicyInputs::default(),
            revocation: None,
        })
    };
    // Under the self-signed root, through its cross-certificate to an older one, and by Microsoft's root program.
    for anchors in [
        Anchors::only(vec![certificate("user-trust-ca.pem")]),
        Anchors::only(vec![certificate("comodo-aaa.pem")]),
        Anchors::embedded(),
    ] {
        let verdict = judged(&anchors, &between, Purpose::TimeStamping);
        assert!(verdict.valid, "{:?}", verdict.reasons);
    }
    let root = Anchors::only(vec![certificate("user-trust-ca.pem")]);
    assert!(!judged(&root, &[], Purpose::TimeStamping).valid, "without the authority's certificate");
    assert!(!judged(&root, &between, Purpose::CodeSigning).valid);
}

/// No changed byte of the content, nor of the signature, goes unnoticed.
#[test]
fn a_changed_response_does_not_hold() {
    let Some(response) = shared("sectigo-all-zero.tsr") else { return };
    let token = token_of(&response);
    // The content: from the policy to the name of the authority.
    let policy = [0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xb2, 0x31];
    let place = token.windows(policy.len()).position(|window| window == policy).unwrap();
    for offset in place..place + 80 {
        let mut changed = token.clone();
        changed[offset] ^= 1;
        let holds = read_token(&changed, b"signature", &[], &Limits::default(), &mut KeyWork::of_one_file())
            .is_ok_and(|stamp| stamp.problems.len() < 2);
        assert!(!holds, "offset {offset}");
    }
    // The signature is the last value.
    let mut changed = token.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let problems = read(&changed).problems;
    assert!(problems.iter().any(|problem| problem.contains("signature value")), "{problems:?}");
}
