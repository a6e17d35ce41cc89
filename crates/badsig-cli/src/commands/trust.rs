//! `badsig trust`: the root program, bundles and revocation kits.

mod export;
mod show;
mod update;
mod verify;

use crate::args::{TrustCommand, When};
use crate::failure::Failure;

/// Does what was asked and gives the exit code.
pub(crate) fn run(command: &TrustCommand, colour: When) -> Result<u8, Failure> {
    match command {
        TrustCommand::Show(arguments) => show::run(arguments, colour),
        TrustCommand::Update(arguments) => update::run(arguments, colour),
        TrustCommand::Verify(arguments) => verify::run(arguments, colour),
        TrustCommand::Export(arguments) => export::run(arguments, colour),
    }
}
