//! `badsig report`: reports that were made elsewhere, joined or shown again. Nothing is judged.

use crate::args::{ReportCommand, When};
use crate::failure::Failure;

mod merge;
mod render;
mod spool;

pub(crate) fn run(command: &ReportCommand, colour: When) -> Result<u8, Failure> {
    match command {
        ReportCommand::Merge(arguments) => merge::run(arguments, colour),
        ReportCommand::Render(arguments) => render::run(arguments, colour),
    }
}
