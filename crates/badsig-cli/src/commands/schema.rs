//! `badsig schema`: the JSON Schema of a report.

use std::io::Write as _;

use badsig::Report;
use badsig::report::UpdatesReport;

use crate::args::SchemaOf;
use crate::failure::Failure;
use crate::output::json;
use crate::output::stdout::Stdout;

pub(crate) fn run(of: SchemaOf) -> Result<u8, Failure> {
    let mut stdout = Stdout::plain();
    let schema = match of {
        SchemaOf::Check => schemars::schema_for!(Report),
        SchemaOf::Updates => schemars::schema_for!(UpdatesReport),
    };
    json::write(&mut stdout, &schema)?;
    stdout.flush()?;
    Ok(0)
}
