//! How answers are shown: one file an output; all text for people goes through [`escape`].

use std::io::{self, Write};

use badsig::check::UsedExceptions;
use badsig::report::{CertificateTable, Tally, Tool};
use badsig::target::PredictedOutcome;
use badsig::{FileReport, Policy, Report};

use crate::args::When;
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::settings::{JudgingSettings, OutputSettings};

pub(crate) mod colour;
mod csv;
pub(crate) mod escape;
pub(crate) mod format;
mod github;
mod html;
pub(crate) mod json;
mod jsonl;
mod junit;
pub(crate) mod line;
mod markdown;
pub(crate) mod message;
mod remark;
mod sarif;
pub(crate) mod sequence;
pub(crate) mod stdout;
pub(crate) mod text;
pub(crate) mod tree;
pub(crate) mod updates;
pub(crate) mod width;

use format::{About, Head, Renderer};
use line::Page;
use stdout::Stdout;

/// Standard output and the files that were asked for, each in its format.
pub(crate) struct Outputs {
    stdout: (Renderer, Stdout),
    files: Vec<(Renderer, WholeFile)>,
    head: Head,
    tally: Tally,
    exceptions: UsedExceptions,
    /// Those that facts refer to.
    certificates: CertificateTable,
    /// For telling which exceptions nothing needed.
    policy: Policy,
    /// The answers, where a format needs them all at the end.
    kept: Option<Vec<FileReport>>,
}

/// The word of the report for what a target does.
fn outcome_name(outcome: PredictedOutcome) -> &'static str {
    match outcome {
        PredictedOutcome::Accepted => "accepted",
        PredictedOutcome::Rejected => "rejected",
        PredictedOutcome::Unknown => "unknown",
    }
}

/// What makes the report.
pub(crate) fn tool() -> Tool {
    Tool { name: "badsig".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

impl Outputs {
    /// Opens everything, so that what cannot be written is known before any work is done.
    /// `names` are the paths that are to come, as far as they are known.
    pub(crate) fn open(
        settings: &OutputSettings,
        judging: &JudgingSettings,
        names: impl Iterator<Item = String>,
    ) -> Result<Outputs, Failure> {
        let (stdout, page) = Stdout::page(settings.colour);
        let about = About {
            page,
            detail: settings.detail,
            targets: judging.policy.targets.clone(),
            path_columns: text::path_columns(names),
        };
        let in_file = About {
            page: Page { width: width::WITHOUT_TERMINAL, colour: settings.colour == When::Always },
            ..about.clone()
        };
        let mut files = Vec::new();
        for output in &settings.files {
            files.push((output.format.renderer(&in_file), WholeFile::create(&output.path)?));
        }
        let renderer = settings.format.renderer(&about);
        let needs_all = renderer.needs_all() || files.iter().any(|(renderer, _)| renderer.needs_all());
        let evidence = judging.evidence_report.clone();
        let mut outputs = Outputs {
            stdout: (renderer, stdout),
            files,
            head: Head { tool: tool(), evidence, targets: about.targets },
            tally: Tally::default(),
            exceptions: UsedExceptions::default(),
            certificates: CertificateTable::default(),
            policy: judging.policy.clone(),
            kept: needs_all.then(Vec::new),
        };
        outputs.begin()?;
        Ok(outputs)
    }

    fn begin(&mut self) -> io::Result<()> {
        let (renderer, stdout) = &mut self.stdout;
        renderer.begin(&self.head, stdout)?;
        self.files.iter_mut().try_for_each(|(renderer, out)| renderer.begin(&self.head, out))
    }

    /// Takes the answer for the next file.
    pub(crate) fn file(&mut self, file: FileReport) -> io::Result<()> {
        self.tally.add(&file);
        self.exceptions.add(&file);
        file.collect_certificates(&mut self.certificates);
        let (renderer, stdout) = &mut self.stdout;
        renderer.file(&file, stdout)?;
        stdout.flush()?;
        for (renderer, out) in &mut self.files {
            renderer.file(&file, out)?;
        }
        if let Some(kept) = &mut self.kept {
            kept.push(file);
        }
        Ok(())
    }

    /// Writes the ends, gives the files their names, and returns the report (with its files where a format
    /// needed them).
    pub(crate) fn finish(self) -> Result<Report, Failure> {
        let Head { tool, evidence, targets } = self.head;
        let unmatched = self.exceptions.unmatched(&self.policy, evidence.at);
        let head = Report::of_tally(tool, evidence, targets, &self.tally);
        let files = self.kept.unwrap_or_default();
        let report = Report { findings: unmatched, certificates: self.certificates, files, ..head };
        for (mut renderer, mut out) in self.files {
            renderer.end(&report, &mut out)?;
            out.finish()?;
        }
        let (mut renderer, mut stdout) = self.stdout;
        renderer.end(&report, &mut stdout)?;
        stdout.flush()?;
        Ok(report)
    }
}
