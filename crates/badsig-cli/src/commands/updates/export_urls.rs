//! `badsig updates export-urls`: where the content can be had.

use std::io::Write as _;

use badsig::codes::exit_codes;
use badsig::updates::Expected;

use super::walk;
use crate::args::{Format, UpdatesListArguments};
use crate::failure::Failure;
use crate::output::message;
use crate::output::sequence::Sequence;
use crate::output::stdout::Stdout;

pub(super) fn run(arguments: &UpdatesListArguments) -> Result<u8, Failure> {
    let mut stdout = Stdout::plain();
    let code = match arguments.shown.format {
        Format::Json => as_json(arguments, &mut stdout)?,
        _ => as_text(arguments, &mut stdout)?,
    };
    stdout.flush()?;
    Ok(code)
}

fn as_json(arguments: &UpdatesListArguments, stdout: &mut Stdout) -> Result<u8, Failure> {
    let mut sequence = Sequence::begin(stdout)?;
    let code = walk::packages(&arguments.source, |package, _| {
        for file in package.origin_files() {
            sequence.item(&Expected::from(file))?;
        }
        Ok(true)
    })?;
    sequence.end()?;
    Ok(code)
}

/// An address that cannot stand on a line of its own as it is could be taken for another by the program that reads
/// the list, so it is named on standard error instead.
fn as_text(arguments: &UpdatesListArguments, stdout: &mut Stdout) -> Result<u8, Failure> {
    let mut odd = false;
    let code = walk::packages(&arguments.source, |package, _| {
        for url in package.origin_files().filter_map(|file| file.url.as_deref()).map(str::trim) {
            if url.bytes().all(|byte| byte.is_ascii_graphic()) && !url.is_empty() {
                writeln!(stdout, "{url}")?;
            } else {
                message::error(&format!("line {}: not an address: {url:?}", package.line));
                odd = true;
            }
        }
        Ok(true)
    })?;
    Ok(if odd { exit_codes::UNDECIDED } else { code })
}
