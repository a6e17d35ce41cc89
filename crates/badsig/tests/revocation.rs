//! Revocation lists and OCSP responses against the public suites: BoringSSL, NIST PKITS, pyca.
//!
//! The suites stand beside the project; without them the tests say that they were skipped. Where badsig answers
//! otherwise, `tests/exceptions.toml` says why.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code that reports skips"
)]

mod revocation_cases;

use std::collections::BTreeMap;
use std::path::Path;

use badsig::authenticode::certificate::Certificate;
use badsig::hex::Hex;
use badsig::trust::revocation::{
    CertificateStatus, OcspAnswer, OcspResponse, OcspStatus, Question, RevocationList, RevocationListError,
    ocsp_request, status,
};
use revocation_cases::{Exceptions, blocks, certificate, day, files, openssl, suite, test_certificate, word};

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
    println!(
        "BoringSSL lists: {} cases, {unreadable} refused, {excepted} excepted with a reason",
        cases.len()
    );
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
const OCSP_REVOKED: [&str; 3] =
    ["revoke_response", "revoke_response_reason", "multiple_response_good_revoked"];

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

/// Every list of PKITS is read, but for those that are broken on purpose.
#[test]
fn lists_of_pkits_are_read() {
    let Some(lists) = pkits("crls") else { return };
    let (mut unknown, mut broken) = (Vec::new(), Vec::new());
    for (name, der) in &lists {
        match RevocationList::from_der(der) {
            Ok(_) => {}
            Err(RevocationListError::UnknownCritical(_)) => unknown.push(name.as_str()),
            Err(_) => broken.push(name.as_str()),
        }
    }
    println!("PKITS: {} lists, {} refused", lists.len(), unknown.len() + broken.len());
    assert_eq!(lists.len(), 173);
    assert_eq!(unknown, ["UnknownCRLEntryExtensionCACRL", "UnknownCRLExtensionCACRL"]);
    // The changed byte of its signature is the number of unused bits.
    assert_eq!(broken, ["BadCRLSignatureCACRL"]);
}

/// One case of PKITS: its certificates, from the root to the end, and its lists.
struct Case {
    certificates: Vec<Certificate>,
    lists: Vec<RevocationList>,
}

impl Case {
    /// Whether a chain leads from `certificate` to the root on which nothing is revoked or unknown. `asked` are
    /// the certificates that are being asked about: a list may cover the certificate of its own signer.
    fn trusts(&self, certificate: &Certificate, asked: &[Certificate]) -> bool {
        let root = &self.certificates[0];
        if certificate == root || asked.contains(certificate) {
            return true;
        }
        let asked = [asked, std::slice::from_ref(certificate)].concat();
        let issuers = self.certificates.iter().filter(|issuer| {
            issuer.subject() == certificate.issuer() && certificate.verify_signed_by(issuer.key()).is_ok()
        });
        let mut issuers = issuers.filter(|issuer| *issuer != certificate && self.trusts(issuer, &asked));
        issuers.any(|issuer| {
            let answer = status(&Question {
                certificate,
                issuer: Some(issuer),
                lists: &self.lists,
                responses: &[],
                candidates: &self.certificates.iter().collect::<Vec<_>>(),
                trusted_issuer: &|signer| self.trusts(signer, &asked),
                at: day("2016-06-01"),
                oldest: None,
            });
            word(&answer) == "good"
        })
    }
}

/// The three sections about revocation, chain by chain.
#[test]
fn revocation_sections_of_pkits() {
    let (Some(lists), Some(certificates)) = (pkits("crls"), pkits("certs")) else { return };
    let json = testkit::bytes_beside("suites/pkits/pkits.json").unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
    let (mut exceptions, mut failures, mut count) = (Exceptions::of("pkits"), Vec::new(), [0, 0]);
    let strings = |case: &serde_json::Value, key: &str| -> Vec<String> {
        case[key].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    for case in &cases {
        let number = case["number"].as_str().unwrap();
        if !["4.4.", "4.14.", "4.15."].iter().any(|section| number.starts_with(section)) {
            continue;
        }
        let read = |name: &String| Certificate::from_der(&certificates[name]).unwrap();
        let whole = Case {
            certificates: strings(case, "certs").iter().map(read).collect(),
            lists: strings(case, "crls")
                .iter()
                .filter_map(|name| RevocationList::from_der(&lists[name]).ok())
                .collect(),
        };
        let valid = whole.trusts(whole.certificates.last().unwrap(), &[]);
        let expected = case["should_validate"].as_bool().unwrap();
        count[usize::from(expected)] += 1;
        let differs = (valid != expected).then(|| format!("{} expected {expected}", case["title"]));
        exceptions.check(number, differs, &mut failures);
    }
    let excepted = exceptions.end(failures);
    let [invalid, valid] = count;
    println!("PKITS 4.4, 4.14, 4.15: {valid} valid, {invalid} invalid, {excepted} excepted with a reason");
    assert_eq!(valid + invalid, 66);
}

/// Responses that are none, or that are broken on purpose.
const PYCA_REFUSED: [&str; 5] = [
    "resp-invalid-version",
    "resp-response-type-unknown-oid",
    "resp-successful-no-response-bytes",
    "resp-unauthorized",
    "resp-unknown-response-status",
];

/// What `openssl ocsp` prints of a response, and what is read here, in its words.
#[test]
fn responses_of_pyca() {
    let Some(folder) = suite("pyca/ocsp") else { return };
    let cases: Vec<(String, Vec<u8>)> =
        files(&folder, "der").into_iter().filter(|(name, _)| !name.contains("req")).collect();
    let (mut refused, mut compared) = (Vec::new(), 0);
    for (name, der) in &cases {
        let response = match OcspResponse::from_der(der) {
            Ok(response) => response,
            Err(error) => {
                println!("{name}: {error}");
                refused.push(name.as_str());
                continue;
            }
        };
        let file = folder.join(format!("{name}.der"));
        let arguments = ["ocsp", "-respin", file.to_str().unwrap(), "-noverify", "-resp_text"];
        let Some(text) = openssl(&arguments) else { continue };
        // The responder's certificate follows.
        let answers = text.lines().take_while(|line| !line.starts_with("Certificate:"));
        let theirs: Vec<String> = answers.filter_map(field).collect();
        let own: Vec<String> = response.answers().iter().flat_map(fields).collect();
        assert_eq!(theirs, own, "{name}");
        compared += 1;
    }
    println!("pyca: {} responses, {} refused, {compared} as OpenSSL reads them", cases.len(), refused.len());
    assert_eq!(refused, PYCA_REFUSED);
}

/// Those that carry the certificate of their responder: the signature holds as OpenSSL says it does, and no longer when
/// a byte of what it covers is another. The keys of the others are not in the suite.
#[test]
fn signatures_of_pyca() {
    let Some(folder) = suite("pyca/ocsp") else { return };
    let mut verified = Vec::new();
    for (name, der) in files(&folder, "der") {
        let Ok(response) = OcspResponse::from_der(&der) else { continue };
        let file = folder.join(format!("{name}.der"));
        let text = openssl(&["ocsp", "-respin", file.to_str().unwrap(), "-noverify", "-resp_text"]);
        let Some(text) = text else { return };
        let Some((_, pem)) = text.split_once("-----BEGIN CERTIFICATE-----") else { continue };
        let pem = format!("-----BEGIN CERTIFICATE-----{pem}");
        let other = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pem"));
        std::fs::write(&other, &pem).unwrap();
        let (other, file) = (other.to_str().unwrap(), file.to_str().unwrap());
        let mut theirs = std::process::Command::new("openssl");
        theirs.args(["ocsp", "-respin", file, "-trust_other", "-verify_other", other]);
        let theirs = String::from_utf8_lossy(&theirs.output().unwrap().stderr).into_owned();
        let theirs = theirs.contains("Response verify OK");
        let responder = badsig::authenticode::certificate_file::read_certificates(pem.as_bytes()).unwrap();
        let at = response.produced_at();
        let own = response.verify_signed_for(&responder[0], at);
        assert_eq!(own.is_ok(), theirs, "{name}: {own:?}");
        if !theirs {
            continue;
        }
        let mut changed = der.clone();
        // In the last answer, before the signature.
        let place = changed
            .windows(response.answers()[0].id.serial.len())
            .position(|window| window == &response.answers()[0].id.serial[..]);
        changed[place.unwrap()] ^= 1;
        let changed = OcspResponse::from_der(&changed).unwrap();
        assert!(changed.verify_signed_for(&responder[0], at).is_err(), "{name}");
        verified.push(name);
    }
    println!("pyca: {} responses verified with their responder's certificate", verified.len());
    // The fifth that has one, resp-unknown-extension, was changed after it was signed.
    assert_eq!(verified.len(), 4, "{verified:?}");
}

/// A line of OpenSSL that is compared; of times, only that there is one.
fn field(line: &str) -> Option<String> {
    let (name, value) = line.trim().split_once(": ")?;
    match name {
        "Cert Status" | "Issuer Key Hash" | "Serial Number" => Some(format!("{name}: {value}")),
        "Revocation Time" | "Next Update" => Some(name.to_owned()),
        _ => None,
    }
}

/// The same lines from what was read here.
fn fields(answer: &OcspAnswer) -> Vec<String> {
    let status = match &answer.status {
        OcspStatus::Good => vec!["Cert Status: good"],
        OcspStatus::Revoked(_) => vec!["Cert Status: revoked", "Revocation Time"],
        OcspStatus::Unknown => vec!["Cert Status: unknown"],
    };
    let next = answer.next_update.map(|_| "Next Update".to_owned());
    let key = format!("Issuer Key Hash: {}", Hex::from(&answer.id.issuer_key[..]).upper());
    let serial = format!("Serial Number: {}", Hex::from(&answer.id.serial[..]).upper());
    [key, serial].into_iter().chain(status.into_iter().map(str::to_owned)).chain(next).collect()
}

/// No changed byte of a response leaves it believed.
#[test]
fn changed_responses_are_never_believed() {
    let Some(folder) = suite("boringssl/ocsp_unittest") else { return };
    let blocks = blocks(&std::fs::read(folder.join("good_response.pem")).unwrap());
    let (leaf, issuer) =
        (certificate(&blocks, "CERTIFICATE"), certificate(&blocks, "CA CERTIFICATE").unwrap());
    let response = &blocks["OCSP RESPONSE"];
    for offset in 0..response.len() {
        let mut changed = response.clone();
        changed[offset] ^= 1;
        let Ok(read) = OcspResponse::from_der(&changed) else { continue };
        let believed = read.verify_signed_for(&issuer, day("2017-03-05")).is_ok();
        let meant = read.answers().iter().any(|answer| answer.id.is_of(leaf.as_ref().unwrap(), &issuer));
        assert!(!believed || !meant, "offset {offset}");
    }
}

/// Some thousand changed files of the suites, always the same ones.
#[test]
fn hostile_bytes_do_not_panic() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
    };
    let mut inputs: Vec<Vec<u8>> = vec![std::fs::read(testkit::pki("test-code-signing-ca.crl")).unwrap()];
    for (folder, extension) in [("pyca/ocsp", "der"), ("pkits/crls", "crl")] {
        inputs
            .extend(suite(folder).iter().flat_map(|folder| files(folder, extension)).map(|(_, bytes)| bytes));
    }
    for folder in ["boringssl/crl_unittest", "boringssl/ocsp_unittest"] {
        let pems = suite(folder).map(|folder| files(&folder, "pem")).unwrap_or_default();
        inputs.extend(pems.iter().flat_map(|(_, pem)| blocks(pem).into_values()));
    }
    let (mut read, mut all) = (0, 0);
    for input in inputs.iter().filter(|input| !input.is_empty()) {
        for _ in 0..40 {
            let mut changed = input.clone();
            for _ in 0..=next(3) {
                let offset = next(changed.len());
                changed[offset] = [0, 0x7f, 0x80, 0xff, 0x30, changed[offset] ^ 1][next(6)];
            }
            changed.truncate(changed.len() - next(2) * next(changed.len()));
            let lists: Vec<RevocationList> = RevocationList::from_bytes(&changed).into_iter().collect();
            let responses: Vec<OcspResponse> = OcspResponse::from_bytes(&changed).into_iter().collect();
            let certificate = Certificate::from_der(&changed).unwrap_or_else(|_| test_certificate("revoked"));
            let _ = ask_about(&certificate, &lists, &responses);
            all += 1;
            read += lists.len() + responses.len();
        }
    }
    println!("{all} changed files, {read} of them still read");
}

fn ask_about(
    certificate: &Certificate,
    lists: &[RevocationList],
    responses: &[OcspResponse],
) -> CertificateStatus {
    status(&Question {
        certificate,
        issuer: Some(certificate),
        lists,
        responses,
        candidates: &[certificate],
        trusted_issuer: &|_| true,
        at: day("2017-03-09"),
        oldest: None,
    })
}
