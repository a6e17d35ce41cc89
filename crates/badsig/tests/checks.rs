//! Every check has an id that is its file's name, texts, a subject that triggers it and a neighbour that does
//! not; and what checks say agrees with what targets are predicted to do.
//!
//! What is expected comes from the descriptions in `fixtures/MANIFEST.toml`, not from what badsig said.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

mod checks_subjects;
mod common;

use std::collections::{BTreeMap, BTreeSet};

use badsig::check::{CHECKS, Level, check};
use badsig::judge::Verdict;
use badsig::target::{PredictedOutcome, TARGETS};
use badsig::{Facts, Outcome, Policy, Target};
use checks_subjects::{constructed, evidence, fixture, fixtures, manifest};

/// A subject that triggers the check (`None`: it is made in `checks_subjects.rs`), and one that does not.
const CASES: &[(&str, Option<&str>, &str)] = &[
    ("appended-to-msi", None, "msi/signed.msi"),
    ("bad-digest", Some("exe/tampered.exe"), "exe/bytes-after-table-covered.exe"),
    ("bad-signature-value", Some("exe/signature-value-tampered.exe"), "exe/rsa-pss.exe"),
    ("bad-timestamp", Some("exe/stamp-tampered.exe"), "exe/legacy-stamped-bare-digest.exe"),
    ("broken-installer-member", None, "exe/signed-stamped.exe"),
    ("broken-member", None, "exe/signed-stamped.exe"),
    ("burn-engine-unsigned", None, "exe/signed-stamped.exe"),
    ("bytes-after-signature", Some("cab/trailing-bytes.cab"), "cab/signed-stamped.cab"),
    ("certificate-not-approved", None, "exe/signed-stamped.exe"),
    ("digest-not-covered", Some("exe/indirect-data-tampered.exe"), "exe/attributes-out-of-order.exe"),
    ("endpoint-refuses", None, "exe/signed.exe"),
    ("exception-expired", None, "exe/unsigned.exe"),
    ("exception-unmatched", None, "exe/unsigned.exe"),
    ("expired", Some("exe/expired-stamped-late.exe"), "exe/expired-stamped.exe"),
    ("expires-soon", None, "exe/signed.exe"),
    ("explicitly-distrusted", None, "exe/signed-stamped.exe"),
    ("extra-timestamp-invalid", None, "exe/stamp-tampered.exe"),
    ("hash-mismatch", None, "exe/signed-stamped.exe"),
    ("incomplete-chain", Some("msi/incomplete-chain.msi"), "exe/untrusted-root.exe"),
    ("invalid-chain", Some("exe/not-a-ca.exe"), "exe/root-embedded.exe"),
    ("known-unsigned-vendor", Some("msi/listed-7-zip.msi"), "msi/listed-7-zip-tampered.msi"),
    ("lifetime-signing", Some("exe/lifetime-signing.exe"), "exe/expired-stamped.exe"),
    ("limit-reached", None, "cab/truncated.cab"),
    ("malformed-file", None, "exe/headers-past-section.exe"),
    ("malformed-signature", Some("exe/garbage-signature.exe"), "exe/ber-indefinite.exe"),
    ("member-not-read", None, "cab/truncated.cab"),
    ("msi-cabinet-mismatch", Some("inside/other-certificate/setup.msi"), "inside/listed/setup.msi"),
    ("msi-extended-mismatch", Some("msi/extended-zeros.msi"), "msi/extended.msi"),
    ("msi-unsigned-external-cab", Some("inside/external/setup.msi"), "inside/listed/setup.msi"),
    ("nested-signature-invalid", Some("exe/nested-tampered.exe"), "exe/dual-signed.exe"),
    ("no-msi-extended-signature", Some("msi/signed.msi"), "msi/extended.msi"),
    ("no-signer-certificate", Some("exe/no-signer-certificate.exe"), "exe/incomplete-chain.exe"),
    ("not-timestamped", Some("exe/signed.exe"), "exe/signed-stamped.exe"),
    ("not-yet-valid", Some("msi/not-yet-valid.msi"), "msi/expired.msi"),
    ("other-certificate-entries", Some("exe/wrong-certificate-type.exe"), "exe/two-entries.exe"),
    ("padding-after-signature", Some("exe/padded.exe"), "exe/padded-zeros.exe"),
    ("page-hash-mismatch", Some("exe/page-hash-wrong.exe"), "exe/page-hashes-sha1.exe"),
    ("publisher-changed", None, "exe/signed-version-info.exe"),
    ("publisher-name-mismatch", Some("exe/signed-version-info.exe"), "exe/signed-stamped.exe"),
    ("publisher-renewed", None, "exe/signed-version-info.exe"),
    ("revocation-unknown", None, "exe/revoked.exe"),
    ("revoked", None, "exe/revoked-stamped-before.exe"),
    ("security-catalog", Some("cat/signed-stamped.cat"), "cab/signed.cab"),
    ("security-catalog-only", Some("inside/driver.cab"), "inside/mszip.cab"),
    ("several-signers", None, "exe/two-entries.exe"),
    ("signature-without-file", None, "cat/signed-stamped.cat"),
    ("small-key", Some("exe/weak-rsa-1024.exe"), "exe/ecdsa-p256.exe"),
    ("stuffed-certificates", Some("exe/duplicate-certificates.exe"), "exe/root-embedded.exe"),
    ("too-large", None, "exe/signed-stamped.exe"),
    ("truncated", Some("cab/truncated.cab"), "cab/signed.cab"),
    ("unallocated-msi-data", None, "msi/signed.msi"),
    ("unexpectedly-unsigned", Some("msi/listed-notepad-plus-plus.msi"), "msi/listed-7-zip.msi"),
    ("unknown-format", Some("unknown/text.txt"), "mst/unsigned.mst"),
    ("unknown-unsigned-attribute", None, "exe/dual-signed.exe"),
    ("unreadable", None, "unknown/empty.bin"),
    ("unsigned", Some("msi/unsigned.msi"), "msi/signed.msi"),
    ("unsigned-member", None, "msi/unsigned.msi"),
    ("unsupported-content", Some("cab/signed.cab"), "msi/signed.msi"),
    ("untrusted-root", Some("exe/untrusted-root.exe"), "exe/incomplete-chain.exe"),
    ("vendor-claimed", Some("msi/listed-7-zip-other-code.msi"), "msi/listed-7-zip.msi"),
    ("vendor-now-signs", Some("msi/listed-7-zip-signed.msi"), "msi/listed-7-zip-tampered.msi"),
    ("weak-digest", Some("exe/sha1.exe"), "exe/sha384.exe"),
    ("weak-key", None, "exe/weak-rsa-1024.exe"),
    ("wrong-extension", None, "cab/signed.cab"),
    ("wrong-usage", Some("exe/wrong-eku.exe"), "exe/no-eku.exe"),
];

fn judge(facts: &Facts) -> Verdict {
    badsig::judge(facts, &evidence(), &Policy::default())
}

fn found(verdict: &Verdict) -> BTreeSet<&'static str> {
    verdict.findings.iter().map(|finding| finding.check).collect()
}

#[test]
fn every_check_is_in_the_table_once() {
    let listed: Vec<&str> = CASES.iter().map(|case| case.0).collect();
    let mut ids: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, listed);
    assert!(ids.iter().all(|id| check(id).is_some_and(|check| check.id == *id)));
}

/// Ids are public: policies, reports and other programs name them. They are added, never changed.
#[test]
fn ids_are_those_of_the_list() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/check-ids.txt");
    let mut ids: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
    ids.sort_unstable();
    let all = ids.join("\n") + "\n";
    if std::env::var_os("BADSIG_BLESS").is_some() {
        std::fs::write(path, &all).unwrap();
    }
    let listed = std::fs::read_to_string(path).unwrap();
    for id in listed.lines() {
        assert!(ids.contains(&id), "{id} is gone");
    }
    assert_eq!(listed, all, "a new id: BADSIG_BLESS=1 cargo test -p badsig --test checks");
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len());
}

#[test]
fn the_id_is_the_name_of_the_file() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/check");
    let files: BTreeSet<String> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            !["mod.rs", "update_catalog.rs", "vendor_words.rs", "words.rs"].contains(&name.as_str())
        })
        .map(|name| name.trim_end_matches(".rs").replace('_', "-"))
        .collect();
    assert_eq!(files, CHECKS.iter().map(|check| check.id.to_owned()).collect());
}

#[test]
fn every_check_has_its_texts() {
    for check in CHECKS {
        assert!(!check.title.is_empty() && check.title.len() < 45, "{}", check.id);
        assert!(!check.title.ends_with('.'), "{}: a title is no sentence", check.id);
        let texts = [&[check.meaning], check.causes, check.fix].concat();
        assert!(texts.len() >= 3, "{} has no meaning, cause or remedy", check.id);
        for text in texts {
            assert!(text.ends_with('.'), "{}: {text}", check.id);
            assert!(!text.contains("  ") && !text.contains('\n'), "{}: {text}", check.id);
        }
    }
}

#[test]
fn every_check_finds_its_subject_and_leaves_its_neighbour() {
    let made: BTreeMap<&str, Verdict> = constructed().into_iter().collect();
    for (id, triggering, clean) in CASES {
        let verdict = match triggering {
            Some(path) => judge(&fixture(path)),
            // Said of the run as a whole; `exceptions.rs` tests it.
            None if *id == "exception-unmatched" => continue,
            None => made[id].clone(),
        };
        assert!(found(&verdict).contains(id), "{id} is not found in {triggering:?}: {:?}", verdict.findings);
        let clean = judge(&fixture(clean));
        assert!(!found(&clean).contains(id), "{id} is found in its neighbour: {:?}", clean.findings);
    }
}

/// What must not be said of a file, and what must, stands in the manifest.
#[test]
fn verdicts_are_those_of_the_manifest() {
    for entry in manifest() {
        let outcome = judge(&fixture(&entry.path)).outcome.name();
        if let Some(expected) = entry.verdict {
            assert_eq!(outcome, expected, "{}", entry.path);
        }
        assert_ne!(Some(outcome), entry.never.as_deref(), "{}", entry.path);
    }
}

/// A file is blocked for a target when that target is predicted to refuse it, and for no other reason.
#[test]
fn checks_and_targets_agree() {
    let subjects = fixtures();
    assert!(subjects.len() > 150, "{} fixtures", subjects.len());
    for facts in subjects {
        for target in TARGETS {
            let verdict = badsig::judge(&facts, &evidence(), &Policy::for_targets(vec![target]));
            agree(&facts, &verdict, target);
        }
    }
}

fn agree(facts: &Facts, verdict: &Verdict, target: Target) {
    let about = format!("{} for {target}: {:?}", facts.path, verdict.findings);
    let blocks = verdict.findings.iter().any(|finding| finding.level == Level::Block);
    assert_eq!(blocks, verdict.outcome == Outcome::Blocked, "{about}");
    let prediction = verdict.predictions.iter().find(|prediction| prediction.target == target).unwrap();
    let expected = match prediction.outcome {
        PredictedOutcome::Rejected => Outcome::Blocked,
        PredictedOutcome::Accepted => Outcome::Publishable,
        PredictedOutcome::Unknown => Outcome::Undecided,
    };
    assert_eq!(verdict.outcome, expected, "{about}: {}", prediction.reason);
}

#[test]
fn checks_and_targets_agree_on_subjects_made_here() {
    // Those that a policy asks for beyond what targets do, and members: publishing looks at the outer file only.
    let policy_alone = ["publisher-changed", "exception-expired"];
    for (id, verdict) in
        constructed().into_iter().filter(|(id, _)| !policy_alone.contains(id) && !id.ends_with("-member"))
    {
        let configmgr = verdict.predictions.first().unwrap();
        let refused = configmgr.outcome == PredictedOutcome::Rejected;
        assert_eq!(refused, verdict.outcome == Outcome::Blocked, "{id}: {:?}", verdict.findings);
    }
}

/// The signature of a security catalog is in perfect order and says nothing of the program it was put in.
#[test]
fn a_signature_over_something_else_vouches_for_nothing() {
    let verdict = judge(&checks_subjects::program_with_the_signature_of_a_catalog());
    assert_eq!(verdict.outcome, Outcome::Blocked);
    assert!(found(&verdict).contains("malformed-signature"), "{:?}", verdict.findings);
}

#[test]
fn the_hardened_target_alone_refuses_padding() {
    for target in TARGETS {
        let policy = Policy::for_targets(vec![target]);
        let verdict = badsig::judge(&fixture("exe/padded.exe"), &evidence(), &policy);
        assert_eq!(verdict.outcome == Outcome::Blocked, target == Target::WindowsHardened, "{target}");
    }
}
