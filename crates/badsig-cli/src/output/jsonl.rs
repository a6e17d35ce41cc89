//! JSON Lines: what can be read while the run goes on. The first line says what was judged with (`"type": "run"`),
//! then comes one line for each file (`"type": "file"`, otherwise the file of the report), and the last one
//! (`"type": "end"`) proves that nothing is missing.

use std::io::{self, Write};

use badsig::report::{SCHEMA_VERSION, Summary};
use badsig::{FileReport, Outcome, Report};
use serde::Serialize;

use super::format::{About, Head, Stream};
use super::json;

/// JSON Lines.
pub(crate) struct JsonLines;

impl JsonLines {
    pub(crate) fn boxed(_: &About) -> Box<dyn Stream> {
        Box::new(JsonLines)
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Entry<'a> {
    Run {
        schema_version: u32,
        #[serde(flatten)]
        head: &'a Head,
    },
    File(&'a FileReport),
    End {
        verdict: Outcome,
        summary: Summary,
        not_checked: &'a [String],
    },
}

impl Stream for JsonLines {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        line(out, &Entry::Run { schema_version: SCHEMA_VERSION, head })
    }

    fn file(&mut self, file: &FileReport, out: &mut dyn Write) -> io::Result<()> {
        match &file.facts {
            None => line(out, &Entry::File(file)),
            // Facts name certificates that stand at the end of the whole report.
            Some(_) => line(out, &Entry::File(&file.clone().without_facts())),
        }
    }

    fn end(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let Report { verdict, summary, not_checked, .. } = report;
        line(out, &Entry::End { verdict: *verdict, summary: *summary, not_checked })
    }
}

fn line(out: &mut dyn Write, entry: &Entry<'_>) -> io::Result<()> {
    json::line(out, entry)
}
