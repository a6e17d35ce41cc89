//! `badsig cert`: certificates by themselves.

use crate::args::{CertCommand, When};
use crate::failure::Failure;

pub(crate) mod names;
mod show;
mod verify;

/// Judges or shows, and gives the exit code.
pub(crate) fn run(command: &CertCommand, colour: When) -> Result<u8, Failure> {
    match command {
        CertCommand::Verify(arguments) => verify::run(arguments, colour),
        CertCommand::Show(arguments) => show::run(arguments, colour),
    }
}
