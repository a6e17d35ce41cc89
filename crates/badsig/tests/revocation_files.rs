//! Revocation of the test authority's certificates: its list, signed files, and `openssl ocsp` as a responder.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code that reports skips"
)]

mod revocation_cases;

use std::path::{Path, PathBuf};

use badsig::UtcTime;
use badsig::hex::Hex;
use badsig::trust::needs::open_questions;
use badsig::trust::revocation::{
    CertificateStatus, Need, OcspResponse, RevocationList, RevocationMode, ocsp_request,
};
use badsig::trust::{Anchors, Evidence};
use badsig::{Limits, Policy, Subject};
use revocation_cases::{day, openssl, test_certificate, word};
use testkit::pki;

fn ask(name: &str, lists: &[RevocationList], responses: &[OcspResponse], at: UtcTime) -> CertificateStatus {
    revocation_cases::ask(&test_certificate(name), &test_certificate("code-signing-ca"), lists, responses, at)
}

#[test]
fn list_of_the_test_authority() {
    for file in ["test-code-signing-ca.crl", "test-code-signing-ca.crl.pem"] {
        let list = RevocationList::from_bytes(&std::fs::read(pki(file)).unwrap()).unwrap();
        assert_eq!((list.len(), list.number()), (1, None));
        assert!(list.verify_signed_by(&test_certificate("code-signing-ca")).is_ok());
        assert!(list.verify_signed_by(&test_certificate("root")).is_err());
        let lists = [list];
        let CertificateStatus::Revoked(revocation) = ask("revoked", &lists, &[], day("2026-11-21")) else {
            panic!("not revoked")
        };
        assert_eq!(revocation.to_string(), "revoked on 2020-09-01 (key compromise)");
        assert_eq!(
            revocation.by.to_string(),
            "the revocation list of CN=TEST Code Signing CA, O=badsig TEST of 2026-01-01"
        );
        assert!(revocation.counts_against(Some(day("2020-12-01"))));
        assert!(!revocation.counts_against(Some(day("2020-06-01"))));
        assert_eq!(word(&ask("publisher", &lists, &[], day("2026-11-21"))), "good");
        // A stale list still revokes but does not vouch; one from after the time of checking does neither.
        assert_eq!(word(&ask("revoked", &lists, &[], day("2041-01-01"))), "revoked");
        assert_eq!(word(&ask("publisher", &lists, &[], day("2041-01-01"))), "unknown");
        assert_eq!(word(&ask("revoked", &lists, &[], day("2025-01-01"))), "unknown");
    }
}

/// Files whose signer was revoked: before the stamp, after it, without a stamp.
#[test]
fn files_of_a_revoked_signer() {
    let repository = pki("../../..");
    let manifest: toml::Table =
        std::fs::read_to_string(repository.join("fixtures/MANIFEST.toml")).unwrap().parse().unwrap();
    let read = |path: &str| std::fs::read(repository.join(path)).unwrap();
    let mut counted = 0;
    for file in manifest["file"].as_array().unwrap() {
        let expect = &file["expect"];
        let Some(list) = expect.get("revoked_by").and_then(toml::Value::as_str) else { continue };
        let path = file["path"].as_str().unwrap();
        let facts = badsig::inspect(
            &Subject::from_bytes(path, read(&format!("fixtures/{path}"))),
            &Limits::default(),
        );
        let mut evidence = Evidence::new(day("2026-11-21"), Anchors::only(vec![test_certificate("root")]));
        let without = badsig::judge(&facts, &evidence, &Policy::default());
        assert_eq!(without.hresult.0, 0, "{path}");
        assert!(!open_questions(&without.signatures[0]).is_empty(), "{path} needs nothing");
        evidence.revocation.lists = ["tests/recipes/pki/test-root.crl", list]
            .map(|path| RevocationList::from_bytes(&read(path)).unwrap())
            .into();
        let with = badsig::judge(&facts, &evidence, &Policy::default());
        assert_eq!(with.hresult.to_string(), expect["hresult_with_crl"].as_str().unwrap(), "{path}");
        let open = open_questions(&with.signatures[0]);
        assert!(open.iter().all(|question| question.steps.is_empty()), "{path}: {open:?}");
        evidence.revocation.mode = RevocationMode::Off;
        assert_eq!(badsig::judge(&facts, &evidence, &Policy::default()).hresult.0, 0, "{path}");
        counted += 1;
    }
    println!("fixtures of a revoked signer: {counted}");
    assert!(counted >= 6, "{counted}");
}

/// Without anything to ask, the status says what would be needed.
#[test]
fn needs_are_told() {
    let CertificateStatus::Unknown { why, needs } = ask("revoked", &[], &[], day("2026-11-21")) else {
        panic!("known")
    };
    let url = "http://pki.badsig.invalid/test-code-signing-ca.crl".to_owned();
    assert_eq!((why, needs), (vec![], vec![Need::Crl { url }]));
}

/// Runs `openssl ocsp` as a responder on a request made here.
fn answer_of_openssl(name: &str, folder: &Path, signer: (&Path, &Path)) -> Option<OcspResponse> {
    let issuer = test_certificate("code-signing-ca");
    let path = |file: &str| folder.join(file).to_str().unwrap().to_owned();
    std::fs::write(path("request"), ocsp_request(&test_certificate(name), &issuer).unwrap()).unwrap();
    let serial = |name: &str| Hex::from(test_certificate(name).serial()).upper();
    let revoked =
        format!("R\t390101000000Z\t200901000000Z,keyCompromise\t{}\tunknown\t/CN=a\n", serial("revoked"));
    let valid = format!("V\t390101000000Z\t\t{}\tunknown\t/CN=b\n", serial("publisher"));
    std::fs::write(path("index"), revoked + &valid).unwrap();
    let ca = pki("test-code-signing-ca.pem");
    let (index, request, response) = (path("index"), path("request"), path("response"));
    let mut arguments = vec!["ocsp", "-index", &index, "-CA", ca.to_str().unwrap(), "-reqin", &request];
    arguments.extend(["-respout", &response, "-ndays", "1"]);
    arguments.extend(["-rsigner", signer.0.to_str().unwrap(), "-rkey", signer.1.to_str().unwrap()]);
    openssl(&arguments)?;
    Some(OcspResponse::from_der(&std::fs::read(response).unwrap()).unwrap())
}

/// A responder that the authority appoints, as openssl makes it; `usage` is its extended key usage.
fn responder(folder: &Path, usage: &str) -> Option<(PathBuf, PathBuf)> {
    let path = |file: &str| folder.join(file).to_str().unwrap().to_owned();
    let (key, request, certificate) = (path("key"), path("csr"), path("responder.pem"));
    std::fs::write(path("ext"), format!("extendedKeyUsage={usage}\n")).unwrap();
    let make =
        ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=TEST OCSP", "-keyout", &key, "-out", &request];
    openssl(&make)?;
    let (ca, ca_key) = (pki("test-code-signing-ca.pem"), pki("TEST-code-signing-ca.key"));
    let mut sign =
        vec!["x509", "-req", "-days", "2", "-in", &request, "-out", &certificate, "-set_serial", "9"];
    let extensions = path("ext");
    sign.extend(["-CA", ca.to_str().unwrap(), "-CAkey", ca_key.to_str().unwrap(), "-extfile", &extensions]);
    openssl(&sign)?;
    Some((certificate.into(), key.into()))
}

#[test]
fn responses_of_openssl() {
    let folder = std::env::temp_dir().join(format!("badsig-ocsp-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let now = || UtcTime::now();
    let ca = (pki("test-code-signing-ca.pem"), pki("TEST-code-signing-ca.key"));
    let Some(appointed) = responder(&folder, "OCSPSigning") else { return };
    for (certificate, key) in [&ca, &appointed] {
        let answer = |name| answer_of_openssl(name, &folder, (certificate, key)).unwrap();
        let (good, revoked, other) = (answer("publisher"), answer("revoked"), answer("expired"));
        assert_eq!(word(&ask("publisher", &[], std::slice::from_ref(&good), now())), "good");
        assert_eq!(word(&ask("revoked", &[], &[good.clone(), revoked], now())), "revoked");
        assert_eq!(word(&ask("expired", &[], &[good.clone(), other], now())), "unknown");
        assert_eq!(word(&ask("publisher", &[], &[good], day("2039-01-01"))), "unknown");
    }
    let other = responder(&folder, "codeSigning").unwrap();
    let answer = answer_of_openssl("publisher", &folder, (&other.0, &other.1)).unwrap();
    assert_eq!(word(&ask("publisher", &[], &[answer], now())), "unknown");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// No changed bit of a list leaves it believed.
#[test]
fn changed_lists_are_never_believed() {
    let issuer = test_certificate("code-signing-ca");
    let list = std::fs::read(pki("test-code-signing-ca.crl")).unwrap();
    for offset in 0..list.len() {
        for bit in [0x01, 0x80] {
            let mut changed = list.clone();
            changed[offset] ^= bit;
            let Ok(read) = RevocationList::from_der(&changed) else { continue };
            assert!(read.verify_signed_by(&issuer).is_err(), "offset {offset}");
        }
    }
}
