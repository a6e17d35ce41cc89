//! The answer of `badsig updates check` for people: a row for each update, what is wrong below it, totals at the end.

use std::io::{self, Write};

use anstyle::Style;
use badsig::check::{self, Level};
use badsig::report::{FindingReport, UpdateReport, UpdatesReport};
use badsig::target::PredictedOutcome;
use badsig::{Outcome, Target};

use crate::output::colour::{ADVICE, FAINT, STRONG, WARNING, of_outcome};
use crate::output::line::{Line, Page};
use crate::output::text::{policy, refusal, short_answer, totals_line};
use crate::settings::Detail;

/// The width of `PUBLISHABLE`, and of the space after it.
const INDENT: usize = 13;
/// Characters of a title.
const TITLE: usize = 30;
/// Columns at which installer and content stand, behind a title that is not longer.
const INSTALLER: usize = 45;
const CONTENT: usize = 50;
const ANSWER: usize = 64;

pub(super) struct Text {
    page: Page,
    detail: Detail,
    targets: Vec<Target>,
    /// Whether an update was shown.
    any: bool,
}

impl Text {
    pub(super) fn new(page: Page, detail: Detail, targets: &[Target]) -> Text {
        Text { page, detail, targets: targets.to_vec(), any: false }
    }

    pub(super) fn update(&mut self, update: &UpdateReport, out: &mut dyn Write) -> io::Result<()> {
        if self.detail == Detail::Quiet && update.verdict == Outcome::Publishable {
            return Ok(());
        }
        self.any = true;
        self.lines(update).iter().try_for_each(|line| line.write(out, self.page))
    }

    fn lines(&self, update: &UpdateReport) -> Vec<Line> {
        let mut lines = vec![row(update)];
        let verbose = self.detail == Detail::Verbose;
        if verbose || update.verdict != Outcome::Publishable {
            lines.push(place(update));
        }
        let shown = |finding: &&FindingReport| verbose || finding.level != Level::Note;
        lines.extend(update.findings.iter().filter(shown).map(finding));
        if let Some(file) = update.file.as_ref().filter(|_| update.verdict != Outcome::Publishable || verbose)
        {
            let text = format!("{}: {}", file.path, short_answer(file));
            lines.push(Line::new(INDENT, 2).text(FAINT, "file ").text(Style::new(), &text));
        }
        let asked = update.predictions.iter().filter(|own| self.targets.contains(&own.target));
        lines.extend(
            asked
                .filter(|own| own.outcome == PredictedOutcome::Rejected)
                .map(|own| refusal(own, update.verdict)),
        );
        lines.extend(advice(update));
        lines
    }

    pub(super) fn end(&self, report: &UpdatesReport, out: &mut dyn Write) -> io::Result<()> {
        if self.any {
            writeln!(out)?;
        }
        let mut lines = catalog(report);
        lines.push(totals_line(
            "update",
            report.summary.updates,
            [
                (report.summary.publishable, Outcome::Publishable),
                (report.summary.blocked, Outcome::Blocked),
                (report.summary.undecided, Outcome::Undecided),
            ],
        ));
        for (index, text) in report.not_checked.iter().enumerate() {
            let label = if index == 0 { "Not checked:" } else { "" };
            lines.push(Line::new(0, 15).text(FAINT, label).up_to(13).text(FAINT, text));
        }
        lines.extend(policy(&report.evidence));
        lines.iter().try_for_each(|line| line.write(out, self.page))
    }
}

/// Verdict, title, installer, content, and the answer in short.
fn row(update: &UpdateReport) -> Line {
    let word = update.verdict.name().to_ascii_uppercase();
    Line::new(0, INDENT)
        .unbroken(of_outcome(update.verdict), &word)
        .up_to(INDENT)
        .unbroken(STRONG, &cut(update.title.as_deref().unwrap_or("without a title")))
        .up_to(INSTALLER)
        .gap(1)
        .unbroken(Style::new(), &update.installer)
        .up_to(CONTENT)
        .gap(1)
        .unbroken(FAINT, update.content.name())
        .up_to(ANSWER)
        .gap(1)
        .text(Style::new(), &answer(update))
}

/// A title that leaves room for the other columns; the id stands below it.
fn cut(title: &str) -> String {
    let short: String = title.chars().take(TITLE).collect();
    if short.len() < title.len() { format!("{short}…") } else { short }
}

/// The title of the first finding that decides, or what is said of the file.
fn answer(update: &UpdateReport) -> String {
    let title = |finding: &FindingReport| {
        check::check(&finding.check).map_or(finding.message.clone(), |check| check.title.to_owned())
    };
    let first = update.findings.first().filter(|finding| finding.level != Level::Note);
    match (update.verdict, first, &update.file) {
        (Outcome::Blocked, Some(first), _) if first.level == Level::Block => title(first),
        (_, _, Some(file)) => short_answer(file),
        (Outcome::Undecided, Some(first), None) => title(first),
        (Outcome::Undecided, None, None) => "content was not looked at".to_owned(),
        _ => String::new(),
    }
}

fn place(update: &UpdateReport) -> Line {
    let id = update.id.as_deref().unwrap_or("without an id");
    let place = match &update.member {
        Some(member) if member.to_ascii_lowercase().contains(id) => format!("{member}, line {}", update.line),
        Some(member) => format!("{id}, {member}, line {}", update.line),
        None => format!("{id}, line {}", update.line),
    };
    Line::new(INDENT, 2).text(FAINT, &place)
}

fn finding(finding: &FindingReport) -> Line {
    let line = Line::new(INDENT, 2);
    let line = match finding.level {
        Level::Block => line,
        Level::Warn => line.text(WARNING, "warning: "),
        Level::Note => line.text(FAINT, "note: "),
    };
    line.text(Style::new(), &finding.message).gap(1).text(FAINT, &format!("({})", finding.check))
}

/// What to do first about what blocks.
fn advice(update: &UpdateReport) -> Option<Line> {
    let first = update.findings.iter().find(|finding| finding.level == Level::Block)?;
    let more = format!("badsig explain {}", first.check);
    let line = Line::new(INDENT, 2).text(ADVICE, "→ ").text(Style::new(), &first.help);
    Some(line.gap(1).text(FAINT, "More:").gap(1).unbroken(ADVICE, &more))
}

/// What is said of the catalog itself.
fn catalog(report: &UpdatesReport) -> Vec<Line> {
    let own = &report.catalog;
    let form = own.format.map_or("not readable", badsig::updates::CatalogForm::name);
    let mut text = format!("{}: {form}", own.path);
    if let Some(trust) = &own.trust {
        let signer = own.signer.as_ref().map_or("nobody", |signer| &signer.common_name);
        text.push_str(&format!(", signed by {signer} ({} {})", trust.hresult, trust.symbol));
    }
    if !own.content_certificates.is_empty() {
        let plural = if own.content_certificates.len() == 1 { "" } else { "s" };
        text.push_str(&format!(", {} content certificate{plural}", own.content_certificates.len()));
    }
    let word = own.verdict.name().to_ascii_uppercase();
    let head = Line::new(0, INDENT)
        .unbroken(of_outcome(own.verdict), &word)
        .up_to(INDENT)
        .text(STRONG, "Catalog ")
        .text(Style::new(), &text);
    let findings = own.findings.iter().filter(|finding| finding.level != Level::Note).map(finding);
    std::iter::once(head).chain(findings).collect()
}
