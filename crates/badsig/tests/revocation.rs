//! Revocation lists and OCSP responses against the public suites (BoringSSL, NIST PKITS, pyca) and against what
//! OpenSSL makes and reads.
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

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use badsig::UtcTime;
use badsig::authenticode::certificate::Certificate;
use badsig::hex::Hex;
use badsig::trust::revocation::{
    CertificateStatus, Need, OcspResponse, OcspStatus, Question, RevocationList, RevocationListError,
    RevocationMode, ocsp_request, status,
};
use badsig::trust::{Anchors, Evidence};
use badsig::{Limits, Policy, Subject};
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
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|other| other == extension));
    paths.sort();
    let read = |path: &PathBuf| {
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())
    };
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
    let json = std::fs::read(Path::new(SUITES).join("pkits/pkits.json")).unwrap();
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
        let Some(text) = openssl(&["ocsp", "-respin", "/dev/stdin", "-noverify", "-resp_text"], der) else {
            continue;
        };
        let lines = |start: &str| {
            text.lines()
                .filter_map(|line| line.trim().strip_prefix(start).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let own = response.answers();
        let status = own.iter().map(|answer| match &answer.status {
            OcspStatus::Good => "good".to_owned(),
            OcspStatus::Revoked(_) => "revoked".to_owned(),
            OcspStatus::Unknown => "unknown".to_owned(),
        });
        assert_eq!(lines("Cert Status: "), status.collect::<Vec<_>>(), "{name}");
        let digits = |octets: &[u8]| Hex::from(octets).upper();
        let keys: Vec<String> = own.iter().map(|answer| digits(&answer.id.issuer_key)).collect();
        assert_eq!(lines("Issuer Key Hash: "), keys, "{name}");
        let revoked = own.iter().filter_map(|answer| match &answer.status {
            OcspStatus::Revoked(entry) => Some(entry.at),
            _ => None,
        });
        assert_eq!(lines("Revocation Time: ").len(), revoked.count(), "{name}");
        let next = own.iter().filter(|answer| answer.next_update.is_some());
        assert_eq!(lines("Next Update: ").len(), next.count(), "{name}");
        compared += 1;
    }
    println!("pyca: {} responses, {} refused, {compared} as OpenSSL reads them", cases.len(), refused.len());
    assert_eq!(refused, PYCA_REFUSED);
}

/// Output of openssl, `None` (and a word about it) when there is no openssl.
fn openssl(arguments: &[&str], input: &[u8]) -> Option<String> {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let mut command = Command::new("openssl");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        println!("skipped: openssl is not there");
        return None;
    };
    child.stdin.take().unwrap().write_all(input).unwrap();
    Some(String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned())
}

fn pki(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recipes/pki").join(name)
}

fn test_certificate(name: &str) -> Certificate {
    Certificate::from_der(&std::fs::read(pki(&format!("test-{name}.der"))).unwrap()).unwrap()
}

fn ask(name: &str, lists: &[RevocationList], responses: &[OcspResponse], at: UtcTime) -> CertificateStatus {
    status(&Question {
        certificate: &test_certificate(name),
        issuer: Some(&test_certificate("code-signing-ca")),
        lists,
        responses,
        candidates: &[],
        trusted_issuer: &|_| false,
        at,
        oldest: None,
    })
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
        assert!(!without.signatures[0].needs.is_empty(), "{path} needs nothing");
        evidence.revocation.lists = ["tests/recipes/pki/test-root.crl", list]
            .map(|path| RevocationList::from_bytes(&read(path)).unwrap())
            .into();
        let with = badsig::judge(&facts, &evidence, &Policy::default());
        assert_eq!(with.hresult.to_string(), expect["hresult_with_crl"].as_str().unwrap(), "{path}");
        assert_eq!(with.signatures[0].needs, [], "{path}");
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
    openssl(&arguments, &[])?;
    Some(OcspResponse::from_der(&std::fs::read(response).unwrap()).unwrap())
}

/// A responder that the authority appoints, as openssl makes it; `usage` is its extended key usage.
fn responder(folder: &Path, usage: &str) -> Option<(PathBuf, PathBuf)> {
    let path = |file: &str| folder.join(file).to_str().unwrap().to_owned();
    let (key, request, certificate) = (path("key"), path("csr"), path("responder.pem"));
    std::fs::write(path("ext"), format!("extendedKeyUsage={usage}\n")).unwrap();
    let make =
        ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=TEST OCSP", "-keyout", &key, "-out", &request];
    openssl(&make, &[])?;
    let (ca, ca_key) = (pki("test-code-signing-ca.pem"), pki("TEST-code-signing-ca.key"));
    let mut sign =
        vec!["x509", "-req", "-days", "2", "-in", &request, "-out", &certificate, "-set_serial", "9"];
    let extensions = path("ext");
    sign.extend(["-CA", ca.to_str().unwrap(), "-CAkey", ca_key.to_str().unwrap(), "-extfile", &extensions]);
    openssl(&sign, &[])?;
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
    let mut inputs: Vec<Vec<u8>> = vec![std::fs::read(pki("test-code-signing-ca.crl")).unwrap()];
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
