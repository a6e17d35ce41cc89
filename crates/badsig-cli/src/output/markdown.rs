//! Markdown, for the summary of a job or a comment: the verdict, then every file, worst first, within 1 MiB.

use std::fmt::Write as _;
use std::io::{self, Write};

use badsig::target::{PredictedOutcome, Target};
use badsig::{FileReport, Outcome, Report};

use super::format::About;
use super::remark::{self, Remark, Severity};
use super::{outcome_name, words};

pub(crate) mod inline;

use inline::{code, text};

/// GitHub drops a summary that is larger than 1 MiB; what ends the page needs some room.
const LARGEST: usize = (1 << 20) - RESERVED;
const RESERVED: usize = 16 << 10;
/// Sections in full; the table has every file that fits.
const MOST_SECTIONS: usize = 200;

/// Writes the whole report.
pub(crate) fn write(report: &Report, _: &About, out: &mut dyn Write) -> io::Result<()> {
    let mut page = head(report);
    let mut files: Vec<&FileReport> = report.files.iter().collect();
    files.sort_by_key(|file| remark::rank(file.verdict));
    table(&files, report, &mut page);
    sections(&files, report, &mut page);
    page.push_str(&foot(report));
    out.write_all(page.as_bytes())
}

fn head(report: &Report) -> String {
    let summary = report.summary;
    let mut page = format!("## {} badsig: {}\n\n", sign(report.verdict), report.verdict);
    if report.files.is_empty() {
        page.push_str("Nothing was judged: no file was found. That is not a pass.\n\n");
    }
    let _ = write!(
        page,
        "**{}** {}: **{}** publishable, **{}** blocked, **{}** undecided.\n\n",
        summary.files,
        super::files(summary.files),
        summary.publishable,
        summary.blocked,
        summary.undecided
    );
    page
}

/// The table of all files, as long as there is room.
fn table(files: &[&FileReport], report: &Report, page: &mut String) {
    if files.is_empty() {
        return;
    }
    let titles: Vec<&str> = report.targets.iter().map(|target| target.title()).collect();
    let _ = writeln!(page, "| | file | why | {} |", titles.join(" | "));
    let _ = writeln!(page, "|---|---|---|{}", "---|".repeat(titles.len()));
    for (index, file) in files.iter().enumerate() {
        let row = row(file, report);
        // The sections of what is blocked are worth more than the rows of what is not.
        if page.len().saturating_add(row.len()) > LARGEST / 2 {
            let left = files.len().saturating_sub(index);
            let _ = write!(page, "\n… and {left} more files.\n");
            break;
        }
        page.push_str(&row);
    }
    page.push('\n');
}

fn row(file: &FileReport, report: &Report) -> String {
    let mut row = format!(
        "| {} {} | {} | {} |",
        sign(file.verdict),
        file.verdict,
        code(&file.path),
        text(&remark::why(file))
    );
    for target in &report.targets {
        let _ = write!(row, " {} |", prediction(file, *target));
    }
    row.push('\n');
    row
}

fn prediction(file: &FileReport, target: Target) -> String {
    let Some(prediction) = file.predictions.iter().find(|prediction| prediction.target == target) else {
        return String::new();
    };
    let outcome = outcome_name(prediction.outcome);
    match &prediction.status_message {
        Some(message) if prediction.outcome == PredictedOutcome::Rejected => {
            let id = message.id.map(|id| format!(" {id}")).unwrap_or_default();
            format!("{outcome}{id} ({})", text(&prediction.confidence))
        }
        _ => format!("{outcome} ({})", text(&prediction.confidence)),
    }
}

/// What is not publishable, each with its reasons.
fn sections(files: &[&FileReport], report: &Report, page: &mut String) {
    let wanted: Vec<&FileReport> =
        files.iter().copied().filter(|file| file.verdict != Outcome::Publishable).collect();
    for (index, file) in wanted.iter().enumerate() {
        let section = section(file, report);
        if index >= MOST_SECTIONS || page.len().saturating_add(section.len()) > LARGEST {
            let left = wanted.len().saturating_sub(index);
            let _ = write!(page, "… and {left} more files that are not publishable; see a full report.\n\n");
            return;
        }
        page.push_str(&section);
    }
}

fn section(file: &FileReport, report: &Report) -> String {
    let trust = &file.trust;
    let mut section = format!("### {} {}\n\n", sign(file.verdict), code(&file.path));
    if trust.hresult != "0x00000000" {
        let _ = write!(section, "{} {}\n\n", code(&trust.hresult), code(&trust.symbol));
    }
    for remark in remark::of_file(file).iter().filter(|remark| remark.severity != Severity::Note) {
        section.push_str(&item(remark));
    }
    for prediction in &file.predictions {
        let wanted = report.targets.contains(&prediction.target);
        if let (true, Some(message)) = (wanted, &prediction.status_message) {
            let _ = writeln!(section, "- {}: {}", prediction.target.title(), code(&message.symbol));
        }
    }
    section.push('\n');
    section
}

fn item(remark: &Remark<'_>) -> String {
    let strong = if remark.severity == Severity::Error { "**" } else { "" };
    let place = if std::ptr::eq(remark.file, remark.subject) {
        String::new()
    } else {
        format!("{}: ", code(&remark.subject.path))
    };
    let mut item = format!("- {strong}{}{strong}: {place}{}", text(remark.check), text(remark.message));
    if !remark.help.is_empty() {
        let _ = write!(item, "<br>→ {}", text(remark.help));
    }
    item.push('\n');
    item
}

fn foot(report: &Report) -> String {
    let evidence = &report.evidence;
    let mut foot = format!(
        "Judged at {} by badsig {}; roots: {}; revocation: {}.\n",
        evidence.at,
        text(&report.tool.version),
        text(&words::roots(&evidence.roots)),
        text(&evidence.revocation)
    );
    if !report.not_checked.is_empty() {
        foot.push_str("\n**Not checked**\n\n");
        for line in report.not_checked.iter().take(20) {
            let _ = writeln!(foot, "- {}", text(line));
        }
    }
    if let Some(policy) = &evidence.policy {
        let (path, digest) = (code(&policy.path), code(&policy.sha256.to_string()));
        let _ = writeln!(foot, "\nPolicy: {path}, SHA-256 {digest}");
    }
    foot
}

fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Publishable => "✅",
        Outcome::Blocked => "⛔",
        Outcome::Undecided => "❔",
    }
}
