//! Exceptions, levels and baselines: what they let through, and what they never do.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

mod checks_subjects;
mod common;

use badsig::check::Level;
use badsig::judge::Verdict;
use badsig::policy::{Baseline, Exception, ExceptionError, Product, Scope};
use badsig::report::{EvidenceReport, Report, Tool, UsedExceptions};
use badsig::target::PredictedOutcome;
use badsig::{Facts, FileReport, Outcome, Policy, Target};
use checks_subjects::{evidence, fixture, fixtures};

fn exception(check: &str, scope: Scope, expires: &str) -> Exception {
    let reason = "the vendor signs from version 3 on".to_owned();
    Exception { check: check.to_owned(), scope, reason, expires: expires.parse().unwrap() }
}

fn path(pattern: &str) -> Scope {
    Scope::Path(pattern.parse().unwrap())
}

fn digest(facts: &Facts) -> Scope {
    Scope::Sha256(facts.sha256.clone().unwrap())
}

fn judge(facts: &Facts, exceptions: Vec<Exception>) -> Verdict {
    let mut policy = Policy::default();
    policy.exceptions = exceptions;
    badsig::judge(facts, &evidence(), &policy)
}

const NEXT_YEAR: &str = "2027-06-01";

#[test]
fn an_exception_lets_its_file_through_and_the_prediction_stays() {
    let unsigned = fixture("exe/unsigned.exe");
    for scope in [path("exe/uns*.exe"), path("**/unsigned.exe"), digest(&unsigned)] {
        let verdict = judge(&unsigned, vec![exception("unsigned", scope, NEXT_YEAR)]);
        assert_eq!(verdict.outcome, Outcome::Publishable, "{:?}", verdict.findings);
        assert_eq!(verdict.predictions[0].outcome, PredictedOutcome::Rejected);
        let finding = verdict.findings.iter().find(|finding| finding.check == "unsigned").unwrap();
        assert_eq!(finding.level, Level::Note);
        assert_eq!(finding.exception.as_ref().unwrap().expires, Some(NEXT_YEAR.parse().unwrap()));
    }
    for scope in [path("*.exe"), path("exe/signed.exe"), digest(&fixture("exe/signed.exe"))] {
        let verdict = judge(&unsigned, vec![exception("unsigned", scope, NEXT_YEAR)]);
        assert_eq!(verdict.outcome, Outcome::Blocked);
    }
}

#[test]
fn an_exception_is_for_one_check() {
    let tampered = fixture("exe/tampered.exe");
    let verdict = judge(&tampered, vec![exception("unsigned", digest(&tampered), NEXT_YEAR)]);
    assert_eq!(verdict.outcome, Outcome::Blocked);
    let verdict = judge(&tampered, vec![exception("bad-digest", digest(&tampered), NEXT_YEAR)]);
    assert_eq!(verdict.outcome, Outcome::Publishable, "{:?}", verdict.findings);
}

#[test]
fn an_exception_ends_on_its_day() {
    let unsigned = fixture("exe/unsigned.exe");
    for over in ["2026-11-21", "2020-01-01"] {
        let verdict = judge(&unsigned, vec![exception("unsigned", path("exe/*"), over)]);
        assert_eq!(verdict.outcome, Outcome::Blocked);
        assert!(verdict.findings.iter().any(|finding| finding.check == "exception-expired"));
    }
    let both = vec![
        exception("unsigned", path("exe/*"), "2020-01-01"),
        exception("unsigned", path("**"), NEXT_YEAR),
    ];
    let verdict = judge(&unsigned, both);
    assert_eq!(verdict.outcome, Outcome::Publishable);
}

/// What could not be read stays undecided whatever is excepted.
#[test]
fn an_exception_decides_nothing_that_is_not_known() {
    let truncated = fixture("cab/truncated.cab");
    let all = badsig::check::CHECKS.iter().map(|check| exception(check.id, digest(&truncated), NEXT_YEAR));
    assert_ne!(judge(&truncated, all.collect()).outcome, Outcome::Publishable);
}

/// Excepting every check but one lets no file through that this one blocks, for any target.
#[test]
fn nothing_passes_while_one_check_blocks() {
    for facts in fixtures() {
        for target in [Target::Configmgr, Target::WindowsHardened] {
            let bare = badsig::judge(&facts, &evidence(), &Policy::for_targets(vec![target]));
            let blocking: Vec<&str> = bare
                .findings
                .iter()
                .filter(|finding| finding.level == Level::Block)
                .map(|finding| finding.check)
                .collect();
            for kept in &blocking {
                let others = blocking.iter().filter(|check| *check != kept);
                let mut policy = Policy::for_targets(vec![target]);
                policy.exceptions = others.map(|check| exception(check, digest(&facts), NEXT_YEAR)).collect();
                let verdict = badsig::judge(&facts, &evidence(), &policy);
                assert_eq!(verdict.outcome, Outcome::Blocked, "{}: {kept}", facts.path);
            }
        }
    }
}

#[test]
fn what_is_too_wide_is_refused() {
    let too_wide = |check: &str, scope: Scope| exception(check, scope, NEXT_YEAR).checked().unwrap_err();
    let product = Product { vendor: "TEST Vendor".to_owned(), name: "TEST Product".to_owned() };
    for check in ["bad-digest", "explicitly-distrusted"] {
        for scope in [path("**"), Scope::Product(product.clone())] {
            assert_eq!(too_wide(check, scope), ExceptionError::TooWide(check.to_owned()));
        }
        assert!(exception(check, digest(&fixture("exe/signed.exe")), NEXT_YEAR).checked().is_ok());
    }
    let error = too_wide("unsinged", path("**")).to_string();
    assert!(error.contains("nearest known: unsigned"), "{error}");
    let silent = Exception { reason: " ".to_owned(), ..exception("unsigned", path("**"), NEXT_YEAR) };
    assert_eq!(silent.checked().unwrap_err(), ExceptionError::NoReason);
}

#[test]
fn products_are_those_of_the_description() {
    let facts = fixture("exe/signed-version-info.exe");
    let product = Product::of(&facts).unwrap();
    let covers =
        |product: &Product, facts: &Facts| Scope::Product(product.clone()).covers(facts, &facts.path);
    assert!(covers(&product, &facts));
    assert!(!covers(&Product { name: "Other".to_owned(), ..product.clone() }, &facts));
    assert!(!covers(&product, &fixture("exe/unsigned.exe")));
}

#[test]
fn levels_of_the_policy_count() {
    let with = |check: &str, level: Level, path: &str| {
        let mut policy = Policy::default();
        policy.levels.insert(check.to_owned(), level);
        badsig::judge(&fixture(path), &evidence(), &policy)
    };
    assert_eq!(with("not-timestamped", Level::Block, "exe/signed.exe").outcome, Outcome::Blocked);
    assert_eq!(with("unsigned", Level::Warn, "exe/unsigned.exe").outcome, Outcome::Publishable);
    assert_eq!(with("unsigned", Level::Warn, "exe/tampered.exe").outcome, Outcome::Blocked);
}

fn baseline(source: &str, files: Vec<FileReport>) -> Baseline {
    Baseline::from_json(source, &serde_json::to_vec(&report(files)).unwrap()).unwrap()
}

fn report(files: Vec<FileReport>) -> Report {
    let tool = Tool { name: "badsig".to_owned(), version: "0".to_owned() };
    Report::new(tool, EvidenceReport::new(&evidence(), "embedded"), vec![Target::Configmgr], files)
}

#[test]
fn a_baseline_holds_for_the_same_bytes() {
    let unsigned = fixture("exe/unsigned.exe");
    let before = FileReport::new(&unsigned, &judge(&unsigned, Vec::new()));
    let mut policy = Policy::default();
    policy.baseline = baseline("report.json", vec![before]);
    let renamed = Facts { path: "elsewhere.exe".to_owned(), ..unsigned.clone() };
    let verdict = badsig::judge(&renamed, &evidence(), &policy);
    assert_eq!(verdict.outcome, Outcome::Publishable);
    let other = Facts { path: unsigned.path, ..fixture("msi/unsigned.msi") };
    assert_eq!(badsig::judge(&other, &evidence(), &policy).outcome, Outcome::Blocked);
    // A report that was made under the baseline is a baseline again.
    let again = baseline("again.json", vec![FileReport::new(&renamed, &verdict)]);
    assert_eq!(again.len(), 1);
}

/// Tomorrow another cabinet may lie beside the same package.
#[test]
fn a_digest_does_not_stand_for_files_beside() {
    let windows = |facts: &Facts, exceptions: Vec<Exception>, baseline: Baseline| {
        let mut policy = Policy::default();
        (policy.targets, policy.exceptions, policy.baseline) = (vec![Target::Windows], exceptions, baseline);
        badsig::judge(facts, &evidence(), &policy)
    };
    let package = fixture("inside/other-certificate/setup.msi");
    assert_eq!(package.beside.len(), 1, "{:?}", package.beside);
    let before = windows(&package, Vec::new(), Baseline::default());
    let outcome = |exceptions, baseline| windows(&package, exceptions, baseline).outcome;
    let known = baseline("report.json", vec![FileReport::new(&package, &before)]);
    assert!(!known.is_empty());
    assert_eq!(outcome(Vec::new(), known), Outcome::Blocked);
    let by = |scope: Scope| {
        let checks = ["msi-cabinet-mismatch", "broken-member"];
        checks.map(|check| exception(check, scope.clone(), NEXT_YEAR)).to_vec()
    };
    assert_eq!(outcome(by(digest(&package)), Baseline::default()), Outcome::Blocked);
    // A path does not say which bytes: the member that was changed needs an exception of its own, by its digest.
    assert_eq!(outcome(by(path("inside/**")), Baseline::default()), Outcome::Blocked);
    let changed = package.tree().find(|member| member.path.ends_with("key_tampered")).unwrap();
    let mut both = by(path("inside/**"));
    both.push(exception("bad-digest", digest(changed), NEXT_YEAR));
    assert_eq!(outcome(both, Baseline::default()), Outcome::Publishable);
    // What the package says of itself is the same wherever it lies.
    let unsigned = Facts { beside: package.beside.clone(), ..fixture("exe/unsigned.exe") };
    let excused = judge(&unsigned, vec![exception("unsigned", digest(&unsigned), NEXT_YEAR)]);
    assert_eq!(excused.outcome, Outcome::Publishable);
}

#[test]
fn exceptions_that_nothing_needs_are_told() {
    let unsigned = fixture("exe/unsigned.exe");
    let used = exception("unsigned", path("exe/*"), NEXT_YEAR);
    let unused = exception("expired", path("exe/*"), NEXT_YEAR);
    let mut policy = Policy::default();
    policy.exceptions = vec![used, unused];
    let verdict = badsig::judge(&unsigned, &evidence(), &policy);
    let mut seen = UsedExceptions::default();
    seen.add(&FileReport::new(&unsigned, &verdict));
    let left = seen.unmatched(&policy, evidence().at);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].check, "exception-unmatched");
    assert!(left[0].message.contains("expired (path exe/*)"), "{}", left[0].message);
}
