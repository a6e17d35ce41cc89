//! `badsig init`: writes a commented policy that changes nothing.

use std::io::Write as _;
use std::path::Path;

use badsig::codes::exit_codes;

use crate::args::InitArguments;
use crate::config::{FILE_NAME, TEMPLATE};
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::output::message;

/// Writes `badsig.toml` into the working directory.
pub(crate) fn run(arguments: &InitArguments) -> Result<u8, Failure> {
    let path = Path::new(FILE_NAME);
    if path.exists() && !arguments.force {
        return Err(Failure::usage(format!("{FILE_NAME} is there already; --force replaces it")));
    }
    let mut file = WholeFile::create(path)?;
    file.write_all(TEMPLATE.as_bytes())?;
    file.finish()?;
    message::note(&format!("{FILE_NAME} written; everything in it is at its default"));
    Ok(exit_codes::PUBLISHABLE)
}
