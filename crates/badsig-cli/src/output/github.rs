//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! GitHub shows ten annotations of a step. The worst nine and one that says how many are left fit.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use badsig::Report;

use super::escape::escape;
use super::format::About;
use super::remark::{Remark, Severity, incomplete, worst_first};
use super::repository::Repository;
use super::updates::place;

/// What GitHub shows of one step.
const MOST: usize = 10;

/// Writes the annotations, and one line for the log.
pub(crate) fn write(report: &Report, about: &About, out: &mut dyn Write) -> io::Result<()> {
    let remarks: Vec<Remark<'_>> =
        worst_first(report).into_iter().filter(|remark| remark.severity != Severity::Note).collect();
    let shown = if remarks.len() > MOST { MOST.saturating_sub(1) } else { remarks.len() };
    for remark in remarks.iter().take(shown) {
        writeln!(out, "{}", annotation(remark, &about.repository))?;
    }
    let rest: Vec<&Remark<'_>> = remarks.iter().skip(shown).collect();
    if let Some(first) = rest.first() {
        let files =
            rest.iter().map(|remark| &remark.file.path).collect::<std::collections::BTreeSet<_>>().len();
        let noun = super::files(files);
        let text = format!("and {} more in {files} {noun}: see the summary or a report", rest.len());
        writeln!(out, "::{} title=badsig::{}", command(first.severity), data(&text))?;
    }
    if report.files.is_empty() {
        writeln!(out, "::error title=badsig::{}", data("nothing was judged: no file was found"))?;
    }
    if let Some(why) = incomplete(report) {
        writeln!(out, "::error title=badsig::{}", data(&format!("undecided: {why}")))?;
    }
    let summary = report.summary;
    writeln!(
        out,
        "badsig: {} {}: {} publishable, {} blocked, {} undecided.",
        summary.files,
        super::files(summary.files),
        summary.publishable,
        summary.blocked,
        summary.undecided
    )
}

fn annotation(remark: &Remark<'_>, repository: &Repository) -> String {
    let mut text = format!("{}: {}", remark.subject.path, remark.message);
    if !remark.help.is_empty() {
        // Infallible for a string.
        let _ = write!(text, " → {}", remark.help);
    }
    let title = format!("{}: {}", remark.file.verdict, remark.check);
    let file = property(&repository.relative(place(remark.file)));
    let line = remark.file.line.map(|line| format!("line={line},")).unwrap_or_default();
    format!("::{} file={file},{line}title={}::{}", command(remark.severity), property(&title), data(&text))
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// Text after the second `::` of a command.
fn data(text: &str) -> String {
    escape(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma or at `::`.
fn property(text: &str) -> String {
    // The doubled colon cannot end the properties once every colon is encoded, so a path stays what it is.
    let text: Cow<'_, str> = escape(text);
    data(&text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(property("a,b:c%0A"), "a%2Cb%3Ac%250A");
        assert_eq!(data("100%\n::error::x"), "100%25\\u{a}:\\u{3a}error:\\u{3a}x");
    }
}
