//! Subjects for the tests of checks: the fixtures, and what no fixture holds.

#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use badsig::authenticode::facts::{Contents, UnknownAttribute};
use badsig::authenticode::oid::ObjectIdentifier;
use badsig::facts::BurnEngine;
use badsig::format::Unallocated;
use badsig::judge::Verdict;
use badsig::policy::{Exception, Scope, observed};
use badsig::subject::ByteSource;
use badsig::trust::CertificateStore;
use badsig::trust::endpoint::Endpoint;
use badsig::trust::revocation::RevocationList;
use badsig::trust::root_program::{RootConstraints, RootEntry, RootProgram, RootSource};
use badsig::trust::{Anchors, ApprovedCertificates, Evidence, ExpectedContent};
use badsig::{Facts, Hex, Limits, Policy, Subject, UtcTime};

use crate::common::{JUDGED_AT, certificate, test_root};
use testkit::repository;

fn time(text: &str) -> UtcTime {
    text.parse().unwrap()
}

/// What the manifest says the fixtures are judged with.
pub(crate) fn evidence() -> Evidence {
    Evidence::new(time(JUDGED_AT), Anchors::embedded().with([test_root()]))
}

fn fixture_path(path: &str) -> PathBuf {
    repository().join("fixtures").join(path)
}

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(fixture_path(path)).unwrap()
}

fn inspect(name: &str, bytes: Vec<u8>) -> Facts {
    badsig::inspect(&Subject::from_bytes(name, bytes), &Limits::default())
}

/// The facts of one fixture.
pub(crate) fn fixture(path: &str) -> Facts {
    let subject = Subject::open(&fixture_path(path)).unwrap().named(path);
    badsig::inspect(&subject, &Limits::default())
}

/// The facts of all fixtures.
pub(crate) fn fixtures() -> Vec<Facts> {
    manifest().iter().map(|entry| fixture(&entry.path)).collect()
}

/// What the manifest says of one fixture.
#[derive(Default)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) verdict: Option<String>,
    pub(crate) never: Option<String>,
}

/// The entries of the manifest; only lines `key = "value"` matter here.
pub(crate) fn manifest() -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in std::fs::read_to_string(fixture_path("MANIFEST.toml")).unwrap().lines() {
        let Some((key, value)) = line.split_once(" = ") else { continue };
        let value = value.trim_matches('"').to_owned();
        match (key, entries.last_mut()) {
            ("path", _) => entries.push(Entry { path: value, ..Entry::default() }),
            ("verdict", Some(entry)) => entry.verdict = Some(value),
            ("never", Some(entry)) => entry.never = Some(value),
            _ => {}
        }
    }
    entries
}

/// The verdicts on subjects that trigger the checks that no fixture triggers, by the id of the check.
pub(crate) fn constructed() -> Vec<(&'static str, Verdict)> {
    let here = |facts: &Facts| badsig::judge(facts, &evidence(), &Policy::default());
    let (weak, weak_evidence) = signed_with_a_weak_key();
    vec![
        ("burn-engine-unsigned", here(&bundle_with_an_unsigned_engine())),
        ("broken-installer-member", here(&holding("msi/tampered.msi"))),
        ("broken-member", here(&holding("exe/tampered.exe"))),
        ("certificate-not-approved", where_nothing_is_approved()),
        ("exception-expired", under_an_exception_of_last_year()),
        ("hash-mismatch", beside_another_digest()),
        ("publisher-changed", where_another_publisher_is_locked("Another Organisation")),
        ("publisher-renewed", where_another_publisher_is_locked("badsig TEST")),
        ("too-large", here(&Facts { size: Some(400 * 1024 * 1024), ..fixture("exe/signed-stamped.exe") })),
        ("wrong-extension", here(&inspect("setup.msi", bytes("exe/signed-stamped.exe")))),
        ("expires-soon", judged_at(&fixture("exe/expired.exe"), "2020-12-15")),
        ("explicitly-distrusted", under_a_disabled_test_root()),
        ("extra-timestamp-invalid", here(&with_a_second_stamp())),
        ("limit-reached", here(&beyond_a_limit())),
        ("malformed-file", here(&with_its_signature_in_its_headers())),
        ("member-not-read", here(&holding("cab/truncated.cab"))),
        ("revocation-unknown", where_revocation_must_be_known()),
        ("revoked", with_the_list_of_the_test_authority()),
        ("endpoint-refuses", on_an_empty_endpoint()),
        ("several-signers", here(&changed(|contents| contents.signer_count = 2))),
        ("signature-without-file", here(&signature_alone())),
        ("appended-to-msi", here(&with_an_archive_behind_it())),
        ("unallocated-msi-data", here(&with_data_in_free_sectors())),
        ("unknown-unsigned-attribute", here(&changed(|contents| contents.unknown_attributes = attribute()))),
        ("unreadable", here(&unreadable())),
        ("unsigned-member", here(&holding("msi/unsigned.msi"))),
        ("weak-key", badsig::judge(&weak, &weak_evidence, &Policy::default())),
    ]
}

/// A signed package with bytes behind its last sector, as a script or archive is put there.
fn with_an_archive_behind_it() -> Facts {
    let mut package = bytes("msi/signed.msi");
    package.extend([0; 512]);
    package.extend(b"PK\x05\x06");
    inspect("setup.msi", package)
}

/// A signed package of which some free sectors hold what was deleted.
fn with_data_in_free_sectors() -> Facts {
    let mut facts = fixture("msi/signed.msi");
    facts.storage.unallocated =
        Some(Unallocated { bytes: 512, not_zero: 4, first: Some(0x2000), appended: 0 });
    facts
}

/// A computer without any certificate.
fn on_an_empty_endpoint() -> Verdict {
    let empty = CertificateStore::default();
    let mut evidence = evidence();
    evidence.endpoints = Arc::new(vec![Endpoint::new("pc-1", &empty, &empty)]);
    badsig::judge(&fixture("exe/signed-stamped.exe"), &evidence, &Policy::default())
}

/// A real one is made by `tests/recipes/make-installers.sh`.
fn bundle_with_an_unsigned_engine() -> Facts {
    let mut facts = fixture("exe/signed-stamped.exe");
    let engine = BurnEngine { size: 5000, signature_kept: false, attached_containers: 1 };
    facts.burn_engine = Some(engine);
    facts
}

/// A good program that carries this fixture.
fn holding(path: &str) -> Facts {
    let mut outer = fixture("exe/signed-stamped.exe");
    let member = fixture(path);
    outer.members = vec![Facts { path: format!("{}!/{path}", outer.path), ..member }];
    outer
}

fn where_nothing_is_approved() -> Verdict {
    let approved = Some(ApprovedCertificates::none("an empty list"));
    let mut evidence = evidence();
    evidence.approved = approved;
    badsig::judge(&fixture("exe/signed-stamped.exe"), &evidence, &Policy::default())
}

fn beside_another_digest() -> Verdict {
    let expected = Some(ExpectedContent { sha256: Some(Hex(vec![0; 32])), ..ExpectedContent::default() });
    let mut evidence = evidence();
    evidence.expected = expected;
    badsig::judge(&fixture("exe/signed-stamped.exe"), &evidence, &Policy::default())
}

fn under_an_exception_of_last_year() -> Verdict {
    let mut policy = Policy::default();
    policy.exceptions.push(Exception {
        check: "unsigned".to_owned(),
        scope: Scope::Path("exe/*.exe".parse().unwrap()),
        reason: "until the vendor signs".to_owned(),
        expires: time("2025-11-21"),
    });
    badsig::judge(&fixture("exe/unsigned.exe"), &evidence(), &policy)
}

/// A file with version information, where the lock knows its product with another key.
fn where_another_publisher_is_locked(organization: &str) -> Verdict {
    let facts = fixture("exe/signed-version-info.exe");
    let first = badsig::judge(&facts, &evidence(), &Policy::default());
    let mut known = observed(&facts, &first.signatures).unwrap();
    known.signers[0].key = Hex(vec![0; 32]);
    known.signers[0].organization = organization.to_owned();
    let mut policy = Policy::default();
    policy.lock.get_or_insert_default().take(known);
    badsig::judge(&facts, &evidence(), &policy)
}

fn judged_at(facts: &Facts, date: &str) -> Verdict {
    let evidence = Evidence::new(time(date), Anchors::only(vec![test_root()]));
    badsig::judge(facts, &evidence, &Policy::default())
}

/// A good file whose facts are changed where the bytes would be hard to make.
fn changed(change: impl FnOnce(&mut Contents)) -> Facts {
    let mut facts = fixture("exe/signed-stamped.exe");
    change(facts.signatures[0].contents.as_mut().unwrap());
    facts
}

fn attribute() -> Vec<UnknownAttribute> {
    // 1.2.3, which nobody uses.
    vec![UnknownAttribute { kind: ObjectIdentifier::new(&[0x2a, 0x03]), size: 44 }]
}

fn with_a_second_stamp() -> Facts {
    changed(|contents| {
        let mut broken = contents.timestamps[0].clone();
        broken.problems.push("its value has a flipped bit".to_owned());
        contents.timestamps.push(broken);
    })
}

/// The test root as Microsoft's program would list it after disabling it in 2020.
fn under_a_disabled_test_root() -> Verdict {
    let root = test_root();
    let constraints = RootConstraints {
        sha1: Hex::from(&root.sha1()[..]),
        sha256: Hex::from(&root.sha256()[..]),
        name: "TEST Root".to_owned(),
        allowed_usages: None,
        disabled_from: Some(time("2020-02-01")),
        disabled_usages: Vec::new(),
        not_before_cutoff: None,
        not_before_usages: Vec::new(),
        unknown_properties: Vec::new(),
    };
    let entry = RootEntry {
        constraints,
        subject_sha256: Hex(badsig::digest::DigestAlgorithm::Sha256.digest(root.subject())),
        key_identifier: Hex(Vec::new()),
        der: root.der().to_vec().into(),
    };
    let program = RootProgram {
        ctl_date: time(JUDGED_AT),
        sequence_number: Hex(vec![1]),
        ctl_sha256: Hex(Vec::new()),
        source: RootSource::Directory(PathBuf::new()),
        roots: vec![entry],
    };
    let evidence = Evidence::new(time(JUDGED_AT), Anchors::program_from(program));
    badsig::judge(&fixture("exe/signed.exe"), &evidence, &Policy::default())
}

/// A signer with an RSA key of 768 bits that is trusted as it is.
fn signed_with_a_weak_key() -> (Facts, Evidence) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let weak = certificate(&data.join("TEST-weak-rsa-768.pem"));
    let facts = changed(|contents| {
        contents.signer.certificate = Some(contents.certificates.len());
        contents.certificates.push(weak.clone());
    });
    let evidence = Evidence::new(time(JUDGED_AT), Anchors::embedded().with([test_root(), weak]));
    (facts, evidence)
}

fn where_revocation_must_be_known() -> Verdict {
    let mut evidence = evidence();
    evidence.revocation.required = true;
    badsig::judge(&fixture("exe/signed.exe"), &evidence, &Policy::default())
}

fn with_the_list_of_the_test_authority() -> Verdict {
    let list = repository().join("tests/recipes/pki/test-code-signing-ca.crl");
    let mut evidence = evidence();
    evidence.revocation.lists = vec![RevocationList::from_bytes(&std::fs::read(list).unwrap()).unwrap()];
    badsig::judge(&fixture("exe/revoked.exe"), &evidence, &Policy::default())
}

fn beyond_a_limit() -> Facts {
    let mut limits = Limits::default();
    limits.signature_bytes = 16;
    badsig::inspect(&Subject::from_bytes("large.exe", bytes("exe/signed.exe")), &limits)
}

fn signature_alone() -> Facts {
    let facts = fixture("cab/signed-stamped.cab");
    let start = usize::try_from(facts.signatures[0].offset.unwrap()).unwrap();
    let end = start + usize::try_from(facts.signatures[0].size).unwrap();
    inspect("signature.p7", bytes("cab/signed-stamped.cab")[start..end].to_vec())
}

struct Failing;

impl ByteSource for Failing {
    fn size(&self) -> u64 {
        1024
    }

    fn read_at(&self, _: u64, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk does not answer"))
    }
}

fn unreadable() -> Facts {
    badsig::inspect(&Subject::new("disk.exe", Box::new(Failing)), &Limits::default())
}

/// Place of the security entry in the data directories of a 64-bit program.
fn security_directory(program: &[u8]) -> usize {
    let header = u32::from_le_bytes(program[0x3c..0x40].try_into().unwrap());
    let optional_header = usize::try_from(header).unwrap() + 24;
    assert_eq!(program[optional_header..optional_header + 2], [0x0b, 0x02], "PE32+");
    optional_header + 112 + 4 * 8
}

fn set_certificate_table(program: &mut [u8], offset: usize, length: usize) {
    let directory = security_directory(program);
    let word = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    program[directory..directory + 8].copy_from_slice(&[word(offset), word(length)].concat());
}

fn with_its_signature_in_its_headers() -> Facts {
    let mut program = bytes("exe/signed.exe");
    set_certificate_table(&mut program, 0x40, 64);
    inspect("headers.exe", program)
}

/// A program whose certificate table holds the signature of a security catalog.
pub(crate) fn program_with_the_signature_of_a_catalog() -> Facts {
    let mut program = bytes("exe/unsigned.exe");
    let catalog = bytes("cat/signed-stamped.cat");
    program.resize(program.len().next_multiple_of(8), 0);
    let start = program.len();
    let length = 8 + catalog.len().next_multiple_of(8);
    program.extend(u32::try_from(length).unwrap().to_le_bytes());
    program.extend([0x00, 0x02, 0x02, 0x00]); // wRevision 2.0, PKCS_SIGNED_DATA
    program.extend(catalog);
    program.resize(start + length, 0);
    set_certificate_table(&mut program, start, length);
    let facts = inspect("catalog.exe", program);
    assert_eq!(facts.signatures.len(), 1);
    facts
}
