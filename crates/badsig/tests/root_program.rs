//! The embedded root program against Microsoft's own lists, and the list reader against real lists.
//!
//! The lists stand beside the project, not in it (they are Microsoft's); without them the tests say that
//! they were skipped.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "test code that reports skips")]

use std::collections::HashMap;

use badsig::UtcTime;
use badsig::authenticode::ctl::{CertificateTrustList, list_in_signed_data};
use badsig::authenticode::oid::ObjectIdentifier;
use badsig::authenticode::spc;
use badsig::digest::DigestAlgorithm;
use badsig::hex::Hex;
use badsig::trust::root_program::{
    ListUsage, RootConstraints, RootProgram, RootSource, RootVerdict, SignedList, StampedOrNow,
};
use testkit::bytes_beside;

const VERISIGN_G5: &str = "4eb6d578499b1ccf5f581ead56be3d9b6744a5e5";

fn list(stl: &[u8]) -> CertificateTrustList {
    CertificateTrustList::from_der(list_in_signed_data(stl).unwrap()).unwrap()
}

fn constraints(list: &CertificateTrustList) -> Vec<RootConstraints> {
    list.entries.iter().map(|entry| RootConstraints::from_entry(entry).unwrap()).collect()
}

fn day(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn embedded(sha1: &str) -> &'static RootConstraints {
    let wanted = Hex::parse(sha1).unwrap();
    let mut roots = RootProgram::embedded().roots.iter().map(|root| &root.constraints);
    roots.find(|root| root.sha1 == wanted).unwrap()
}

/// Two-byte lengths and certificates, by SHA-1.
fn certificates(mut bytes: &[u8]) -> HashMap<Hex, Vec<u8>> {
    let mut found = HashMap::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (der, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)));
        found.insert(Hex(DigestAlgorithm::Sha1.digest(der)), der.to_vec());
        bytes = rest;
    }
    found
}

#[test]
fn embedded_program_is_what_the_list_says() {
    let Some(stl) = bytes_beside("trust/authroot.stl") else { return };
    let Some(der) = bytes_beside("trust/roots-csts.der.bin") else { return };
    let mut certificates = certificates(&der);
    let program = RootProgram::embedded();
    let list = SignedList::verify(&stl, ListUsage::Roots).unwrap();
    let derived =
        RootProgram::from_list(&list, program.source.clone(), |sha1| certificates.remove(sha1)).unwrap();
    assert_eq!(derived, *program);
    assert!(certificates.is_empty(), "certificates that the list does not ask for");
}

/// The facts as another reader (Python) took them from the same list.
#[test]
fn embedded_program_is_what_another_reader_says() {
    let Some(json) = bytes_beside("trust/roots-csts.json") else { return };
    let theirs: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
    let ours = &RootProgram::embedded().roots;
    assert_eq!(theirs.len(), ours.len());
    for (theirs, ours) in theirs.iter().zip(ours) {
        let (text, ours) = (|key: &str| theirs.get(key).and_then(|value| value.as_str()), &ours.constraints);
        assert_eq!(text("sha1").unwrap(), ours.sha1.to_string());
        assert_eq!(text("sha256").unwrap(), ours.sha256.to_string());
        assert_eq!(text("name").unwrap(), ours.name);
        assert_eq!(text("disallowed_at").map(day), ours.disabled_from);
        assert_eq!(text("not_before").map(day), ours.not_before_cutoff);
        let count = |key: &str| theirs.get(key).and_then(|value| value.as_array()).map(Vec::len);
        assert_eq!(count("eku"), ours.allowed_usages.as_ref().map(Vec::len));
        assert_eq!(count("disallowed_eku").unwrap_or(0), ours.disabled_usages.len());
        assert_eq!(count("not_before_eku").unwrap_or(0), ours.not_before_usages.len());
    }
}

#[test]
fn embedded_files_are_canonical() {
    let program = RootProgram::embedded();
    let (facts, certificates) = program.data_files().unwrap();
    assert_eq!(facts, include_str!("../data/roots.json"));
    assert_eq!(certificates, include_bytes!("../data/roots.der"));
    assert_eq!(program.roots.len(), 381);
    assert_eq!(program.ctl_date.to_string(), "2026-10-23T23:18:35Z");
    for root in &program.roots {
        assert_eq!(DigestAlgorithm::Sha256.digest(&root.der), root.constraints.sha256.0);
        assert_eq!(root.constraints.unknown_properties, [], "{}", root.constraints.name);
    }
}

#[test]
fn roots_are_found_by_subject_and_thumbprint() {
    let program = RootProgram::embedded();
    for root in &program.roots {
        let (_, certificate) = x509_parser::parse_x509_certificate(&root.der).unwrap();
        let found: Vec<_> = program.find_by_subject(certificate.subject().as_raw()).collect();
        assert!(found.contains(&root), "{}", root.constraints.name);
        assert_eq!(program.find_by_sha256(&root.constraints.sha256.0), Some(root));
    }
    assert_eq!(program.find_by_subject(b"").count(), 0);
    assert_eq!(program.find_by_sha256(&[0; 32]), None);
}

/// Allowed, unrestricted, with a cut-off only, disabled from a past date, not allowed.
fn counts(roots: &[RootConstraints], usage: &ObjectIdentifier, now: UtcTime) -> [usize; 5] {
    let count = |wanted: &dyn Fn(&RootConstraints) -> bool| {
        roots.iter().filter(|root| root.permits(usage) && wanted(root)).count()
    };
    let disabled = |root: &RootConstraints| root.disabled_for(usage).is_some_and(|from| from <= now);
    let cut_off = |root: &RootConstraints| root.cutoff_for(usage).is_some();
    let allowed = count(&|_| true);
    [
        allowed,
        count(&|root| root.disabled_for(usage).is_none() && !cut_off(root)),
        count(&|root| root.disabled_for(usage).is_none() && cut_off(root)),
        count(&disabled),
        roots.len().abs_diff(allowed),
    ]
}

#[test]
fn counts_of_the_whole_list() {
    let Some(stl) = bytes_beside("trust/authroot.stl") else { return };
    let list = list(&stl);
    let roots = constraints(&list);
    assert_eq!(list.entries.len(), 555);
    assert_eq!(counts(&roots, &spc::CODE_SIGNING, list.this_update), [310, 70, 84, 156, 245]);
    assert_eq!(counts(&roots, &spc::TIME_STAMPING, list.this_update), [332, 143, 30, 159, 223]);
    assert_eq!(roots.iter().filter(|root| root.allowed_usages.is_none()).count(), 6);
    let unsure = |usage| roots.iter().filter(|root| root.disabled_for_others(usage).is_some()).count();
    assert_eq!([unsure(&spc::CODE_SIGNING), unsure(&spc::TIME_STAMPING)], [10, 10]);
}

/// 2023-07-19 23:58: VeriSign G5 and others are given a date. Twelve minutes later: an empty date each.
#[test]
fn an_empty_date_is_a_withdrawn_date() {
    let Some(given) = bytes_beside("suites/authroot-history/authroot-fc08b6e.stl") else { return };
    let Some(withdrawn) = bytes_beside("suites/authroot-history/authroot-137b584.stl") else { return };
    let (given, withdrawn) = (list(&given), list(&withdrawn));
    assert_eq!(given.this_update.to_string(), "2023-07-19T23:58:20Z");
    assert_eq!(withdrawn.this_update.to_string(), "2023-07-20T00:10:38Z");
    let g5 = |list: &CertificateTrustList| {
        let wanted = Hex::parse(VERISIGN_G5).unwrap();
        constraints(list).into_iter().find(|root| root.sha1 == wanted).unwrap()
    };
    let now = StampedOrNow::Now(day("2023-08-15"));
    let verdict = |root: RootConstraints| root.verdict(&spc::CODE_SIGNING, now, day("2020-06-01"));
    let from = day("2023-08-01");
    assert_eq!(g5(&given).disabled_from, Some(from));
    assert_eq!(verdict(g5(&given)), RootVerdict::Disabled { from });
    assert_eq!(g5(&withdrawn).disabled_from, None);
    assert_eq!(verdict(g5(&withdrawn)), RootVerdict::Trusted);
}

#[test]
fn old_lists_are_read() {
    for (name, roots, date) in [
        ("authroot-fc08b6e.stl", 450, "2023-07-19"),
        ("authroot-137b584.stl", 450, "2023-07-20"),
        ("authroot-20250616.stl", 514, "2025-06-16"),
    ] {
        let Some(stl) = bytes_beside(&format!("suites/authroot-history/{name}")) else { return };
        let list = list(&stl);
        assert_eq!((list.entries.len(), list.this_update.date().as_str()), (roots, date), "{name}");
        assert_eq!(list.subject_usage, [spc::ROOT_LIST_SIGNER]);
        assert_eq!(list.next_update, None);
        assert!(constraints(&list).iter().all(|root| root.unknown_properties.is_empty()));
        let signed = SignedList::verify(&stl, ListUsage::Roots).unwrap();
        let missing = RootProgram::from_list(&signed, RootSource::Directory("empty".into()), |_| None);
        assert!(missing.unwrap_err().to_string().ends_with("is missing"));
    }
}

/// Every security catalog that is a CMS message at all. One of the corpus is not: its line ends were
/// converted (every 0a became 0d 0a).
#[test]
fn security_catalogs_are_read() {
    let Some(directory) = testkit::beside("corpus/files") else { return };
    let mut read = 0usize;
    for path in std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()) {
        if path.extension().is_none_or(|extension| extension != "cat") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        match list_in_signed_data(&bytes) {
            Ok(der) => {
                let catalog = CertificateTrustList::from_der(der).unwrap();
                assert_eq!(catalog.subject_usage, [spc::SECURITY_CATALOG_LIST], "{}", path.display());
                assert!(catalog.list_identifier.is_some() && !catalog.entries.is_empty());
                read = read.saturating_add(1);
            }
            Err(error) => assert!(path.ends_with("c445fa9516e2__BurnTestCatalog.cat"), "{error}"),
        }
    }
    assert_eq!(read, 16);
}

#[test]
fn verdicts_of_known_roots() {
    let now = StampedOrNow::Now(day("2026-11-21"));
    let stamped = |text: &str| StampedOrNow::Stamped(day(text));
    let issued = day("2019-01-01");
    // Microsoft Root Certificate Authority 2010: no limit at all.
    let microsoft = embedded("3b1efd3a66ea28b16697394703a72ca340a05bd5");
    assert_eq!(microsoft.verdict(&spc::CODE_SIGNING, now, day("2026-01-01")), RootVerdict::Trusted);
    // AddTrust's UTN-USERFirst-Object: disabled on 2023-02-01.
    let utn = embedded("e12dfb4b41d7d9c32b30514bac1d81d8385e2d46");
    let from = day("2023-02-01");
    assert_eq!(utn.verdict(&spc::CODE_SIGNING, now, issued), RootVerdict::Disabled { from });
    assert_eq!(
        utn.verdict(&spc::CODE_SIGNING, stamped("2023-02-01"), issued),
        RootVerdict::Disabled { from }
    );
    let last_moment = stamped("2023-01-31T23:59:59Z");
    assert_eq!(utn.verdict(&spc::CODE_SIGNING, last_moment, issued), RootVerdict::Trusted);
    assert_eq!(utn.verdict(&spc::SERVER_AUTH, last_moment, issued), RootVerdict::UsageNotAllowed);
    // VeriSign G5: closed for certificates issued from 2021-02-01 on.
    let g5 = embedded(VERISIGN_G5);
    let cutoff = day("2021-02-01");
    assert_eq!(g5.verdict(&spc::CODE_SIGNING, now, day("2021-01-31")), RootVerdict::Trusted);
    let late = g5.verdict(&spc::CODE_SIGNING, stamped("2021-03-01"), cutoff);
    assert_eq!(late, RootVerdict::IssuedAfterCutoff { cutoff });
    assert_eq!(g5.verdict(&spc::CODE_SIGNING, stamped("2021-01-31"), cutoff), RootVerdict::Trusted);
    assert_eq!(g5.verdict(&spc::TIME_STAMPING, now, issued), RootVerdict::UsageNotAllowed);
}

/// Read at every start, so a bound: a hundred times what it takes, without optimisation and on a busy machine.
#[test]
fn start_up_cost() {
    let started = std::time::Instant::now();
    let roots = RootProgram::embedded().roots.len();
    let took = started.elapsed();
    println!("{roots} roots read in {took:?} (less when another test was first)");
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
}
