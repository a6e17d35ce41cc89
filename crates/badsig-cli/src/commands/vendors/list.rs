//! `badsig vendors list`: one product a line.

use std::io::Write as _;

use anstyle::Style;
use serde::Serialize;

use super::catalog;
use super::summary::Summary;
use crate::args::{Format, ListArguments, When};
use crate::failure::Failure;
use crate::output::colour::{FAINT, STRONG, WARNING};
use crate::output::json;
use crate::output::line::Line;
use crate::output::stdout::Stdout;
use crate::output::width::columns;

#[derive(Serialize)]
struct Listed<'e> {
    id: &'e str,
    product: &'e str,
    vendor: &'e str,
    status: badsig::vendors::Standing,
    last_observation: Option<&'e badsig::vendors::EvidenceDate>,
    stale: bool,
    since: Option<String>,
}

pub(super) fn run(arguments: &ListArguments, colour: When) -> Result<u8, Failure> {
    let catalog = catalog(&arguments.catalog)?;
    let at = arguments.catalog.time();
    let summaries: Vec<Summary<'_>> = catalog.entries().map(|entry| Summary::of(entry, at)).collect();
    if arguments.shown.format == Format::Json {
        let listed: Vec<Listed<'_>> = summaries.into_iter().map(listed).collect();
        let mut stdout = Stdout::plain();
        json::write(&mut stdout, &listed)?;
        stdout.flush()?;
        return Ok(0);
    }
    let (mut stdout, page) = Stdout::page(colour);
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or_default().saturating_add(2);
    let id = widest(&mut summaries.iter().map(|own| columns(&own.entry.id)));
    let status = widest(&mut summaries.iter().map(|own| columns(&own.words())));
    for own in &summaries {
        let style = if own.stale { FAINT } else { Style::new() };
        Line::new(0, 2)
            .unbroken(STRONG, &own.entry.id)
            .up_to(id)
            .unbroken(if own.stale { FAINT } else { WARNING }, &own.words())
            .up_to(id.saturating_add(status))
            .unbroken(style, &own.dated())
            .write(&mut stdout, page)?;
    }
    let count = summaries.len();
    let stale = summaries.iter().filter(|own| own.stale).count();
    writeln!(stdout)?;
    Line::plain(0, &format!("{count} products, the evidence for {stale} of them is stale."))
        .write(&mut stdout, page)?;
    stdout.flush()?;
    Ok(0)
}

fn listed(own: Summary<'_>) -> Listed<'_> {
    Listed {
        id: &own.entry.id,
        product: &own.entry.product,
        vendor: &own.entry.vendor,
        status: own.status,
        last_observation: own.last_observation,
        stale: own.stale,
        since: own.since,
    }
}
