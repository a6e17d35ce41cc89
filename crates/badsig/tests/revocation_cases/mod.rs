//! What the tests of revocation share: the suites beside the project, their PEM files, their exceptions, and the
//! certificates of the test authority.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    reason = "test code; not every test uses everything"
)]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "test code")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use badsig::UtcTime;
use badsig::authenticode::certificate::Certificate;
use badsig::trust::revocation::{CertificateStatus, OcspResponse, Question, RevocationList, status};
use base64::Engine as _;
use testkit::{beside, pki, repository};

pub(crate) fn suite(path: &str) -> Option<PathBuf> {
    beside(&format!("suites/{path}"))
}

pub(crate) fn files(folder: &Path, extension: &str) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|other| other == extension));
    paths.sort();
    let read = |path: &PathBuf| {
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())
    };
    paths.iter().map(read).collect()
}

/// What lists and answers say of a certificate, without any other authority.
pub(crate) fn ask(
    certificate: &Certificate,
    issuer: &Certificate,
    lists: &[RevocationList],
    responses: &[OcspResponse],
    at: UtcTime,
) -> CertificateStatus {
    status(&Question {
        certificate,
        issuer: Some(issuer),
        lists,
        responses,
        candidates: &[],
        trusted_issuer: &|_| false,
        at,
        oldest: None,
    })
}

pub(crate) fn day(text: &str) -> UtcTime {
    text.parse().unwrap()
}

/// The blocks of a PEM file by label.
pub(crate) fn blocks(text: &[u8]) -> BTreeMap<String, Vec<u8>> {
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

pub(crate) fn certificate(blocks: &BTreeMap<String, Vec<u8>>, label: &str) -> Option<Certificate> {
    Some(Certificate::from_der(blocks.get(label)?).unwrap())
}

/// The exceptions of one suite; what is left over in the end fails.
pub(crate) struct Exceptions(BTreeMap<String, String>, usize);

impl Exceptions {
    pub(crate) fn of(suite: &str) -> Exceptions {
        let file = repository().join("tests/exceptions.toml");
        let table: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
        let reasons = table["revocation"].as_table().unwrap().iter();
        let own = reasons.filter_map(|(id, reason)| {
            Some((id.strip_prefix(suite)?.strip_prefix('/')?.to_owned(), reason.as_str().unwrap().to_owned()))
        });
        Exceptions(own.collect(), 0)
    }

    pub(crate) fn check(&mut self, id: &str, differs: Option<String>, failures: &mut Vec<String>) {
        match (self.0.remove(id), differs) {
            (Some(_), Some(_)) => self.1 += 1,
            (Some(_), None) => failures.push(format!("{id}: its exception no longer applies")),
            (None, Some(why)) => failures.push(format!("{id}: {why}")),
            (None, None) => {}
        }
    }

    pub(crate) fn end(self, mut failures: Vec<String>) -> usize {
        failures.extend(self.0.keys().map(|id| format!("exception {id} names no case")));
        assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
        self.1
    }
}

pub(crate) fn word(status: &CertificateStatus) -> &'static str {
    match status {
        CertificateStatus::Good { .. } => "good",
        CertificateStatus::Revoked(_) => "revoked",
        CertificateStatus::Unknown { .. } => "unknown",
    }
}

/// Output of openssl, `None` (and a word about it) when there is no openssl.
pub(crate) fn openssl(arguments: &[&str]) -> Option<String> {
    match std::process::Command::new("openssl").args(arguments).output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) => {
            testkit::skip_tool("openssl is not there");
            None
        }
    }
}

pub(crate) fn test_certificate(name: &str) -> Certificate {
    Certificate::from_der(&std::fs::read(pki(&format!("test-{name}.der"))).unwrap()).unwrap()
}
