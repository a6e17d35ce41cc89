//! JSON: the report as it is. Files wait in a temporary file until the head, which stands before them, is known, so that
//! memory does not grow with their number.

use std::io::{self, Seek as _, Write};

use badsig::{FileReport, Report};
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use tempfile::SpooledTempFile;

use super::escape::is_hidden;
use super::format::{About, Stream};

/// Bytes that wait in memory before a file is made for them.
const IN_MEMORY: usize = 4 * 1024 * 1024;
/// How an empty list of files stands in the report; a line of a text cannot look like this, because line ends in texts
/// are escaped.
const NO_FILES: &str = "\n  \"files\": []";

/// Writes a value, indented, with a line end.
pub(crate) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serialize(out, PrettyFormatter::new(), value)?;
    writeln!(out)
}

/// Writes a value in one line, with its end.
pub(crate) fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    compact(out, value)?;
    writeln!(out)
}

/// Writes a value in one line.
pub(super) fn compact(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serialize(out, CompactFormatter, value)
}

fn serialize(out: &mut dyn Write, formatter: impl Formatter, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, Harmless(formatter)))?)
}

fn pretty(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    serialize(&mut text, PrettyFormatter::new(), value)?;
    Ok(text)
}

/// Writes texts so that neither a terminal nor a build service takes them for anything but text, as
/// [`escape`](super::escape::escape) does for people: with the escapes of JSON, so that for programs every value stays what it is.
struct Harmless<F>(F);

impl<F: Formatter> Formatter for Harmless<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if !suspicious(fragment) {
            return self.0.write_string_fragment(out, fragment);
        }
        let mut previous = None;
        for character in fragment.chars() {
            let command = matches!(character, ':' | '#') && previous == Some(character);
            if command || is_hidden(character) {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            } else {
                out.write_all(character.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
            previous = Some(character);
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_key(out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

/// Whether a text needs a closer look; most do not.
fn suspicious(text: &str) -> bool {
    !text.is_ascii() || text.contains("##") || text.contains("::") || text.contains('\u{7f}')
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
        let text = pretty(file)?;
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
        let text = String::from_utf8(pretty(&head)?).map_err(io::Error::other)?;
        if !self.any {
            return writeln!(out, "{text}");
        }
        let (before, after) = text
            .split_once(NO_FILES)
            .ok_or_else(|| io::Error::other("the report has no place for its files"))?;
        write!(out, "{before}\n  \"files\": [")?;
        self.files.rewind()?;
        io::copy(&mut self.files, out)?;
        writeln!(out, "\n  ]{after}")
    }
}
