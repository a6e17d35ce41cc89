//! JSON: the report as it is.
//!
//! The head of the report tells how the run ended, so it can be written only at the end. The files wait for it as text,
//! in memory while they are few and then in a temporary file: memory does not grow with their number.

use std::io::{self, Seek as _, Write};

use badsig::{FileReport, Report};
use serde::Serialize;
use tempfile::SpooledTempFile;

use super::format::{About, Stream};

/// Reports of some hundred files stay in memory.
const IN_MEMORY: usize = 16 * 1024 * 1024;
/// The list of files as it stands in a report without any; what is deeper is indented more.
const NO_FILES: &str = "\n  \"files\": []";
/// How far the files of a report are indented.
const INDENT: &str = "    ";

/// Writes a value, indented, with a line end.
pub(crate) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// The whole report.
pub(crate) struct WholeReport {
    files: SpooledTempFile,
    count: usize,
}

impl WholeReport {
    pub(crate) fn boxed(_: &About) -> Box<dyn Stream> {
        Box::new(WholeReport { files: SpooledTempFile::new(IN_MEMORY), count: 0 })
    }
}

/// A copy without the files, which another format may have kept.
fn without_files(report: &Report) -> Report {
    Report {
        schema_version: report.schema_version,
        tool: report.tool.clone(),
        evidence: report.evidence.clone(),
        targets: report.targets.clone(),
        verdict: report.verdict,
        summary: report.summary,
        not_checked: report.not_checked.clone(),
        findings: report.findings.clone(),
        files: Vec::new(),
        certificates: report.certificates.clone(),
    }
}

impl Stream for WholeReport {
    fn file(&mut self, file: &FileReport, _: &mut dyn Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(file)?;
        let before = if self.count == 0 { "\n" } else { ",\n" };
        self.count = self.count.saturating_add(1);
        // Strings hold no line ends: they are escaped there.
        let indented = text.replace('\n', &format!("\n{INDENT}"));
        write!(self.files, "{before}{INDENT}{indented}")
    }

    fn end(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(&without_files(report))?;
        let Some((before, after)) = text.split_once(NO_FILES).filter(|_| self.count > 0) else {
            return writeln!(out, "{text}");
        };
        write!(out, "{before}\n  \"files\": [")?;
        self.files.rewind()?;
        io::copy(&mut self.files, out)?;
        writeln!(out, "\n  ]{after}")
    }
}
