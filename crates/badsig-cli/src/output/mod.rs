//! How answers are shown: one file an output; all text for people goes through [`escape`].

use std::io::{self, Write};

use badsig::check::UsedExceptions;
use badsig::report::{CertificateTable, EvidenceReport, Tally, Tool};
use badsig::{FileReport, Policy, Report, Target};

use crate::args::{Format, When};
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::settings::{Detail, JudgingSettings, OutputSettings};

pub(crate) mod colour;
pub(crate) mod escape;
pub(crate) mod json;
pub(crate) mod line;
pub(crate) mod message;
pub(crate) mod stdout;
mod text;
pub(crate) mod tree;
pub(crate) mod width;

use line::Page;
use stdout::Stdout;
use text::Text;

/// Standard output and the files that were asked for, each in its format.
pub(crate) struct Outputs {
    stdout: (Renderer, Stdout),
    files: Vec<(Renderer, WholeFile)>,
    head: Head,
    tally: Tally,
    exceptions: UsedExceptions,
    /// For telling which exceptions nothing needed.
    policy: Policy,
    /// The answers, where a format needs them all at the end.
    kept: Option<Vec<FileReport>>,
}

/// What stands at the head of a report.
struct Head {
    evidence: EvidenceReport,
    targets: Vec<Target>,
}

/// What outputs know beforehand of what they show.
struct About {
    detail: Detail,
    targets: Vec<Target>,
    /// The width of the column of paths.
    path_columns: usize,
}

/// What a format does with answers.
enum Renderer {
    Text(Text),
    Json,
}

impl Renderer {
    fn new(format: Format, page: Page, about: &About) -> Renderer {
        match format {
            Format::Text => Renderer::Text(Text::new(page, about)),
            Format::Json => Renderer::Json,
        }
    }

    fn needs_all(&self) -> bool {
        matches!(self, Renderer::Json)
    }

    fn file(&self, file: &FileReport, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Renderer::Text(text) => text.file(file, out),
            Renderer::Json => Ok(()),
        }
    }

    fn end(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Renderer::Text(text) => text.end(report, out),
            Renderer::Json => json::write(out, report),
        }
    }
}

impl Outputs {
    /// Opens everything, so that what cannot be written is known before any work is done.
    /// `names` are the paths that are to come, as far as they are known.
    pub(crate) fn open(
        settings: &OutputSettings,
        judging: &JudgingSettings,
        names: impl Iterator<Item = String>,
    ) -> Result<Outputs, Failure> {
        let about = About {
            detail: settings.detail,
            targets: judging.policy.targets.clone(),
            path_columns: text::path_columns(names),
        };
        let (stdout, page) = Stdout::page(settings.colour);
        let in_file = Page { width: width::WITHOUT_TERMINAL, colour: settings.colour == When::Always };
        let mut files = Vec::new();
        for output in &settings.files {
            let renderer = Renderer::new(output.format, in_file, &about);
            files.push((renderer, WholeFile::create(&output.path)?));
        }
        let renderer = Renderer::new(settings.format, page, &about);
        let needs_all = renderer.needs_all() || files.iter().any(|(renderer, _)| renderer.needs_all());
        Ok(Outputs {
            stdout: (renderer, stdout),
            files,
            head: Head { evidence: judging.evidence_report.clone(), targets: about.targets },
            tally: Tally::default(),
            exceptions: UsedExceptions::default(),
            policy: judging.policy.clone(),
            kept: needs_all.then(Vec::new),
        })
    }

    /// Takes the answer for the next file.
    pub(crate) fn file(&mut self, file: FileReport) -> io::Result<()> {
        self.tally.add(&file);
        self.exceptions.add(&file);
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
        let tool = Tool { name: "badsig".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        let unmatched = self.exceptions.unmatched(&self.policy, self.head.evidence.at);
        let head = Report::of_tally(tool, self.head.evidence, self.head.targets, &self.tally);
        let files = self.kept.unwrap_or_default();
        let report =
            Report { findings: unmatched, certificates: CertificateTable::of(&files), files, ..head };
        for (renderer, mut out) in self.files {
            renderer.end(&report, &mut out)?;
            out.finish()?;
        }
        let (renderer, mut stdout) = self.stdout;
        renderer.end(&report, &mut stdout)?;
        stdout.flush()?;
        Ok(report)
    }
}
