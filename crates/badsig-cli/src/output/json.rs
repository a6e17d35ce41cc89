//! JSON: the report as it is.

use std::io::{self, Write};

use badsig::Report;
use serde::Serialize;

/// Writes a value, indented, with a line end.
pub(crate) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// Writes the whole report.
pub(crate) fn report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write(out, report)
}
