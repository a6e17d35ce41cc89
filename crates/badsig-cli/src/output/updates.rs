//! The answer of `badsig updates check`, update by update, in memory that does not grow with their number.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write};

use badsig::report::{UpdateReport, UpdatesReport};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::line::Page;
use super::stdout::Stdout;
use super::{json, width};
use crate::args::{Format, When};
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::settings::{JudgingSettings, OutputSettings};

mod text;

use text::Text;

/// Standard output and the files that were asked for.
pub(crate) struct UpdatesOutputs {
    stdout: Option<(Renderer, Stdout)>,
    files: Vec<(Renderer, WholeFile)>,
    /// The updates, where a format needs them all at the end.
    spool: Option<Spool>,
}

enum Renderer {
    Text(Text),
    Json,
}

impl Renderer {
    fn new(format: Format, page: Page, settings: &OutputSettings, judging: &JudgingSettings) -> Renderer {
        match format {
            Format::Text => Renderer::Text(Text::new(page, settings.detail, &judging.policy.targets)),
            Format::Json => Renderer::Json,
        }
    }

    fn update(&self, update: &UpdateReport, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Renderer::Text(text) => text.update(update, out),
            Renderer::Json => Ok(()),
        }
    }

    fn end(&self, report: &UpdatesReport, spool: Option<&mut Spool>, out: &mut dyn Write) -> io::Result<()> {
        match (self, spool) {
            (Renderer::Text(text), _) => text.end(report, out),
            (Renderer::Json, Some(spool)) => json::write(out, &Whole::new(report, spool)?),
            (Renderer::Json, None) => json::write(out, report),
        }
    }
}

impl UpdatesOutputs {
    /// Opens everything, so that what cannot be written is known before any work is done.
    pub(crate) fn open(
        settings: &OutputSettings,
        judging: &JudgingSettings,
    ) -> Result<UpdatesOutputs, Failure> {
        let (stdout, page) = Stdout::page(settings.colour);
        let in_file = Page { width: width::WITHOUT_TERMINAL, colour: settings.colour == When::Always };
        let mut files = Vec::new();
        for output in &settings.files {
            let renderer = Renderer::new(output.format, in_file, settings, judging);
            files.push((renderer, WholeFile::create(&output.path)?));
        }
        let renderer = Renderer::new(settings.format, page, settings, judging);
        let all = files.iter().map(|(renderer, _)| renderer).chain([&renderer]);
        let needs_all = all.into_iter().any(|renderer| matches!(renderer, Renderer::Json));
        let spool = needs_all.then(Spool::new).transpose()?;
        Ok(UpdatesOutputs { stdout: Some((renderer, stdout)), files, spool })
    }

    /// Takes the answer for the next update.
    pub(crate) fn update(&mut self, update: &UpdateReport) -> Result<(), Failure> {
        if let Some((renderer, stdout)) = &mut self.stdout {
            renderer.update(update, stdout)?;
        }
        for (renderer, out) in &mut self.files {
            renderer.update(update, out)?;
        }
        if let Some(spool) = &mut self.spool {
            spool.push(update)?;
        }
        Ok(())
    }

    /// Writes the ends, and gives the files their names.
    pub(crate) fn finish(&mut self, report: &UpdatesReport) -> Result<(), Failure> {
        for (renderer, mut out) in std::mem::take(&mut self.files) {
            renderer.end(report, self.spool.as_mut(), &mut out)?;
            out.finish()?;
        }
        if let Some((renderer, mut stdout)) = self.stdout.take() {
            renderer.end(report, self.spool.as_mut(), &mut stdout)?;
            stdout.flush()?;
        }
        Ok(())
    }
}

/// Updates in a file without a name: one a line, as JSON.
struct Spool {
    writer: BufWriter<File>,
}

impl Spool {
    fn new() -> Result<Spool, Failure> {
        let file = tempfile::tempfile()
            .map_err(|error| Failure::Output(format!("no temporary file can be made: {error}")))?;
        Ok(Spool { writer: BufWriter::new(file) })
    }

    fn push(&mut self, update: &UpdateReport) -> io::Result<()> {
        serde_json::to_writer(&mut self.writer, update)?;
        self.writer.write_all(b"\n")
    }

    fn reader(&mut self) -> io::Result<BufReader<File>> {
        self.writer.flush()?;
        let mut file = self.writer.get_ref().try_clone()?;
        file.rewind()?;
        Ok(BufReader::new(file))
    }
}

/// The report with the updates of a spool, in the shape of [`UpdatesReport`].
#[derive(Serialize)]
struct Whole<'r> {
    #[serde(flatten)]
    head: Head<'r>,
    updates: Updates,
}

/// Everything before the updates.
struct Head<'r>(&'r UpdatesReport);

impl Serialize for Head<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let report = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema_version", &report.schema_version)?;
        map.serialize_entry("tool", &report.tool)?;
        map.serialize_entry("evidence", &report.evidence)?;
        map.serialize_entry("targets", &report.targets)?;
        map.serialize_entry("verdict", &report.verdict)?;
        map.serialize_entry("summary", &report.summary)?;
        map.serialize_entry("not_checked", &report.not_checked)?;
        map.serialize_entry("catalog", &report.catalog)?;
        map.end()
    }
}

/// The updates, read from the spool while they are written.
struct Updates(std::cell::RefCell<BufReader<File>>);

impl<'r> Whole<'r> {
    fn new(report: &'r UpdatesReport, spool: &mut Spool) -> io::Result<Whole<'r>> {
        Ok(Whole { head: Head(report), updates: Updates(std::cell::RefCell::new(spool.reader()?)) })
    }
}

impl Serialize for Updates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut reader = self.0.borrow_mut();
        let mut sequence = serializer.serialize_seq(None)?;
        let mut line = String::new();
        while reader.read_line(&mut line).map_err(S::Error::custom)? > 0 {
            let update: UpdateReport = serde_json::from_str(&line).map_err(S::Error::custom)?;
            sequence.serialize_element(&update)?;
            line.clear();
        }
        sequence.end()
    }
}
