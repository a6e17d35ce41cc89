//! `badsig schema`: the JSON Schema of the report.

use std::io::Write as _;

use badsig::Report;

use crate::failure::Failure;
use crate::output::json;
use crate::output::stdout::Stdout;

pub(crate) fn run() -> Result<u8, Failure> {
    let mut stdout = Stdout::plain();
    json::write(&mut stdout, &schemars::schema_for!(Report))?;
    stdout.flush()?;
    Ok(0)
}
