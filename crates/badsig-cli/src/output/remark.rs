//! What a report says of a file, in an order and with a loudness that every format shares.

use badsig::check::{self, Check, Level};
use badsig::report::FindingReport;
use badsig::{FileReport, Outcome, Report};

/// How loudly something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// It is why the file is not publishable.
    Error,
    /// Worth mending.
    Warning,
    /// Worth knowing.
    Note,
}

/// One thing that is said of a file or of one of its members.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remark<'r> {
    /// The file that was named.
    pub(crate) file: &'r FileReport,
    /// What it is about: the file or a member.
    pub(crate) subject: &'r FileReport,
    /// The id of the check, or of what stands for one: `blocked`, `undecided`.
    pub(crate) check: &'r str,
    pub(crate) severity: Severity,
    pub(crate) message: &'r str,
    /// What to do first; empty when nothing is known to help.
    pub(crate) help: &'r str,
}

impl<'r> Remark<'r> {
    /// The check, where it is one that this badsig knows.
    pub(crate) fn rule(&self) -> Option<&'static Check> {
        check::check(self.check)
    }

    /// What was found, in a few words.
    pub(crate) fn title(&self) -> &'r str {
        self.rule().map_or(self.message, |check| check.title)
    }
}

/// Everything that is said of a file and its members, the file first. A file that is not publishable has at least one
/// [`Severity::Error`].
pub(crate) fn of_file(file: &FileReport) -> Vec<Remark<'_>> {
    let mut remarks = Vec::new();
    add(file, file, &mut remarks);
    if file.verdict != Outcome::Publishable
        && !remarks.iter().any(|remark| remark.severity == Severity::Error)
    {
        remarks.insert(0, fallback(file));
    }
    remarks
}

/// Why a run is not publishable although each of its files is: parts of it are missing. Build services count files, so they are
/// told of this as of one.
pub(crate) fn incomplete(report: &Report) -> Option<&str> {
    let passed =
        !report.files.is_empty() && report.files.iter().all(|file| file.verdict == Outcome::Publishable);
    let why = report.not_checked.first().map_or("something is missing", String::as_str);
    (passed && report.verdict != Outcome::Publishable).then_some(why)
}

/// The remarks of all files; files that are blocked first, then the undecided ones, and of each the worst remarks
/// first.
pub(crate) fn worst_first(report: &Report) -> Vec<Remark<'_>> {
    let mut remarks: Vec<Remark<'_>> = report.files.iter().flat_map(of_file).collect();
    remarks.sort_by_key(|remark| (remark.severity, rank(remark.file.verdict)));
    remarks
}

/// Blocked, undecided, publishable.
pub(crate) fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Blocked => 0,
        Outcome::Undecided => 1,
        Outcome::Publishable => 2,
    }
}

/// Why a file has its verdict, in a few words.
pub(crate) fn why(file: &FileReport) -> String {
    let error = of_file(file).into_iter().find(|remark| remark.severity == Severity::Error);
    match (file.verdict, error) {
        (Outcome::Undecided, Some(remark)) => remark.message.to_owned(),
        (Outcome::Blocked, Some(remark)) => remark.title().to_owned(),
        _ => signed_by(file).unwrap_or_else(|| "not signed, which does not matter here".to_owned()),
    }
}

/// `Example Corp, stamped 2026-10-02`.
fn signed_by(file: &FileReport) -> Option<String> {
    let primary = file.signatures.first()?;
    let signer = primary.signer.as_ref().map_or("an unknown signer", |signer| &signer.common_name);
    let stamp = primary.timestamp.as_ref().filter(|stamp| stamp.valid).and_then(|stamp| stamp.time);
    Some(match (stamp, primary.stops_validating) {
        (Some(time), None) => format!("{signer}, stamped {}", time.date()),
        (Some(time), Some(end)) => format!("{signer}, stamped {}, until {}", time.date(), end.date()),
        (None, Some(end)) => format!("{signer}, not stamped, until {}", end.date()),
        (None, None) => format!("{signer}, not stamped"),
    })
}

fn add<'r>(file: &'r FileReport, subject: &'r FileReport, remarks: &mut Vec<Remark<'r>>) {
    remarks.extend(subject.findings.iter().map(|finding| Remark {
        file,
        subject,
        check: &finding.check,
        severity: severity(finding, subject),
        message: &finding.message,
        help: &finding.help,
    }));
    subject.members.iter().for_each(|member| add(file, member, remarks));
}

/// What could not be read decides about an undecided file, although its level only warns.
fn severity(finding: &FindingReport, subject: &FileReport) -> Severity {
    match finding.level {
        Level::Block => Severity::Error,
        Level::Warn if subject.verdict == Outcome::Undecided && is_problem(finding, subject) => {
            Severity::Error
        }
        Level::Warn => Severity::Warning,
        Level::Note => Severity::Note,
    }
}

fn is_problem(finding: &FindingReport, subject: &FileReport) -> bool {
    subject.problems.iter().any(|problem| problem.message == finding.message)
}

/// For a verdict that no finding explains: the reason of the first target that does not take the file.
fn fallback(file: &FileReport) -> Remark<'_> {
    let prediction = file
        .predictions
        .iter()
        .find(|prediction| prediction.outcome != badsig::target::PredictedOutcome::Accepted)
        .map(|prediction| prediction.reason.as_str());
    let reason = file.signatures.first().and_then(|primary| primary.reasons.first());
    let message = reason
        .map(|reason| reason.message.as_str())
        .or(prediction)
        .or_else(|| unread(file))
        .unwrap_or("nothing can be said");
    let check = file.verdict.name();
    Remark { file, subject: file, check, severity: Severity::Error, message, help: "" }
}

/// What was not read inside a file, where that is why it is undecided.
pub(crate) fn unread(file: &FileReport) -> Option<&'static str> {
    let said = file.findings.iter().any(|finding| finding.check == "member-not-read");
    let own = file.payload.iter().any(|payload| payload.problem.is_some() || payload.unread_members > 0);
    let below = file.members.iter().any(|member| member.verdict == Outcome::Undecided);
    (said || own || below).then_some("something inside could not be read")
}
