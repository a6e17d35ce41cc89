//! Standard output and the files that were asked for, each in its format.

use std::io::{self, Write as _};

use badsig::{FileReport, Report, Target};

use super::destinations::Destinations;
use super::format::{Head, OutputFormat, Renderer};
use super::stdout::Stdout;
use super::text;
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::settings::OutputSettings;

/// Standard output and the files that were asked for, each in its format.
pub(crate) struct Writers {
    stdout: (Renderer, Stdout),
    files: Vec<(Renderer, WholeFile)>,
    /// The answers, where a format needs them all at the end.
    kept: Option<Vec<FileReport>>,
}

impl Writers {
    /// Opens everything, so that what cannot be written is known before any work is done.
    /// `names` are the paths that are to come, as far as they are known.
    pub(crate) fn open(
        settings: &OutputSettings,
        targets: &[Target],
        names: impl Iterator<Item = String>,
    ) -> Result<Writers, Failure> {
        let Destinations { stdout, files } =
            Destinations::open(settings, targets, text::path_columns(names), OutputFormat::renderer)?;
        let renderers = || std::iter::once(&stdout.0).chain(files.iter().map(|(renderer, _)| renderer));
        let kept = renderers().any(Renderer::needs_all).then(Vec::new);
        Ok(Writers { stdout, files, kept })
    }

    /// Writes what stands before the answers.
    pub(crate) fn begin(&mut self, head: &Head) -> io::Result<()> {
        let (renderer, stdout) = &mut self.stdout;
        renderer.begin(head, stdout)?;
        self.files.iter_mut().try_for_each(|(renderer, out)| renderer.begin(head, out))
    }

    /// Takes the answer for the next file.
    pub(crate) fn file(&mut self, file: FileReport) -> io::Result<()> {
        let (renderer, stdout) = &mut self.stdout;
        renderer.file(&file, stdout)?;
        stdout.flush()?;
        for (renderer, out) in &mut self.files {
            renderer.file(&file, out)?;
        }
        if let Some(kept) = &mut self.kept {
            // Facts are for JSON, which has them already.
            kept.push(file.without_facts());
        }
        Ok(())
    }

    /// Writes the ends, and gives the files their names. The files of the report are those that were taken.
    pub(crate) fn finish(self, report: Report) -> Result<(), Failure> {
        let report = Report { files: self.kept.unwrap_or_default(), ..report };
        for (mut renderer, mut out) in self.files {
            renderer.end(&report, &mut out)?;
            out.finish()?;
        }
        let (mut renderer, mut stdout) = self.stdout;
        renderer.end(&report, &mut stdout)?;
        stdout.flush()?;
        Ok(())
    }
}
