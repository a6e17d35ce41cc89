//! Reports that were made earlier, from files or standard input.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _};
use std::path::Path;

use badsig::report::{ReportError, StoredReport, StoredUpdates};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::failure::Failure;

/// Reports up to this size are read at once, which is faster than in pieces.
const AT_ONCE: u64 = 64 * 1024 * 1024;

/// A report of either kind.
pub(crate) enum Stored {
    /// Of `badsig check` or `badsig judge`.
    Files(Box<StoredReport>),
    /// Of `badsig updates check`.
    Updates(Box<StoredUpdates>),
}

/// Opens a report of `badsig check` or `badsig judge`; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<StoredReport, Failure> {
    match open_any(path)? {
        Stored::Files(report) => Ok(*report),
        Stored::Updates(_) => Err(Failure::usage(format!(
            "{}: is a report of 'badsig updates check', which is not judged again; run 'badsig updates check' anew",
            path.display()
        ))),
    }
}

/// Opens a report of either kind.
pub(crate) fn open_any(path: &Path) -> Result<Stored, Failure> {
    let opened = || {
        let mut file = file(path)?;
        if is_of_updates(&mut file)? {
            return StoredUpdates::from_reader(file).map(Box::new).map(Stored::Updates);
        }
        from_file(file).map(Box::new).map(Stored::Files)
    };
    opened().map_err(|error| failure(path, &error))
}

/// Says in which report something is wrong.
pub(crate) fn failure(path: &Path, error: &ReportError) -> Failure {
    Failure::usage(format!("{}: {error}", path.display()))
}

/// Why reading one ends early.
pub(crate) enum Stop {
    /// It is damaged.
    Report(ReportError),
    /// Something else went wrong on the way.
    Failure(Failure),
}

impl From<ReportError> for Stop {
    fn from(error: ReportError) -> Stop {
        Stop::Report(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failure(failure)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Failure(error.into())
    }
}

impl Stop {
    /// What to say of the report at `path`.
    pub(crate) fn failure(self, path: &Path) -> Failure {
        match self {
            Stop::Report(error) => failure(path, &error),
            Stop::Failure(failure) => failure,
        }
    }
}

fn file(path: &Path) -> io::Result<File> {
    if path.as_os_str() != "-" {
        return File::open(path);
    }
    let mut copy = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut copy)?;
    copy.rewind()?;
    Ok(copy)
}

fn from_file(mut file: File) -> Result<StoredReport, ReportError> {
    if file.metadata()?.len() > AT_ONCE {
        return StoredReport::from_reader(file);
    }
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    StoredReport::from_bytes(bytes)
}

/// The fields that tell the kind.
#[derive(Deserialize)]
struct Kind {
    catalog: Option<IgnoredAny>,
    updates: Option<IgnoredAny>,
}

/// What cannot be read is no report of updates; what it is, whoever reads it next says.
fn is_of_updates(file: &mut File) -> io::Result<bool> {
    let kind: Result<Kind, _> = serde_json::from_reader(BufReader::new(&mut *file));
    file.rewind()?;
    Ok(kind.is_ok_and(|kind| kind.catalog.is_some() && kind.updates.is_some()))
}
