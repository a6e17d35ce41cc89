//! `badsig vendors export`: the whole catalog in one file.

use std::io::{self, Write};

use badsig::UtcTime;
use badsig::vendors::VendorCatalog;
use serde::Serialize;

use super::catalog;
use super::summary::Summary;
use crate::args::{ExportArguments, ExportFormat};
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::output::json;
use crate::output::stdout::Stdout;

mod html;
mod table;

/// Everything that an export shows.
#[derive(Serialize)]
struct Export<'c> {
    /// The day on which evidence was last looked for.
    date: Option<String>,
    /// SHA-256 over all entries.
    sha256: String,
    /// What is stale was told for this time.
    at: UtcTime,
    entries: Vec<Summary<'c>>,
}

impl<'c> Export<'c> {
    fn new(catalog: &'c VendorCatalog, at: UtcTime) -> Export<'c> {
        Export {
            date: catalog.date().map(ToString::to_string),
            sha256: catalog.digest().to_string(),
            at,
            entries: catalog.entries().map(|entry| Summary::of(entry, at)).collect(),
        }
    }

    fn write(&self, format: ExportFormat, out: &mut dyn Write) -> io::Result<()> {
        match format {
            ExportFormat::Json => json::write(out, self),
            ExportFormat::Csv => table::csv(self, out),
            ExportFormat::Markdown => table::markdown(self, out),
            ExportFormat::Html => html::write(self, out),
        }
    }
}

pub(super) fn run(arguments: &ExportArguments) -> Result<u8, Failure> {
    let catalog = catalog(&arguments.catalog)?;
    let export = Export::new(&catalog, arguments.catalog.time());
    match &arguments.output {
        Some(path) => {
            let mut file = WholeFile::create(path)?;
            export.write(arguments.format, &mut file)?;
            file.finish()?;
        }
        None => {
            let mut stdout = Stdout::plain();
            export.write(arguments.format, &mut stdout)?;
            stdout.flush()?;
        }
    }
    Ok(0)
}
