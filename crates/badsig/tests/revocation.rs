//! Revocation lists and OCSP responses against the public suites (BoringSSL, NIST PKITS, pyca) and against what
//! OpenSSL makes and reads.
//!
//! The suites stand beside the project; without them the tests say that they were skipped. Where badsig answers
//! otherwise, `tests/exceptions.toml` says why.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "test code that reports skips")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use badsig::UtcTime;
use badsig::authenticode::certificate::Certificate;
use badsig::trust::revocation::{
    CertificateStatus, OcspResponse, Question, RevocationList, RevocationListError, ocsp_request, status,
};
use base64::Engine as _;

const SUITES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites");

fn suite(path: &str) -> Option<PathBuf> {
    let folder = Path::new(SUITES).join(path);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {path} is not there");
    None
}

fn files(folder: &Path, extension: &str) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|other| other == extension));
    paths.sort();
    let read = |path: &PathBuf| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap());
    paths.iter().map(read).collect()
}

fn day(text: &str) -> UtcTime {
    text.parse().unwrap()
}

/// The blocks of a PEM file by label.
fn blocks(text: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let text = String::from_utf8_lossy(text);
    let mut found = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(label) = line.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----")) else {
            continue;
        };
        let body: String = lines.by_ref().take_while(|line| !line.starts_with("-----END")).collect();
        found.insert(label.to_owned(), base64::engine::general_purpose::STANDARD.decode(body).unwrap());
    }
    found
}

fn certificate(blocks: &BTreeMap<String, Vec<u8>>, label: &str) -> Option<Certificate> {
    Some(Certificate::from_der(blocks.get(label)?).unwrap())
}

/// The exceptions of one suite; what is left over in the end fails.
struct Exceptions(BTreeMap<String, String>, usize);

impl Exceptions {
    fn of(suite: &str) -> Exceptions {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/exceptions.toml");
        let table: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
        let reasons = table["revocation"].as_table().unwrap().iter();
        let own = reasons.filter_map(|(id, reason)| {
            Some((id.strip_prefix(suite)?.strip_prefix('/')?.to_owned(), reason.as_str().unwrap().to_owned()))
        });
        Exceptions(own.collect(), 0)
    }

    fn check(&mut self, id: &str, differs: Option<String>, failures: &mut Vec<String>) {
        match (self.0.remove(id), differs) {
            (Some(_), Some(_)) => self.1 += 1,
            (Some(_), None) => failures.push(format!("{id}: its exception no longer applies")),
            (None, Some(why)) => failures.push(format!("{id}: {why}")),
            (None, None) => {}
        }
    }

    fn end(self, mut failures: Vec<String>) -> usize {
        failures.extend(self.0.keys().map(|id| format!("exception {id} names no case")));
        assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
        self.1
    }
}

fn word(status: &CertificateStatus) -> &'static str {
    match status {
        CertificateStatus::Good { .. } => "good",
        CertificateStatus::Revoked(_) => "revoked",
        CertificateStatus::Unknown { .. } => "unknown",
    }
}

/// The suite checks at 2017-03-09 and with lists of at most seven days.
#[test]
fn lists_of_boringssl() {
    let Some(folder) = suite("boringssl/crl_unittest") else { return };
    let (mut exceptions, mut failures, mut unreadable) = (Exceptions::of("boringssl"), Vec::new(), 0);
    let cases = files(&folder, "pem");
    for (name, pem) in &cases {
        let blocks = blocks(pem);
        let (leaf, issuer) = (certificate(&blocks, "CERTIFICATE"), certificate(&blocks, "CA CERTIFICATE"));
        let other = certificate(&blocks, "CA CERTIFICATE 2");
        let candidates: Vec<&Certificate> = other.iter().collect();
        let lists: Vec<RevocationList> = RevocationList::from_bytes(pem).into_iter().collect();
        unreadable += usize::from(lists.is_empty());
        let answer = status(&Question {
            certificate: leaf.as_ref().unwrap(),
            issuer: issuer.as_ref(),
            lists: &lists,
            responses: &[],
            candidates: &candidates,
            trusted_issuer: &|_| true,
            at: day("2017-03-09"),
            oldest: Some(day("2017-03-02")),
        });
        let expected = match name.split('_').next().unwrap() {
            word @ ("good" | "revoked") => word,
            _ => "unknown",
        };
        let differs = (word(&answer) != expected).then(|| format!("expected {expected}, got {answer:?}"));
        exceptions.check(name, differs, &mut failures);
    }
    let excepted = exceptions.end(failures);
    println!("BoringSSL lists: {} cases, {unreadable} refused, {excepted} excepted with a reason", cases.len());
    assert_eq!(cases.len(), 66);
}

/// What ocsp_unittest.cc of BoringSSL expects at 2017-03-05 with answers of at most seven days.
const OCSP_GOOD: [&str; 13] = [
    "good_response",
    "good_response_sha256",
    "good_response_invalid_serial",
    "ocsp_sign_direct",
    "ocsp_sign_indirect",
    "ocsp_extra_certs",
    "has_version",
    "responder_name",
    "responder_id",
    "has_extension",
    "good_response_next_update",
    "has_single_extension",
    "has_critical_ct_extension",
];
const OCSP_REVOKED: [&str; 3] = ["revoke_response", "revoke_response_reason", "multiple_response_good_revoked"];

#[test]
fn responses_of_boringssl() {
    let Some(folder) = suite("boringssl/ocsp_unittest") else { return };
    let (mut exceptions, mut failures, mut unreadable) = (Exceptions::of("boringssl-ocsp"), Vec::new(), 0);
    let cases = files(&folder, "pem");
    for (name, pem) in &cases {
        let blocks = blocks(pem);
        let leaf = certificate(&blocks, "CERTIFICATE").unwrap();
        let issuer = certificate(&blocks, "CA CERTIFICATE").unwrap();
        assert_eq!(ocsp_request(&leaf, &issuer).unwrap(), blocks["OCSP REQUEST"], "request of {name}");
        let responses: Vec<OcspResponse> = OcspResponse::from_bytes(pem).into_iter().collect();
        unreadable += usize::from(responses.is_empty());
        let answer = status(&Question {
            certificate: &leaf,
            issuer: Some(&issuer),
            lists: &[],
            responses: &responses,
            candidates: &[],
            trusted_issuer: &|_| false,
            at: day("2017-03-05"),
            oldest: Some(day("2017-02-26")),
        });
        let expected = match name.as_str() {
            good if OCSP_GOOD.contains(&good) => "good",
            revoked if OCSP_REVOKED.contains(&revoked) => "revoked",
            _ => "unknown",
        };
        let differs = (word(&answer) != expected).then(|| format!("expected {expected}, got {answer:?}"));
        exceptions.check(name, differs, &mut failures);
    }
    let excepted = exceptions.end(failures);
    println!(
        "BoringSSL OCSP: {} cases, {unreadable} refused, {excepted} excepted with a reason, all requests equal",
        cases.len()
    );
    assert_eq!(cases.len(), 36);
}

fn pkits(kind: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let folder = suite(&format!("pkits/{kind}"))?;
    Some(files(&folder, if kind == "crls" { "crl" } else { "crt" }).into_iter().collect())
}

/// Every list of PKITS is read, but for those that have an unknown critical extension on purpose.
#[test]
fn lists_of_pkits_are_read() {
    let Some(lists) = pkits("crls") else { return };
    let mut refused = Vec::new();
    for (name, der) in &lists {
        match RevocationList::from_der(der) {
            Ok(list) => assert!(list.number().is_some() || list.scope().is_none(), "{name}"),
            Err(RevocationListError::UnknownCritical(_)) => refused.push(name.as_str()),
            Err(error) => panic!("{name}: {error}"),
        }
    }
    println!("PKITS: {} lists, {} refused for an unknown critical extension", lists.len(), refused.len());
    assert_eq!(lists.len(), 173);
    assert_eq!(refused, ["UnknownCRLEntryExtensionCACRL", "UnknownCRLExtensionCACRL"]);
}
