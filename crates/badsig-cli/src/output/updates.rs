//! The answer of `badsig updates check`, update by update, in memory that does not grow with their number.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write};

use badsig::problem::{Problem, ProblemKind};
use badsig::report::{Summary, TrustReport, UpdateReport, UpdatesReport, UpdatesSummary};
use badsig::trust::Evidence;
use badsig::{Facts, FileReport, Policy, Report, UtcTime, judge};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::destinations::Destinations;
use super::format::{About, Head as FileHead, OutputFormat, Renderer as FileRenderer};
use super::json;
use super::stdout::Stdout;
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::settings::OutputSettings;

mod text;

use text::Text;

/// Standard output and the files that were asked for.
pub(crate) struct UpdatesOutputs {
    stdout: Option<(Renderer, Stdout)>,
    files: Vec<(Renderer, WholeFile)>,
    /// The updates, where JSON needs them all at the end.
    spool: Option<Spool>,
    /// What an update as a file starts from, where a format for files is asked for.
    blank: Option<FileReport>,
    /// The updates as files, where a format needs them all at the end.
    kept: Option<Vec<FileReport>>,
}

enum Renderer {
    Text(Text),
    Json,
    /// A format for files, told of each update as if it were one.
    Files(FileRenderer),
}

impl Renderer {
    fn new(format: &OutputFormat, about: &About) -> Renderer {
        match format.name {
            "text" => Renderer::Text(Text::new(about.page, about.detail, &about.targets)),
            "json" => Renderer::Json,
            _ => Renderer::Files(format.renderer(about)),
        }
    }

    fn begin(&mut self, head: &FileHead, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Renderer::Files(renderer) => renderer.begin(head, out),
            _ => Ok(()),
        }
    }

    fn update(
        &mut self,
        update: &UpdateReport,
        file: Option<&FileReport>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match (self, file) {
            (Renderer::Text(text), _) => text.update(update, out),
            (Renderer::Files(renderer), Some(file)) => renderer.file(file, out),
            _ => Ok(()),
        }
    }

    fn end(&mut self, end: &mut End<'_>, out: &mut dyn Write) -> io::Result<()> {
        match (self, end.spool.as_deref_mut()) {
            (Renderer::Text(text), _) => text.end(end.report, out),
            (Renderer::Json, Some(spool)) => json::write(out, &Whole::new(end.report, spool)?),
            (Renderer::Json, None) => Err(io::Error::other("the updates were not kept for the report")),
            (Renderer::Files(renderer), _) => {
                if let Some(catalog) = &end.catalog {
                    renderer.file(catalog, out)?;
                }
                renderer.end(&end.files, out)
            }
        }
    }
}

/// What is written at the end.
struct End<'r> {
    report: &'r UpdatesReport,
    spool: Option<&'r mut Spool>,
    /// The catalog as a file.
    catalog: Option<FileReport>,
    /// The same answer with updates as files.
    files: Report,
}

impl UpdatesOutputs {
    /// Opens everything, so that what cannot be written is known before any work is done.
    pub(crate) fn open(
        settings: &OutputSettings,
        head: &FileHead,
        catalog: &str,
    ) -> Result<UpdatesOutputs, Failure> {
        let Destinations { stdout, files } = Destinations::open(settings, &head.targets, 0, Renderer::new)?;
        let any =
            |wanted: fn(&Renderer) -> bool| wanted(&stdout.0) || files.iter().any(|(own, _)| wanted(own));
        let spool = any(|own| matches!(own, Renderer::Json)).then(Spool::new).transpose()?;
        let as_files = any(|own| matches!(own, Renderer::Files(_)));
        let needs_all = any(|own| matches!(own, Renderer::Files(renderer) if renderer.needs_all()));
        let blank = blank(catalog, head.evidence.at);
        let mut outputs = UpdatesOutputs {
            stdout: Some(stdout),
            files,
            spool,
            blank: as_files.then_some(blank),
            kept: needs_all.then(Vec::new),
        };
        outputs.begin(head)?;
        Ok(outputs)
    }

    fn begin(&mut self, head: &FileHead) -> io::Result<()> {
        if let Some((renderer, stdout)) = &mut self.stdout {
            renderer.begin(head, stdout)?;
        }
        self.files.iter_mut().try_for_each(|(renderer, out)| renderer.begin(head, out))
    }

    /// Takes the answer for the next update.
    pub(crate) fn update(&mut self, update: &UpdateReport) -> Result<(), Failure> {
        let file = self.blank.as_ref().map(|blank| as_file(update, blank));
        if let Some((renderer, stdout)) = &mut self.stdout {
            renderer.update(update, file.as_ref(), stdout)?;
        }
        for (renderer, out) in &mut self.files {
            renderer.update(update, file.as_ref(), out)?;
        }
        if let Some(spool) = &mut self.spool {
            spool.push(update)?;
        }
        if let (Some(kept), Some(file)) = (&mut self.kept, file) {
            kept.push(file);
        }
        Ok(())
    }

    /// Writes the ends, and gives the files their names.
    pub(crate) fn finish(&mut self, report: &UpdatesReport) -> Result<(), Failure> {
        let catalog = self.blank.as_ref().map(|blank| catalog_as_file(report, blank));
        let mut files = self.kept.take().unwrap_or_default();
        files.extend(catalog.clone());
        let files = Report::new(report.tool.clone(), report.evidence.clone(), report.targets.clone(), files);
        let UpdatesSummary { updates, publishable, blocked, undecided, .. } = report.summary;
        let summary = Summary { files: updates, publishable, blocked, undecided };
        let files =
            Report { verdict: report.verdict, not_checked: report.not_checked.clone(), summary, ..files };
        let mut end = End { report, spool: self.spool.as_mut(), catalog, files };
        for (mut renderer, mut out) in std::mem::take(&mut self.files) {
            renderer.end(&mut end, &mut out)?;
            out.finish()?;
        }
        if let Some((mut renderer, mut stdout)) = self.stdout.take() {
            renderer.end(&mut end, &mut stdout)?;
            stdout.flush()?;
        }
        Ok(())
    }
}

/// The place of something in a file, without the name of the update that [`as_file`] appends.
pub(crate) fn place(file: &FileReport) -> &str {
    let update = file.line.and_then(|_| file.path.rsplit_once('#'));
    update.map_or(file.path.as_str(), |(place, _)| place)
}

/// An update as the formats for files show it: under the catalog's name and, where it has one, that of its member, with its
/// id, because one member may hold thousands; with its line. What was found out of its content comes along.
fn as_file(update: &UpdateReport, blank: &FileReport) -> FileReport {
    let base = update.file.as_deref().unwrap_or(blank).clone();
    let member = update.member.iter().map(|member| format!("!/{member}"));
    let place: String = std::iter::once(blank.path.clone()).chain(member).collect();
    FileReport {
        path: format!("{place}#{}", update.id.as_deref().unwrap_or("without an id")),
        line: Some(update.line),
        verdict: update.verdict,
        trust: update.file.as_ref().map_or_else(no_error, |file| file.trust.clone()),
        predictions: update.predictions.clone(),
        findings: update.findings.clone(),
        problems: Vec::new(),
        members: Vec::new(),
        ..base
    }
}

fn catalog_as_file(report: &UpdatesReport, blank: &FileReport) -> FileReport {
    let catalog = &report.catalog;
    FileReport {
        size: catalog.size,
        sha256: catalog.sha256.clone(),
        verdict: catalog.verdict,
        trust: catalog.trust.clone().unwrap_or_else(no_error),
        predictions: Vec::new(),
        findings: catalog.findings.clone(),
        problems: Vec::new(),
        ..blank.clone()
    }
}

/// What an update as a file starts from: whatever depends on evidence is filled in.
fn blank(catalog: &str, at: UtcTime) -> FileReport {
    let facts = Facts::unreadable(catalog, Problem::new(ProblemKind::Unreadable, ""));
    FileReport::new(&facts, &judge(&facts, &Evidence::embedded(at), &Policy::default()))
}

fn no_error() -> TrustReport {
    TrustReport { hresult: "0x00000000".to_owned(), symbol: "S_OK".to_owned() }
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
        // Every field is named, so that a new one cannot be left out unseen.
        let UpdatesReport {
            schema_version,
            tool,
            evidence,
            targets,
            verdict,
            summary,
            not_checked,
            catalog,
            updates: _,
        } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema_version", schema_version)?;
        map.serialize_entry("tool", tool)?;
        map.serialize_entry("evidence", evidence)?;
        map.serialize_entry("targets", targets)?;
        map.serialize_entry("verdict", verdict)?;
        map.serialize_entry("summary", summary)?;
        map.serialize_entry("not_checked", not_checked)?;
        map.serialize_entry("catalog", catalog)?;
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
