//! What Configuration Manager is predicted to write, beside what it did write.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

mod checks_subjects;
mod common;

use badsig::judge::Verdict;
use badsig::target::{PredictedOutcome, Step, StepName, StepOutcome};
use badsig::trust::{ApprovedCertificates, ExpectedContent};
use badsig::{Facts, Hex, Limits, Policy, Subject, Target};
use checks_subjects::{evidence, fixture};

fn judge(facts: &Facts) -> Verdict {
    badsig::judge(facts, &evidence(), &Policy::default())
}

fn steps(verdict: &Verdict) -> &[Step] {
    &verdict.predictions.iter().find(|prediction| prediction.target == Target::Configmgr).unwrap().steps
}

fn outcomes(verdict: &Verdict) -> Vec<(StepName, StepOutcome)> {
    steps(verdict).iter().map(|step| (step.step, step.outcome)).collect()
}

/// The public excerpt of SMS_ISVUPDATES_SYNCAGENT.log for an unsigned 7-Zip; its backslashes were lost when it was
/// published, so both sides are compared without, and without the folder, which is random.
#[test]
fn the_lines_for_an_unsigned_msi_are_those_of_the_public_excerpt() {
    let Some(excerpt) = testkit::bytes_beside("seeds/001_f09fa253cea3cc50.txt") else { return };
    let excerpt = String::from_utf8(excerpt).unwrap();
    let bare = |line: &str| {
        let line = line.replace('\\', "");
        match (line.find('\''), line.find("7z1604")) {
            (Some(quote), Some(name)) => format!("{}{}", &line[..=quote], &line[name..]),
            _ => line,
        }
    };
    let starts = ["SyncUpdate: File", "Signature check on", "STATMSG:"];
    let expected: Vec<String> =
        excerpt.lines().filter(|line| starts.iter().any(|start| line.starts_with(start))).map(bare).collect();
    assert_eq!(expected.len(), 4);
    let bytes = std::fs::read(testkit::repository().join("fixtures/msi/unsigned.msi")).unwrap();
    let subject = Subject::from_bytes("incoming/7z1604-x64.msi", bytes);
    let verdict = judge(&badsig::inspect(&subject, &Limits::default()));
    let lines: Vec<String> =
        steps(&verdict).iter().flat_map(|step| &step.log_lines).map(|line| bare(line)).collect();
    assert_eq!(lines, expected);
    let message = verdict.predictions[0].status_message.as_ref().unwrap();
    assert_eq!(message.id, Some(11516));
}

#[test]
fn steps_come_in_order_and_end_with_the_first_that_fails() {
    use StepName::{CertificateApproval, ContentDigest, Publishing, Signature, SigningCertificate};
    use StepOutcome::{Failed, NotReached, Passed, Unknown};
    assert_eq!(
        outcomes(&judge(&fixture("exe/tampered.exe"))),
        [
            (ContentDigest, Unknown),
            (SigningCertificate, Passed),
            (Signature, Failed),
            (CertificateApproval, NotReached),
            (Publishing, NotReached)
        ]
    );
    assert_eq!(
        outcomes(&judge(&fixture("exe/signed-stamped.exe"))),
        [
            (ContentDigest, Unknown),
            (SigningCertificate, Passed),
            (Signature, Passed),
            (CertificateApproval, Unknown),
            (Publishing, Passed)
        ]
    );
    let unsigned = judge(&fixture("exe/unsigned.exe"));
    assert_eq!(outcomes(&unsigned)[1], (SigningCertificate, Failed));
    assert!(steps(&unsigned)[2].log_lines.is_empty());
}

/// Which message a signature raises that is there and not valid is not public, so none is claimed.
#[test]
fn no_message_is_invented() {
    for path in ["exe/tampered.exe", "exe/expired.exe", "exe/untrusted-root.exe", "msi/incomplete-chain.msi"]
    {
        let verdict = judge(&fixture(path));
        let configmgr = &verdict.predictions[0];
        assert_eq!(configmgr.outcome, PredictedOutcome::Rejected, "{path}");
        assert_eq!(configmgr.status_message, None, "{path}");
        assert!(configmgr.reason.contains("not documented"), "{path}: {}", configmgr.reason);
    }
}

#[test]
fn certificates_that_are_not_approved_are_blocked_with_their_thumbprint() {
    let facts = fixture("exe/signed-stamped.exe");
    let signer = facts.signatures[0].contents.as_ref().unwrap().signer_certificate().unwrap().clone();
    let with = |approved: ApprovedCertificates| {
        let mut evidence = evidence();
        evidence.approved = Some(approved);
        badsig::judge(&facts, &evidence, &Policy::default())
    };
    let refused = with(ApprovedCertificates::none("list"));
    let thumbprint = Hex::from(&signer.sha1()[..]).upper();
    let step = &steps(&refused)[3];
    assert_eq!(step.log_lines[0], format!("SyncUpdate: Certificate '{thumbprint}' is BLOCKED."));
    assert!(step.status_message.as_ref().unwrap().symbol.ends_with("_TRUST_FAIL"));
    assert_eq!(step.status_message.as_ref().unwrap().id, None);
    let taken = with(ApprovedCertificates::none("list").with_certificates([&signer]));
    assert_eq!(taken.predictions[0].outcome, PredictedOutcome::Accepted);
    assert_eq!(steps(&taken)[3].outcome, StepOutcome::Passed);
    let listed = ApprovedCertificates::none("list").with_thumbprints(&thumbprint.to_lowercase()).unwrap();
    assert_eq!(with(listed).predictions[0].outcome, PredictedOutcome::Accepted);
}

#[test]
fn another_digest_than_the_catalogs_comes_first() {
    let facts = fixture("exe/unsigned.exe");
    let expected = ExpectedContent { sha256: Some(Hex(vec![0; 32])), ..ExpectedContent::default() };
    let mut evidence = evidence();
    evidence.expected = Some(expected);
    let verdict = badsig::judge(&facts, &evidence, &Policy::default());
    assert!(verdict.predictions[0].status_message.as_ref().unwrap().symbol.ends_with("_HASH_FAIL"));
    assert_eq!(steps(&verdict)[1].outcome, StepOutcome::NotReached);
    let same = ExpectedContent { size: facts.size, sha256: facts.sha256.clone(), sha1: None };
    let mut evidence = checks_subjects::evidence();
    evidence.expected = Some(same);
    let verdict = badsig::judge(&facts, &evidence, &Policy::default());
    assert_eq!(steps(&verdict)[0].outcome, StepOutcome::Passed);
}

#[test]
fn the_patch_agents_exit_codes_are_named() {
    let reason = |path: &str| {
        let verdict = judge(&fixture(path));
        verdict.predictions.into_iter().find(|one| one.target == Target::PatchManagement).unwrap().reason
    };
    assert!(reason("exe/unsigned.exe").ends_with("ends with 192"));
    assert!(reason("exe/incomplete-chain.exe").ends_with("ends with -2146762486"));
}
