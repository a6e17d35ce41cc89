//! One function for every place where a stranger's bytes come in. None may panic, hang or fill the memory. The tests run
//! the same functions over `fixtures/regressions`, so this file uses nothing but the library.

use std::sync::{Arc, OnceLock};

use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::certificate_file::read_certificates;
use badsig::authenticode::ctl::{CertificateTrustList, list_in_signed_data};
use badsig::authenticode::read::read_signatures;
use badsig::format::SignatureBlob;
use badsig::logs::{Analyst, Failures, LogReader};
use badsig::policy::{Baseline, SignerLock};
use badsig::report::{Content, StoredReport, UpdateJudge};
use badsig::trust::revocation::{OcspResponse, RevocationList};
use badsig::trust::root_program::{ListUsage, SignedList};
use badsig::trust::{CertificateStore, DistrustList, Evidence};
use badsig::updates::{Catalog, CatalogEntry, Linter, ManifestCheck, Packages, Supplement};
use badsig::vendors::Entry;
use badsig::vendors::matching::Pattern;
use badsig::{FileReport, Limits, Policy, Subject};

/// A target: its name, and what it does with the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("cabinet", cabinet),
    ("certificate", certificate),
    ("cms", cms),
    ("compound", compound),
    ("crl", crl),
    ("end_to_end", end_to_end),
    ("log", log),
    ("ocsp", ocsp),
    ("payload_burn", payload_executable),
    ("payload_cabinet", payload_cabinet),
    ("payload_inno", payload_executable),
    ("payload_installer", payload_installer),
    ("payload_nsis", payload_executable),
    ("payload_sevenz", payload_executable),
    ("payload_sfxcab", payload_executable),
    ("payload_wextract", payload_executable),
    ("payload_zip", payload_executable),
    ("pe", pe),
    ("policy", policy),
    ("report", report),
    ("security_catalog", security_catalog),
    ("store", store),
    ("trust_list", trust_list),
    ("update_catalog", update_catalog),
    ("updates_xml", updates_xml),
];

/// The function of a target.
pub fn target(name: &str) -> Option<fn(&[u8])> {
    TARGETS.iter().find(|target| target.0 == name).map(|target| target.1)
}

fn evidence() -> &'static Evidence {
    static EVIDENCE: OnceLock<Evidence> = OnceLock::new();
    EVIDENCE.get_or_init(|| match "2026-11-21".parse() {
        Ok(at) => Evidence::embedded(at),
        Err(_) => unreachable!("a date"),
    })
}

/// The bounds of a run, small enough that a slow input is a finding.
fn limits(depth: usize) -> Limits {
    let mut limits = Limits::default();
    limits.depth = depth;
    limits.unpacked_bytes = 8 << 20;
    limits
}

/// Reads, judges and reports, as `badsig check` does.
fn check(name: &str, data: &[u8], depth: usize) {
    let facts = badsig::inspect(&Subject::from_bytes(name, data.to_vec()), &limits(depth));
    let verdict = badsig::judge(&facts, evidence(), &Policy::default());
    let report = FileReport::new(&facts, &verdict);
    assert!(serde_json::to_vec(&report).is_ok(), "a report is written");
}

/// Any file, with its members.
pub fn end_to_end(data: &[u8]) {
    check("setup.exe", data, 3);
}

/// Programs.
pub fn pe(data: &[u8]) {
    check("setup.exe", data, 0);
}

/// Databases, patches and transforms of Windows Installer.
pub fn compound(data: &[u8]) {
    check("setup.msi", data, 0);
}

/// Cabinets.
pub fn cabinet(data: &[u8]) {
    check("setup.cab", data, 0);
}

/// Security catalogs.
pub fn security_catalog(data: &[u8]) {
    check("driver.cat", data, 0);
}

/// Cabinets with their members.
pub fn payload_cabinet(data: &[u8]) {
    check("setup.cab", data, 2);
}

/// Windows Installer files with their members.
pub fn payload_installer(data: &[u8]) {
    check("setup.msi", data, 2);
}

/// Installers that are programs, with their members; what kind the corpus decides.
pub fn payload_executable(data: &[u8]) {
    check("setup.exe", data, 1);
}

/// A signature by itself, with its time stamps.
pub fn cms(data: &[u8]) {
    let blob = SignatureBlob { place: "fuzz".to_owned(), offset: None, bytes: data.to_vec() };
    read_signatures(&[blob], &Limits::default());
}

/// A certificate, and files with several.
pub fn certificate(data: &[u8]) {
    if let Ok(certificate) = Certificate::from_der(data) {
        let _ = certificate.verify_signed_by(certificate.key());
        let _ = certificate.common_name();
    }
    let _ = read_certificates(data);
}

/// A revocation list.
pub fn crl(data: &[u8]) {
    if let Ok(list) = RevocationList::from_bytes(data) {
        let _ = (list.len(), list.freshest().len(), list.number().map(<[u8]>::len));
    }
}

/// An OCSP response.
pub fn ocsp(data: &[u8]) {
    if let Ok(response) = OcspResponse::from_bytes(data) {
        let _ = (response.answers().len(), response.responder());
    }
}

/// A certificate trust list, signed and bare.
pub fn trust_list(data: &[u8]) {
    let _ = CertificateTrustList::from_der(data);
    if let Ok(inner) = list_in_signed_data(data) {
        let _ = CertificateTrustList::from_der(inner);
    }
    for usage in [ListUsage::Roots, ListUsage::Distrusted] {
        let _ = SignedList::verify(data, usage);
    }
}

/// What administrators export.
pub fn store(data: &[u8]) {
    let _ = CertificateStore::read_bytes("store.sst", data);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = DistrustList::default().with_thumbprints("list.txt", text);
    }
}

/// The XML of update catalogs.
pub fn updates_xml(data: &[u8]) {
    let Ok(packages) = Packages::new(data) else { return };
    let (mut linter, policy) = (Linter::default(), Policy::default());
    for package in packages.flatten() {
        linter.look(&package, None, &policy);
    }
}

/// An update catalog in a cabinet.
pub fn update_catalog(data: &[u8]) {
    let source = Arc::clone(Subject::from_bytes("catalog.cab", data.to_vec()).shared_source());
    let Ok(catalog) = Catalog::open(&source, &limits(2)) else { return };
    let policy = Policy::default();
    let Ok(supplement) = Supplement::read(&catalog, &policy) else { return };
    let judge = UpdateJudge { policy: &policy, require_content: false };
    let (mut manifest, mut linter) = (ManifestCheck::new(&supplement), Linter::default());
    let _ = catalog.packages(&mut |entry| {
        match entry {
            CatalogEntry::Package(package, member) => {
                let id = package.canonical_id().unwrap_or_default();
                manifest.seen(&id, package.creation_date.as_deref());
                let findings = linter.look(&package, member.as_deref(), &policy);
                let contents = package.origin_files().map(|_| Content::NotRequested).collect();
                judge.report(&package, member, findings, contents);
            }
            CatalogEntry::Broken(member, error) => {
                judge.broken(member.as_deref().unwrap_or_default(), &error);
            }
        }
        true
    });
    manifest.findings(&policy);
}

/// Logs of ConfigMgr and of installers.
pub fn log(data: &[u8]) {
    let mut analyst = Analyst::default();
    let Ok(mut reader) = LogReader::new("fuzz.log", data) else { return };
    while let Ok(true) = reader.read(&mut analyst) {}
    reader.finish(&mut analyst);
    analyst.settle();
    let mut failures = Failures::default();
    for failure in analyst.take() {
        failure.explanation();
        failures.add(failure);
    }
    failures.count();
}

/// Signer locks, vendor entries and their patterns.
pub fn policy(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = toml::from_str::<SignerLock>(text);
    let _ = Entry::from_toml(text);
    if let Some((pattern, value)) = text.split_once('\n') {
        for pattern in [Pattern::parse(pattern), Pattern::code(pattern)].into_iter().flatten() {
            pattern.fits(value);
        }
    }
}

/// Reports that are read again.
pub fn report(data: &[u8]) {
    let _ = Baseline::from_json("fuzz", data);
    let Ok(mut report) = StoredReport::from_bytes(data.to_vec()) else { return };
    let _ = report.each(&Limits::default(), |facts| {
        badsig::judge(&facts, evidence(), &Policy::default());
        Ok::<(), badsig::report::ReportError>(())
    });
}
