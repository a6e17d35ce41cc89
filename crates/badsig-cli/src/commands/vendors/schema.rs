//! `badsig vendors schema`: the JSON Schema of an entry.

use std::io::Write as _;

use badsig::vendors::Entry;

use crate::failure::Failure;
use crate::output::json;
use crate::output::stdout::Stdout;

pub(super) fn run() -> Result<u8, Failure> {
    let mut stdout = Stdout::plain();
    json::write(&mut stdout, &schemars::schema_for!(Entry))?;
    stdout.flush()?;
    Ok(0)
}
