//! Text for people: a line for each file, what is wrong below it, and totals at the end.

use std::io::{self, Write};

use anstyle::Style;
use badsig::report::EvidenceReport;
use badsig::{FileReport, Outcome, Report, Target};

mod details;
mod file;
mod members;
mod signature;
mod table;
mod vendor;

pub(crate) use file::{refusal, short_answer};

use super::colour::{FAINT, STRONG, WARNING, of_outcome};
use super::escape::escape;
use super::format::{About, Stream};
use super::line::{Line, Page};
use super::width::columns;
use super::words;
use crate::settings::Detail;

/// Longer paths have their line for themselves.
const WIDEST_PATH: usize = 40;

/// Text for people.
pub(crate) struct Text {
    page: Page,
    detail: Detail,
    targets: Vec<Target>,
    path_columns: usize,
    rows: Vec<table::Row>,
}

impl Text {
    pub(super) fn boxed(about: &About) -> Box<dyn Stream> {
        let About { page, detail, targets, path_columns, .. } = about.clone();
        Box::new(Text { page, detail, targets, path_columns, rows: Vec::new() })
    }
}

impl Stream for Text {
    fn file(&mut self, report: &FileReport, out: &mut dyn Write) -> io::Result<()> {
        if self.detail == Detail::Quiet && report.verdict == Outcome::Publishable {
            return Ok(());
        }
        if self.detail == Detail::Verbose || self.targets.len() > 1 {
            self.rows.push(table::Row::new(report));
        }
        let mut lines = file::lines(report, self);
        if self.detail == Detail::Verbose {
            lines.extend(details::lines(report));
        }
        lines.iter().try_for_each(|line| line.write(out, self.page))
    }

    fn end(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let anything = report.summary.files > 0
            && (self.detail != Detail::Quiet || report.verdict != Outcome::Publishable);
        if anything {
            writeln!(out)?;
        }
        let table = table::lines(&self.rows);
        // Rows are not broken: columns would not stand below each other.
        let unbroken = Page { width: usize::MAX, ..self.page };
        table.iter().try_for_each(|line| line.write(out, unbroken))?;
        if !table.is_empty() {
            writeln!(out)?;
        }
        let mut lines = vec![totals(report)];
        lines.extend(of_the_run(report));
        if self.detail != Detail::Quiet && report.summary.files > 0 {
            lines.push(judged_with(report));
        }
        lines.extend(not_checked(report));
        lines.extend(policy(&report.evidence));
        lines.iter().try_for_each(|line| line.write(out, self.page))
    }
}

/// The width of the column of these paths; the longest have their lines for themselves.
pub(super) fn path_columns(paths: impl Iterator<Item = String>) -> usize {
    let widths = paths.map(|path| columns(&escape(&path)));
    widths.filter(|width| *width <= WIDEST_PATH).max().unwrap_or_default()
}

fn totals(report: &Report) -> Line {
    let summary = report.summary;
    let counts = [
        (summary.publishable, Outcome::Publishable),
        (summary.blocked, Outcome::Blocked),
        (summary.undecided, Outcome::Undecided),
    ];
    totals_line("file", summary.files, counts)
}

/// `3 files: 1 publishable, 1 blocked, 1 undecided.`
pub(crate) fn totals_line(thing: &str, all: usize, counts: [(usize, Outcome); 3]) -> Line {
    let plural = if all == 1 { "" } else { "s" };
    let mut line = Line::new(0, 2).text(STRONG, &format!("{all} {thing}{plural}")).text(Style::new(), ":");
    let mut separator = " ";
    for (count, outcome) in counts {
        let style = if count > 0 { of_outcome(outcome) } else { FAINT };
        line = line.text(Style::new(), separator).text(style, &format!("{count} {outcome}"));
        separator = ", ";
    }
    line.text(Style::new(), ".")
}

/// What is said of the run as a whole.
fn of_the_run(report: &Report) -> impl Iterator<Item = Line> {
    report.findings.iter().map(|finding| {
        let line = Line::new(0, 2).text(WARNING, "warning: ").text(Style::new(), &finding.message);
        line.gap(1).text(FAINT, &format!("({})", finding.check))
    })
}

fn judged_with(report: &Report) -> Line {
    let targets: Vec<&str> = report.targets.iter().map(|target| target.title()).collect();
    let source = words::roots(&report.evidence.roots);
    let state = report.evidence.wintrust_state.iter().map(|state| format!("; WinTrust State {state}"));
    let state: String = state.collect();
    let text =
        format!("Judged for {} at {}; roots: {source}{state}.", targets.join(", "), report.evidence.at);
    Line::new(0, 2).text(FAINT, &text)
}

/// Which policy file counted. It is told also where little is, because it decides what everything else means.
pub(crate) fn policy(evidence: &EvidenceReport) -> Option<Line> {
    words::policy(evidence).map(|path| Line::new(0, 2).text(FAINT, &format!("Policy: {path}")))
}

fn not_checked(report: &Report) -> Vec<Line> {
    let heading = "Not checked:";
    let indent = columns(heading).saturating_add(1);
    report
        .not_checked
        .iter()
        .enumerate()
        .map(|(index, text)| match index {
            0 => Line::new(0, indent.saturating_add(2)).text(FAINT, heading).gap(1).text(FAINT, text),
            _ => Line::new(indent, 2).text(FAINT, text),
        })
        .collect()
}
