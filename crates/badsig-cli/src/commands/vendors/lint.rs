//! `badsig vendors lint`: what is wrong with entries.

use std::io::Write as _;

use anstyle::Style;
use badsig::UtcTime;
use badsig::codes::exit_codes;
use badsig::vendors::lint::lint;
use badsig::vendors::{Entry, VendorCatalog};

use crate::args::{Format, LintArguments, When};
use crate::failure::Failure;
use crate::output::colour::{ERROR, STRONG, WARNING};
use crate::output::json;
use crate::output::line::Line;
use crate::output::stdout::Stdout;

pub(super) fn run(arguments: &LintArguments, colour: When) -> Result<u8, Failure> {
    let entries: Vec<Entry> = match &arguments.directory {
        Some(directory) => {
            let read = VendorCatalog::read_directory(directory);
            read.map_err(|error| Failure::usage(error.to_string()))?
        }
        None => VendorCatalog::embedded().entries().cloned().collect(),
    };
    let found = lint(&entries, arguments.at.unwrap_or_else(UtcTime::now));
    let errors = found.iter().filter(|lint| lint.error).count();
    if arguments.shown.format == Format::Json {
        let mut stdout = Stdout::plain();
        json::write(&mut stdout, &found)?;
        stdout.flush()?;
    } else {
        let (mut stdout, page) = Stdout::page(colour);
        for lint in &found {
            let (word, style) = if lint.error { ("error:", ERROR) } else { ("warning:", WARNING) };
            Line::new(0, 2)
                .unbroken(STRONG, &lint.id)
                .gap(1)
                .text(style, word)
                .gap(1)
                .text(Style::new(), &lint.message)
                .write(&mut stdout, page)?;
        }
        let warnings = found.len().saturating_sub(errors);
        writeln!(stdout, "{} entries: {errors} to mend, {warnings} warnings.", entries.len())?;
        stdout.flush()?;
    }
    Ok(if errors > 0 || entries.is_empty() { exit_codes::BLOCKED } else { exit_codes::PUBLISHABLE })
}
