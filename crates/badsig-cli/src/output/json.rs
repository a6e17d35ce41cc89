//! JSON: the report as it is. Files wait in a temporary file until the head, which stands before them, is known, so that
//! memory does not grow with their number.

use std::io::{self, Seek as _, Write};

use badsig::{FileReport, Report};
use serde::Serialize;
use tempfile::SpooledTempFile;

use super::format::{About, Stream};

/// Bytes that wait in memory before a file is made for them.
const IN_MEMORY: usize = 4 * 1024 * 1024;
/// How an empty list of files stands in the report; a line of a text cannot look like this, because line ends in texts
/// are escaped.
const NO_FILES: &str = "\n  \"files\": []";

/// Writes a value, indented, with a line end.
pub(crate) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// The whole report.
pub(crate) struct Json {
    /// The files, indented as they stand in the report.
    files: SpooledTempFile,
    any: bool,
}

impl Json {
    pub(crate) fn boxed(_: &About) -> Box<dyn Stream> {
        Box::new(Json { files: SpooledTempFile::new(IN_MEMORY), any: false })
    }
}

impl Stream for Json {
    fn file(&mut self, file: &FileReport, _: &mut dyn Write) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(file)?;
        let mut indented = Vec::with_capacity(text.len().saturating_mul(2));
        if self.any {
            indented.push(b',');
        }
        for line in text.split(|byte| *byte == b'\n') {
            indented.extend_from_slice(b"\n    ");
            indented.extend_from_slice(line);
        }
        self.any = true;
        self.files.write_all(&indented)
    }

    fn end(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let head = Report { files: Vec::new(), ..report.clone() };
        let text = serde_json::to_string_pretty(&head)?;
        match text.split_once(NO_FILES) {
            Some((before, after)) if self.any => {
                write!(out, "{before}\n  \"files\": [")?;
                self.files.rewind()?;
                io::copy(&mut self.files, out)?;
                writeln!(out, "\n  ]{after}")
            }
            _ => writeln!(out, "{text}"),
        }
    }
}
