//! Prints what files say about themselves, one line of JSON each: `describe FILE…`.
//!
//! `scripts/compare-version-info.py` compares these lines with what another reader says.

use std::io::Write as _;
use std::path::Path;

use badsig::describe::{DescribeError, describe_installer, describe_pe};
use badsig::limits::Limits;
use badsig::subject::FileSource;
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let line = json!({"path": path, "described": described(Path::new(&path))});
        writeln!(output, "{line}")?;
    }
    Ok(())
}

fn described(path: &Path) -> Value {
    let limits = Limits::default();
    let source = match FileSource::open(path) {
        Ok(source) => source,
        Err(error) => return json!({"error": error.to_string()}),
    };
    let described = match describe_pe(&source, &limits) {
        Err(DescribeError::NotA(_)) => describe_installer(&source, &limits).map(|found| json!(found)),
        other => other.map(|found| json!(found)),
    };
    described.unwrap_or_else(|error| json!({"error": error.to_string()}))
}
