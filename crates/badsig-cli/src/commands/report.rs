//! `badsig report`: reports that were made elsewhere, joined or shown again. Nothing is judged.

use std::io;
use std::path::Path;

use badsig::report::ReportError;

use crate::args::{ReportCommand, When};
use crate::failure::Failure;
use crate::stored;

mod merge;
mod render;
mod spool;

pub(crate) fn run(command: &ReportCommand, colour: When) -> Result<u8, Failure> {
    match command {
        ReportCommand::Merge(arguments) => merge::run(arguments, colour),
        ReportCommand::Render(arguments) => render::run(arguments, colour),
    }
}

/// Why reading a report ends early.
enum Stop {
    Report(ReportError),
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
    fn failure(self, path: &Path) -> Failure {
        match self {
            Stop::Report(error) => stored::failure(path, &error),
            Stop::Failure(failure) => failure,
        }
    }
}
