//! Computers whose certificate stores were exported: reading the exports, and what is said of all files together.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anstyle::Style;
use badsig::FileReport;
use badsig::report::EvidenceReport;
use badsig::trust::CertificateStore;
use badsig::trust::endpoint::Endpoint;

use crate::args::{EndpointStore, When};
use crate::bundle;
use crate::failure::Failure;
use crate::files;
use crate::left_out;
use crate::output::colour::{FAINT, STRONG, of_outcome};
use crate::output::line::Line;
use crate::output::message;
use crate::output::stdout::Stdout;
use crate::settings::{JudgingSettings, OutputSettings};

mod missing;

use missing::Missing;

/// Reads the exports; those with the same name are one endpoint.
pub(crate) fn read(stores: &[EndpointStore]) -> Result<Vec<Endpoint>, Failure> {
    let mut endpoints: Vec<(&EndpointStore, CertificateStore)> = Vec::new();
    for export in stores {
        let store = read_one(export)?;
        match endpoints.iter_mut().find(|(first, _)| first.name == export.name) {
            Some((_, known)) => known.extend(store),
            None => endpoints.push((export, store)),
        }
    }
    let made = endpoints.into_iter().map(|(export, store)| {
        Endpoint::of_export(&export.name, &export.path, &store)
            .map_err(|error| Failure::usage(format!("{}: {error}", export.path.display())))
    });
    made.collect()
}

/// A certificate that cannot be read is said: without it, the endpoint would seem to lack it. A list, or a store with
/// limits, ends the run: without it, the endpoint would seem to trust more than it does.
fn read_one(export: &EndpointStore) -> Result<CertificateStore, Failure> {
    let path = &export.path;
    let failed = |why: String| Failure::usage(format!("--endpoint-store {}: {why}", path.display()));
    let store = if path.is_dir() {
        let store = CertificateStore::read_dir(path).map_err(|error| failed(error.to_string()))?;
        left_out::no_limits(path, &store).map_err(failed)?;
        store
    } else if path.file_name().is_some_and(|name| name.eq_ignore_ascii_case(bundle::UNTRUSTED)) {
        return Err(failed(
            "holds what is distrusted, not what is trusted: give it with --distrust".to_owned(),
        ));
    } else {
        let bytes = files::read_as(&format!("--endpoint-store {}", path.display()), path, files::EVIDENCE)?;
        CertificateStore::read_bytes(&path.display().to_string(), &bytes)
            .map_err(|error| failed(error.to_string()))?
    };
    for skipped in store.skipped() {
        message::warning(&format!("{}: not used: {}", skipped.source, skipped.reason));
    }
    Ok(store)
}

/// What endpoints do with all files, and what they lack.
pub(crate) struct Endpoints {
    names: Vec<String>,
    write_missing: Option<PathBuf>,
    rows: Vec<Row>,
    missing: Missing,
}

/// What each endpoint does with one file; nothing for a file without a signature.
struct Row {
    path: String,
    /// `None` where it is accepted, else the code.
    codes: Vec<Option<String>>,
}

impl Endpoints {
    pub(crate) fn new(judging: &JudgingSettings) -> Endpoints {
        let write_missing = judging.write_missing.clone();
        Endpoints { write_missing, ..Endpoints::of_report(&judging.evidence_report) }
    }

    /// Those of a report that was made earlier.
    pub(crate) fn of_report(evidence: &EvidenceReport) -> Endpoints {
        let names = evidence.endpoints.clone();
        Endpoints { names, write_missing: None, rows: Vec::new(), missing: Missing::default() }
    }

    /// Takes in what was said of a file.
    pub(crate) fn add(&mut self, file: &FileReport) {
        if self.names.is_empty() {
            return;
        }
        let code = |accepted, hresult: &String| if accepted { None } else { Some(hresult.clone()) };
        let codes = file.endpoints.iter().map(|own| code(own.accepted, &own.trust.hresult)).collect();
        self.rows.push(Row { path: file.path.clone(), codes });
        self.missing.add(file);
    }

    /// Shows the table of files and endpoints, where there are several and text is asked for, and saves what is
    /// missing, where that is asked for.
    pub(crate) fn finish(&self, output: &OutputSettings) -> Result<(), Failure> {
        if output.format.name == "text" && self.names.len() > 1 {
            self.show(output.colour)?;
        }
        match &self.write_missing {
            Some(directory) => self.missing.write(directory),
            None => Ok(()),
        }
    }

    fn show(&self, colour: When) -> io::Result<()> {
        let (mut stdout, page) = Stdout::page(colour);
        writeln!(stdout)?;
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        // The widest cell is a code.
        let widths: Vec<usize> = names.iter().map(|name| name.chars().count().clamp(10, 30)).collect();
        let mut columns = Vec::new();
        let mut end = 0usize;
        for width in widths {
            columns.push(end);
            end = end.saturating_add(width).saturating_add(2);
        }
        let mut heading = Line::new(0, 2);
        for (name, column) in names.iter().zip(&columns) {
            heading = heading.up_to(*column).unbroken(STRONG, name);
        }
        heading.up_to(end).text(FAINT, "as each endpoint judges").write(&mut stdout, page)?;
        for row in &self.rows {
            let mut line = Line::new(0, 2);
            for (index, column) in columns.iter().enumerate() {
                let (style, word) = match row.codes.get(index) {
                    Some(None) => (of_outcome(badsig::Outcome::Publishable), "accepts"),
                    Some(Some(code)) => (of_outcome(badsig::Outcome::Blocked), code.as_str()),
                    None => (FAINT, "-"),
                };
                line = line.up_to(*column).unbroken(style, word);
            }
            line.up_to(end).unbroken(Style::new(), &row.path).write(&mut stdout, page)?;
        }
        stdout.flush()
    }
}
