//! `badsig vendors show`: everything that an entry has.

use std::io::Write as _;

use anstyle::Style;
use badsig::vendors::entry::{MatchRules, Note};
use badsig::vendors::{Entry, Observation};

use super::summary::Summary;
use super::{catalog, entry};
use crate::args::{Format, ShowVendorsArguments, When};
use crate::failure::Failure;
use crate::output::colour::{FAINT, WARNING};
use crate::output::json;
use crate::output::stdout::Stdout;
use crate::output::tree::Node;

pub(super) fn run(arguments: &ShowVendorsArguments, colour: When) -> Result<u8, Failure> {
    let catalog = catalog(&arguments.catalog)?;
    let at = arguments.catalog.time();
    let mut shown = Vec::new();
    for id in &arguments.ids {
        shown.push(Summary::of(entry(&catalog, id)?, at));
    }
    match arguments.shown.format {
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &shown)?;
            stdout.flush()?;
        }
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            for own in &shown {
                tree(own).write(&mut stdout, page)?;
            }
            stdout.flush()?;
        }
    }
    Ok(0)
}

fn tree(own: &Summary<'_>) -> Node {
    let entry = own.entry;
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.join(", "));
    let below = [
        Node::maybe("vendor", Some(&entry.vendor)),
        Node::maybe("also called", list(&entry.aliases)),
        Node::maybe("status", Some(format!("{}, last observation {}", own.words(), own.dated()))),
        Node::maybe("instead", Some(&entry.instead)),
        Node::maybe("home page", entry.homepage.as_ref()),
        Node::maybe("download", entry.download_page.as_ref()),
        Node::maybe("ask the vendor", entry.ask.as_ref()),
        Node::maybe("winget", list(&entry.winget)),
        Node::maybe("chocolatey", list(&entry.chocolatey)),
        Node::maybe("reviewed", Some(&entry.reviewed)),
    ];
    Node::new(&entry.id, &entry.product)
        .with(below.into_iter().flatten())
        .with(rules(&entry.rules))
        .with(observations(entry))
        .with(notes(&entry.notes))
}

fn rules(rules: &MatchRules) -> Option<Node> {
    let lists = [
        ("file name", &rules.file_names),
        ("CompanyName", &rules.pe.company_names),
        ("ProductName", &rules.pe.product_names),
        ("OriginalFilename", &rules.pe.original_file_names),
        ("Manufacturer", &rules.msi.manufacturers),
        ("ProductName (MSI)", &rules.msi.product_names),
        ("UpgradeCode", &rules.msi.upgrade_codes),
        ("ProductCode", &rules.msi.product_codes),
        ("update vendor", &rules.update_catalog.vendors),
        ("update product", &rules.update_catalog.products),
    ];
    let below: Vec<Node> = lists
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(label, list)| Node::new(label, list.join(", ")))
        .collect();
    (!below.is_empty()).then(|| Node::new("recognised by", "").with(below))
}

fn observations(entry: &Entry) -> Option<Node> {
    let below: Vec<Node> = entry.observations.iter().rev().map(observation).collect();
    (!below.is_empty()).then(|| Node::new("observations", "newest first").with(below))
}

fn observation(seen: &Observation) -> Node {
    let date = seen.date.as_ref().map_or_else(|| "no date".to_owned(), ToString::to_string);
    let versions = seen.versions().map(|versions| format!(" ({versions})")).unwrap_or_default();
    let below = [
        Node::maybe("says", Some(format!("{} ({})", seen.says, seen.known.name()))),
        Node::maybe("file", seen.file_name.as_ref()),
        Node::maybe("SHA-256", seen.sha256.as_ref()).map(|node| node.styled(FAINT)),
        Node::maybe("signer", seen.signer.as_ref()),
    ];
    let sources = seen.sources.iter().map(|source| Node::new("source", source).styled(FAINT));
    Node::new(date, format!("{}{versions}", seen.state.words()))
        .with(below.into_iter().flatten())
        .with(sources)
}

fn notes(notes: &[Note]) -> Option<Node> {
    let below: Vec<Node> = notes.iter().map(note).collect();
    (!below.is_empty()).then(|| Node::new("notes", "").with(below))
}

fn note(note: &Note) -> Node {
    let known = note.known.map(|known| format!(" ({})", known.name())).unwrap_or_default();
    let (label, style) = if note.conflict { ("conflict", WARNING) } else { ("note", Style::new()) };
    let sources = note.sources.iter().map(|source| Node::new("source", source).styled(FAINT));
    Node::new(label, format!("{}{known}", note.text)).styled(style).with(sources)
}
