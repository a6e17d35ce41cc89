//! `badsig inspect`: everything that was read from one file, as a tree. No policy, no verdict.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use badsig::authenticode::read::read_signatures;
use badsig::codes::exit_codes;
use badsig::format::recognise;
use badsig::{Facts, Limits, Subject, Wanted, inspect_with};

use crate::args::{Format, InspectArguments, When};
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::inputs::Located;
#[cfg(feature = "object-stores")]
use crate::inputs::remote::is_store;
use crate::output::json;
use crate::output::stdout::Stdout;
#[cfg(feature = "object-stores")]
use crate::ranged::Ranged;
use crate::settings::InsideSettings;

mod certificates;
mod extract;
mod facts;
mod members;
mod safe_name;
mod signature;

/// Shows one file and extracts what was asked for.
pub(crate) fn run(arguments: &InspectArguments, colour: When) -> Result<u8, Failure> {
    let inside = InsideSettings::new(&arguments.inside)?;
    let limits = inside.limits();
    let progress = std::io::stderr().is_terminal();
    if let Some(opened) = by_ranges(arguments) {
        return finish(arguments, opened, &limits, colour);
    }
    let located = Located::find(&arguments.file, &arguments.download, &arguments.connection, progress)?;
    if let (Some(member), Some(directory)) = (&arguments.extract, &arguments.to) {
        return extract::run(&located, arguments.shown.format, member, directory, &limits);
    }
    finish(arguments, located.open(), &limits, colour)
}

/// Shows what was opened.
fn finish(
    arguments: &InspectArguments,
    opened: Result<Subject, Box<Facts>>,
    limits: &Limits,
    colour: When,
) -> Result<u8, Failure> {
    let facts = match opened {
        Ok(subject) => {
            let mut wanted = Wanted::default();
            wanted.sha1 = true;
            wanted.signatures_only = arguments.signature_only;
            wanted.others = arguments.tree;
            let facts = inspect_with(&subject, limits, &wanted);
            if let Some(place) = &arguments.extract_signature {
                extract_signature(&subject, limits, arguments.signature, place)?;
            }
            facts
        }
        Err(unreadable) => *unreadable,
    };
    if let Some(directory) = &arguments.extract_certificates {
        certificates::extract(&facts, directory)?;
    }
    show(&facts, arguments, colour)?;
    let readable = facts.problems.is_empty() && (!arguments.tree || members::all_read(&facts));
    Ok(if readable { exit_codes::PUBLISHABLE } else { exit_codes::UNDECIDED })
}

/// An object of a store whose signature alone is wanted.
#[cfg(feature = "object-stores")]
fn by_ranges(arguments: &InspectArguments) -> Option<Result<Subject, Box<Facts>>> {
    let url = arguments.file.to_str().filter(|url| arguments.signature_only && is_store(url))?;
    let shown = badsig_fetch::without_secrets(url);
    Some(match Ranged::open(url, &arguments.connection) {
        Ok(source) => Ok(Subject::new(shown, Box::new(source))),
        Err(problem) => Err(Box::new(Facts::unreadable(shown, problem))),
    })
}

#[cfg(not(feature = "object-stores"))]
fn by_ranges(_: &InspectArguments) -> Option<Result<Subject, Box<Facts>>> {
    None
}

fn show(facts: &Facts, arguments: &InspectArguments, colour: When) -> Result<(), Failure> {
    match arguments.shown.format {
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            let tree = if arguments.tree { members::tree(facts) } else { facts::tree(facts) };
            tree.write(&mut stdout, page)?;
            stdout.flush()?;
        }
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, facts)?;
            stdout.flush()?;
        }
    }
    Ok(())
}

/// Writes the CMS of one signature, nested ones included, as it stands in the file.
fn extract_signature(subject: &Subject, limits: &Limits, number: usize, place: &Path) -> Result<(), Failure> {
    let layout = recognise(subject.source(), limits);
    let signatures = read_signatures(&layout.signatures, limits);
    let Some(signature) = signatures.get(number) else {
        let count = signatures.len();
        let numbers = match count {
            0 => "it has none".to_owned(),
            _ => format!("it has {count}, numbered from 0"),
        };
        return Err(Failure::usage(format!("{} has no signature {number}: {numbers}", subject.name())));
    };
    let mut file = WholeFile::create(place)?;
    file.write_all(signature.raw)?;
    file.finish()
}
