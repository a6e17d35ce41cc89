//! `badsig updates list`: one line an update.

use std::io::Write as _;

use anstyle::Style;
use badsig::updates::{Expected, Package};
use serde::Serialize;

use super::walk;
use crate::args::{Format, UpdatesListArguments, When};
use crate::failure::Failure;
use crate::output::colour::{FAINT, STRONG};
use crate::output::line::Line;
use crate::output::sequence::Sequence;
use crate::output::stdout::Stdout;

/// Columns of a GUID, a date and an installer, each with a space.
const DATE: usize = 38;
const INSTALLER: usize = 49;
const TITLE: usize = 54;

/// One update, for programs.
#[derive(Serialize)]
struct Listed<'p> {
    id: Option<String>,
    title: Option<&'p str>,
    vendor: Option<&'p str>,
    product: Option<&'p str>,
    creation_date: Option<&'p str>,
    classification: Option<&'p str>,
    installer: &'static str,
    line: u64,
    member: Option<&'p str>,
    expected: Vec<Expected>,
}

pub(super) fn run(arguments: &UpdatesListArguments, colour: When) -> Result<u8, Failure> {
    match arguments.shown.format {
        Format::Json => as_json(arguments),
        _ => as_text(arguments, colour),
    }
}

fn as_json(arguments: &UpdatesListArguments) -> Result<u8, Failure> {
    let mut stdout = Stdout::plain();
    let mut sequence = Sequence::begin(&mut stdout)?;
    let code = walk::packages(&arguments.source, |package, member| {
        sequence.item(&listed(package, member))?;
        Ok(true)
    })?;
    sequence.end()?;
    stdout.flush()?;
    Ok(code)
}

fn listed<'p>(package: &'p Package, member: Option<&'p str>) -> Listed<'p> {
    Listed {
        id: package.canonical_id(),
        title: package.title(),
        vendor: package.vendor.as_deref(),
        product: package.products.first().map(String::as_str),
        creation_date: package.creation_date.as_deref(),
        classification: package.classification.as_deref(),
        installer: package.installer_kind(),
        line: package.line,
        member,
        expected: package.origin_files().map(Expected::from).collect(),
    }
}

fn as_text(arguments: &UpdatesListArguments, colour: When) -> Result<u8, Failure> {
    let (mut stdout, page) = Stdout::page(colour);
    let mut count = 0usize;
    let code = walk::packages(&arguments.source, |package, _| {
        count = count.saturating_add(1);
        line(package).write(&mut stdout, page)?;
        Ok(true)
    })?;
    let plural = if count == 1 { "update" } else { "updates" };
    Line::new(0, 2).text(STRONG, &format!("{count} {plural}.")).write(&mut stdout, page)?;
    stdout.flush()?;
    Ok(code)
}

fn line(package: &Package) -> Line {
    let date = package.creation_date.as_deref().and_then(|date| date.get(..10)).unwrap_or("-");
    Line::new(0, TITLE)
        .unbroken(FAINT, package.canonical_id().as_deref().unwrap_or("-"))
        .up_to(DATE)
        .unbroken(Style::new(), date)
        .up_to(INSTALLER)
        .unbroken(Style::new(), package.installer_kind())
        .up_to(TITLE)
        .text(Style::new(), package.title().unwrap_or("without a title"))
}
