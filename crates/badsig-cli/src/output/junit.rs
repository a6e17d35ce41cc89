//! JUnit XML: one test case for each file. Blocked files are failures, undecided ones errors, so that a build service
//! counts neither as passed.

use std::io::{self, Write};

use badsig::{FileReport, Outcome, Report};
use quick_junit::{NonSuccessKind, Property, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::escape::escape;
use super::format::About;
use super::remark::{self, Remark, Severity};

/// Writes the whole report.
pub(crate) fn write(report: &Report, _: &About, out: &mut dyn Write) -> io::Result<()> {
    let targets: Vec<&str> = report.targets.iter().map(|target| target.name()).collect();
    let mut suite = TestSuite::new(format!("badsig for {}", targets.join(", ")));
    suite.add_property(Property::new("version", &*escape(&report.tool.version)));
    suite.add_property(Property::new("at", report.evidence.at.to_string()));
    suite.add_property(Property::new("roots", &*escape(&report.evidence.roots.source)));
    suite.add_property(Property::new("revocation", &*escape(&report.evidence.revocation)));
    suite.add_property(Property::new("verdict", report.verdict.name()));
    suite.set_system_out(not_checked(report));
    suite.add_test_cases(report.files.iter().map(case));
    if report.files.is_empty() {
        suite.add_test_case(no_pass("nothing was judged: no file was found"));
    }
    if let Some(why) = remark::incomplete(report) {
        suite.add_test_case(no_pass(why));
    }
    let mut suites = Suites::new("badsig");
    suites.add_test_suite(suite);
    let text = suites.to_string().map_err(io::Error::other)?;
    out.write_all(without_skipped(&text).as_bytes())
}

/// Schemas of Jenkins, which refuse what they do not know, have no `skipped` in `testsuites`. Nothing is skipped.
fn without_skipped(text: &str) -> String {
    let Some((start, rest)) = text.split_once("<testsuites ") else { return text.to_owned() };
    let Some((attributes, rest)) = rest.split_once('>') else { return text.to_owned() };
    format!("{start}<testsuites {}>{rest}", attributes.replace(" skipped=\"0\"", ""))
}

fn not_checked(report: &Report) -> String {
    let lines = report.not_checked.iter().map(|text| format!("Not checked: {}\n", escape(text)));
    lines.collect()
}

fn case(file: &FileReport) -> TestCase {
    let remarks = remark::of_file(file);
    let mut status = match file.verdict {
        Outcome::Publishable => TestCaseStatus::success(),
        Outcome::Blocked => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Undecided => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if let Some(worst) = remarks.iter().find(|remark| remark.severity == Severity::Error) {
        status.set_type(&*escape(worst.check));
        status.set_message(&*escape(worst.message));
        status.set_description(lines(&remarks, |severity| severity == Severity::Error));
    }
    let mut case = TestCase::new(&*escape(&file.path), status);
    case.set_classname(format!("badsig.{}", file.format.name()));
    let rest = lines(&remarks, |severity| severity != Severity::Error);
    if !rest.is_empty() {
        case.set_system_out(rest);
    }
    case
}

/// A run without files, or without all of them, must not look like one in which everything passed.
fn no_pass(why: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("undecided").set_message(&*escape(why));
    TestCase::new("files", status)
}

fn lines(remarks: &[Remark<'_>], wanted: fn(Severity) -> bool) -> String {
    let wanted = remarks.iter().filter(|remark| wanted(remark.severity));
    let lines = wanted.map(|remark| {
        let path = escape(&remark.subject.path);
        let help =
            if remark.help.is_empty() { String::new() } else { format!(" → {}", escape(remark.help)) };
        format!("{path}: {} ({}){help}\n", escape(remark.message), escape(remark.check))
    });
    lines.collect()
}
