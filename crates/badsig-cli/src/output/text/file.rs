//! What is said of one file: its verdict, why, what the targets do with it, and what to do.

use anstyle::Style;
use badsig::check::{self, Level};
use badsig::report::{FindingReport, PredictionReport, ReasonReport};
use badsig::target::PredictedOutcome;
use badsig::{FileReport, Outcome};

use super::Text;
use super::{members, signature, vendor};
use crate::output::colour::{ADVICE, FAINT, STRONG, WARNING, of_outcome};
use crate::output::line::Line;
use crate::output::remark;

/// The width of `PUBLISHABLE`, and of the space after it.
pub(super) const INDENT: usize = 13;
const NO_ERROR: &str = "0x00000000";

/// Everything that is said of a file in one line and below it.
pub(super) fn lines(report: &FileReport, text: &Text) -> Vec<Line> {
    let mut lines = head(report, text);
    lines.extend(blocking(report));
    if report.verdict == Outcome::Blocked {
        lines.extend(signature::signed_by(report));
        lines.extend(refusals(report, text));
    }
    lines.extend(excepted(report).map(exception));
    if report.verdict == Outcome::Publishable {
        lines.extend(refusals(report, text));
    }
    lines.extend(vendor::lines(report));
    lines.extend(problems(report));
    lines.extend(advice(report));
    lines.extend(vendor::instead(report));
    lines.extend(warnings(report));
    lines.extend(waived(report));
    lines.extend(members::lines(report));
    lines
}

/// The findings that made the verdict: those that block, or those that say what could not be read.
fn decisive(report: &FileReport) -> Vec<&FindingReport> {
    let decides = |finding: &&FindingReport| match report.verdict {
        Outcome::Blocked => finding.level == Level::Block,
        Outcome::Undecided if report.problems.is_empty() => finding.check == "member-not-read",
        Outcome::Undecided => is_problem(finding, report),
        Outcome::Publishable => false,
    };
    report.findings.iter().filter(decides).collect()
}

/// Whether a finding says what a problem says.
fn is_problem(finding: &FindingReport, report: &FileReport) -> bool {
    report.problems.iter().any(|problem| problem.message == finding.message)
}

/// Verdict, path and the answer in short; the answer has a line of its own when there is no room.
fn head(report: &FileReport, text: &Text) -> Vec<Line> {
    let word = report.verdict.name().to_ascii_uppercase();
    let first = Line::new(0, INDENT)
        .unbroken(of_outcome(report.verdict), &word)
        .up_to(INDENT)
        .unbroken(STRONG, &report.path)
        .up_to(INDENT.saturating_add(text.path_columns))
        .gap(2);
    let answer = answer(report, text);
    if first.columns().saturating_add(answer.columns()) <= text.page.width {
        vec![first.followed_by(answer)]
    } else {
        vec![first, Line::new(INDENT, 0).followed_by(answer)]
    }
}

fn answer(report: &FileReport, text: &Text) -> Line {
    let line = Line::new(0, 0);
    match report.verdict {
        Outcome::Undecided => line.text(Style::new(), undecided_because(report)),
        Outcome::Blocked => code(line.text(Style::new(), short_reason(report)), report),
        Outcome::Publishable if !refusals(report, text).is_empty() => {
            let why = excepted(report).next().map_or("refused, but let through by the policy", title);
            code(line.text(Style::new(), why), report)
        }
        Outcome::Publishable => match report.signatures.first() {
            Some(primary) if primary.reasons.is_empty() => {
                line.text(Style::new(), &signature::summary(primary))
            }
            Some(_) => code(line.text(Style::new(), &no_matter("signature not valid", text)), report),
            None => line.text(Style::new(), &no_matter("not signed", text)),
        },
    }
}

/// Some targets take files whatever their own signature is.
fn no_matter(what: &str, text: &Text) -> String {
    let targets: Vec<&str> = text.targets.iter().map(|target| target.title()).collect();
    format!("{what}, which does not matter to {}", targets.join(", "))
}

/// The answer for a file in a few words: who signed it, or why it is refused.
pub(crate) fn short_answer(report: &FileReport) -> String {
    match report.verdict {
        Outcome::Undecided => undecided_because(report).to_owned(),
        Outcome::Blocked => {
            format!("{} {} {}", short_reason(report), report.trust.hresult, report.trust.symbol)
        }
        Outcome::Publishable => report
            .signatures
            .first()
            .map_or_else(|| "not signed, which does not matter here".to_owned(), signature::summary),
    }
}

/// The title of the first check that blocks.
fn short_reason(report: &FileReport) -> &str {
    report
        .findings
        .first()
        .filter(|finding| finding.level == Level::Block)
        .map_or("signature not valid", title)
}

fn undecided_because(report: &FileReport) -> &str {
    let problem = report.problems.first().map(|problem| problem.message.as_str());
    problem.or_else(|| remark::unread(report)).unwrap_or("nothing can be said")
}

fn title(finding: &FindingReport) -> &str {
    check::check(&finding.check).map_or(finding.message.as_str(), |check| check.title)
}

fn code(line: Line, report: &FileReport) -> Line {
    let trust = &report.trust;
    if trust.hresult == NO_ERROR {
        return line;
    }
    let line = line.gap(2).text(FAINT, &trust.hresult);
    if trust.symbol == trust.hresult { line } else { line.gap(1).text(FAINT, &trust.symbol) }
}

/// The messages of what blocks, but for what the first line says already; where no check has a message, the
/// reasons against the signature that Windows judges.
fn blocking(report: &FileReport) -> Vec<Line> {
    if report.verdict != Outcome::Blocked {
        return Vec::new();
    }
    let findings = report.findings.iter().filter(|finding| finding.level == Level::Block);
    let mut messages: Vec<&str> = findings.map(|finding| finding.message.as_str()).collect();
    if messages.is_empty() {
        let primary = report.signatures.first().into_iter();
        messages =
            primary.flat_map(|primary| &primary.reasons).map(|reason| reason.message.as_str()).collect();
    }
    let said = short_reason(report);
    messages
        .into_iter()
        .filter(|message| *message != said)
        .map(|message| Line::new(INDENT, 2).text(Style::new(), &shorter(message, report)))
        .collect()
}

/// What the targets that were asked for do with a file that they refuse.
fn refusals(report: &FileReport, text: &Text) -> Vec<Line> {
    report
        .predictions
        .iter()
        .filter(|prediction| text.targets.contains(&prediction.target))
        .filter(|prediction| prediction.outcome == PredictedOutcome::Rejected)
        .map(|prediction| refusal(prediction, report.verdict))
        .collect()
}

/// The findings that an exception or a baseline keeps from blocking.
fn excepted(report: &FileReport) -> impl Iterator<Item = &FindingReport> {
    let covered = |finding: &&FindingReport| {
        finding.exception.as_ref().is_some_and(|exception| exception.check == finding.check)
    };
    report.findings.iter().filter(covered)
}

fn exception(finding: &FindingReport) -> Line {
    let Some(exception) = &finding.exception else { return Line::new(INDENT, 2) };
    let until = exception.expires.map(|end| format!(", until {}", end.date())).unwrap_or_default();
    let text =
        format!("{} ({}, {}{until}): {}", title(finding), finding.check, exception.scope, exception.reason);
    Line::new(INDENT, 2).text(WARNING, "excepted: ").text(Style::new(), &text)
}

/// `ConfigMgr will refuse it: …`
pub(crate) fn refusal(prediction: &PredictionReport, verdict: Outcome) -> Line {
    let confidence = &prediction.confidence;
    let certain = confidence == "documented";
    let verb = match (verdict, certain) {
        (Outcome::Publishable, _) => "would refuse it all the same:",
        (_, true) => "will refuse it:",
        (_, false) => "is expected to refuse it:",
    };
    let line =
        Line::new(INDENT, 2).text(STRONG, prediction.target.title()).gap(1).text(Style::new(), verb).gap(1);
    match &prediction.status_message {
        Some(message) => {
            let id = message.id.map(|id| format!("{id}, ")).unwrap_or_default();
            line.text(Style::new(), &format!("{} ({id}{confidence})", message.symbol))
        }
        None => line.text(Style::new(), &format!("{} ({confidence})", prediction.reason)),
    }
}

/// What to do first about everything that decided, and where more is said.
fn advice(report: &FileReport) -> Vec<Line> {
    let mut said: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for finding in decisive(report) {
        if said.contains(&finding.check.as_str()) {
            continue;
        }
        said.push(&finding.check);
        let more = format!("badsig explain {}", finding.check);
        let line = Line::new(INDENT, 2).text(ADVICE, "→ ").text(Style::new(), &finding.help);
        lines.push(line.gap(1).text(FAINT, "More:").gap(1).unbroken(ADVICE, &more));
    }
    if said.is_empty() && report.verdict == Outcome::Blocked {
        let more = format!("badsig explain {}", report.trust.hresult);
        lines.push(
            Line::new(INDENT, 2).text(ADVICE, "→ ").text(FAINT, "More:").gap(1).unbroken(ADVICE, &more),
        );
    }
    lines
}

/// What could not be read, but for what the first line says.
fn problems(report: &FileReport) -> Vec<Line> {
    let already = usize::from(report.verdict == Outcome::Undecided);
    report
        .problems
        .iter()
        .skip(already)
        .map(|problem| Line::new(INDENT, 2).text(WARNING, "not read: ").text(Style::new(), &problem.message))
        .collect()
}

/// Warnings that were not said yet.
fn warnings(report: &FileReport) -> Vec<Line> {
    let said = |finding: &FindingReport| is_problem(finding, report);
    let warnings = report.findings.iter().filter(|finding| finding.level == Level::Warn && !said(finding));
    warnings.map(|finding| warning(finding, report)).collect()
}

/// The message with virtual paths that start at the name of the file, not at that of its directory: the first line names
/// that.
fn shorter(message: &str, report: &FileReport) -> String {
    let name = report.path.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() { message.to_owned() } else { message.replace(&report.path, name) }
}

fn warning(finding: &FindingReport, report: &FileReport) -> Line {
    Line::new(INDENT, 2)
        .text(WARNING, "warning: ")
        .text(Style::new(), &shorter(&finding.message, report))
        .gap(1)
        .text(FAINT, &format!("({})", finding.check))
}

/// What only the WinTrust State lets pass; on other computers it may not.
fn waived(report: &FileReport) -> Vec<Line> {
    let primary = report.signatures.first().into_iter();
    primary.flat_map(|primary| &primary.waived).map(waiver).collect()
}

fn waiver(reason: &ReasonReport) -> Line {
    let line = Line::new(INDENT, 2).text(WARNING, "waived by the WinTrust State: ");
    line.text(Style::new(), &reason.message).gap(1).text(FAINT, &format!("({})", reason.hresult))
}
