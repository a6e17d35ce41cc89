//! `badsig trust update`: a bundle from Microsoft, from what was carried here, or with a revocation kit.

use std::io::Write as _;
use std::path::Path;

use badsig::UtcTime;
use badsig::codes::exit_codes;
use badsig_fetch::BlockingFetcher;

use crate::args::{TrustUpdateArguments, When};
use crate::bundle::{self, Source, Updated};
use crate::failure::Failure;
use crate::kit::{self, Kit};
use crate::online::{Supply, SupplyOptions, places};
use crate::output::line::Line;
use crate::output::message;
use crate::output::stdout::Stdout;
use crate::roots::{list_root, recover};

/// Updates the bundle and says what came of it.
pub(super) fn run(arguments: &TrustUpdateArguments, colour: When) -> Result<u8, Failure> {
    let directory = bundle::directory(arguments.dir.as_ref())?;
    recover(&directory)?;
    if let Some(kit) = &arguments.kit {
        return fetch_kit(arguments, &Kit::read(kit)?, &directory, colour);
    }
    let signer = list_root(arguments.list_root.as_ref())?;
    let updated = match &arguments.from {
        Some(path) => bundle::from_source(&Source::read(path)?, &directory, &signer)?,
        None => bundle::from_network(&fetcher(arguments)?, &arguments.url, &directory, &signer)?,
    };
    let report = bundle::verify(&directory, &signer);
    let date = |list: &Option<bundle::ListReport>| list.as_ref().and_then(|list| list.date.clone());
    let mut lines = Vec::new();
    if let Some(date) = date(&report.roots) {
        let Updated { new, kept, .. } = updated;
        lines.push(format!("Root program of {date}: {new} certificates new, {kept} known before."));
    }
    match date(&report.distrusted) {
        Some(date) => lines.push(format!("List of distrusted certificates of {date}.")),
        None if report.roots.is_some() => {
            lines.push("No list of distrusted certificates: none was given.".to_owned());
        }
        None => {}
    }
    if let Some(store) = &report.untrusted {
        lines.push(format!("{} distrusted certificates in {}.", store.certificates, bundle::UNTRUSTED));
    }
    if updated.entries > 0 {
        lines.push(format!("{} revocation lists, OCSP responses and issuers.", updated.entries));
    }
    let option = if report.roots.is_some() { "--roots" } else { "--kit" };
    lines.push(format!("In {0}; use it with: badsig check {option} {0}", directory.display()));
    say(&lines, colour)?;
    Ok(exit_codes::PUBLISHABLE)
}

fn fetcher(arguments: &TrustUpdateArguments) -> Result<BlockingFetcher, Failure> {
    if !arguments.url.ends_with('/') {
        return Err(Failure::usage(format!("--url {}: must end with a slash", arguments.url)));
    }
    BlockingFetcher::new(arguments.connection.options()).map_err(|error| Failure::usage(error.to_string()))
}

/// Fetches what a kit asks for into the bundle's cache.
fn fetch_kit(
    arguments: &TrustUpdateArguments,
    kit: &Kit,
    directory: &Path,
    colour: When,
) -> Result<u8, Failure> {
    let cache = directory.join(places::REVOCATION);
    let at = UtcTime::now();
    let options = SupplyOptions {
        at,
        online: true,
        cache: Some(cache.clone()),
        kits: Vec::new(),
        connection: arguments.connection.clone(),
    };
    let fetched = kit::fetch(kit, &Supply::new(&options)?, at);
    for problem in &fetched.problems {
        message::warning(problem);
    }
    let mut lines = vec![format!(
        "{} of {} addresses answered; {} of {} certificates are told of.",
        fetched.answered, fetched.asked, fetched.told, fetched.certificates
    )];
    if fetched.silent > 0 {
        lines.push(format!(
            "{} of them name no address: nothing can be known of their revocation.",
            fetched.silent
        ));
    }
    lines.push(format!("In {}; carry it with: badsig trust export --to FILE", cache.display()));
    say(&lines, colour)?;
    let complete = fetched.told.saturating_add(fetched.silent) == fetched.certificates;
    Ok(if complete { exit_codes::PUBLISHABLE } else { exit_codes::UNDECIDED })
}

fn say(lines: &[String], colour: When) -> Result<(), Failure> {
    let (mut stdout, page) = Stdout::page(colour);
    lines.iter().try_for_each(|line| Line::plain(0, line).write(&mut stdout, page))?;
    stdout.flush()?;
    Ok(())
}
