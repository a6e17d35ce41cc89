//! `badsig inspect`: everything that was read from one file, as a tree. No policy, no verdict.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use badsig::authenticode::read::read_signatures;
use badsig::codes::exit_codes;
use badsig::format::recognise;
use badsig::{Facts, Limits, Subject, Wanted, inspect_with};

use crate::args::{ConnectionArguments, Format, InspectArguments, When};
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::inputs::{Located, address};
use crate::output::json;
use crate::output::stdout::Stdout;
use crate::output::tree::Node;
use crate::progress;
use crate::ranged::{Opened, Ranged};
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
    let progress = progress::wanted(arguments.no_progress);
    let url = address(&arguments.file).filter(|_| arguments.signature_only && arguments.extract.is_none());
    let fetched = match url.map(|url| by_ranges(url, &arguments.connection)) {
        Some(Remote::Opened(subject, bytes)) => {
            return finish(arguments, Ok(subject), &Fetched::ByRanges(bytes), &inside.limits(), colour);
        }
        Some(Remote::Lost(facts)) => {
            return finish(arguments, Err(facts), &Fetched::Nothing, &inside.limits(), colour);
        }
        Some(Remote::Whole(why)) => Fetched::Whole(why),
        None => Fetched::Nothing,
    };
    let located = Located::find(&arguments.file, &arguments.download, &arguments.connection, progress)?;
    // The time that looking inside may take begins when the file is here.
    let limits = inside.limits();
    if let (Some(member), Some(directory)) = (&arguments.extract, &arguments.to) {
        return extract::run(&located, arguments.shown.format, member, directory, &limits);
    }
    finish(arguments, located.open(), &fetched, &limits, colour)
}

/// Shows what was opened.
fn finish(
    arguments: &InspectArguments,
    opened: Result<Subject, Box<Facts>>,
    fetched: &Fetched,
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
    show(&facts, fetched, arguments, colour)?;
    let readable = facts.problems.is_empty() && (!arguments.tree || members::all_read(&facts));
    Ok(if readable { exit_codes::PUBLISHABLE } else { exit_codes::UNDECIDED })
}

/// How much of a file on a server was fetched for its signature alone.
enum Fetched {
    /// Nobody asked.
    Nothing,
    /// So many bytes.
    ByRanges(Arc<AtomicU64>),
    /// Everything; with the reason.
    Whole(&'static str),
}

impl Fetched {
    fn node(&self, facts: &Facts) -> Option<Node> {
        let text = match self {
            Fetched::Nothing => return None,
            Fetched::ByRanges(bytes) => {
                let size = facts.size.map(|size| format!(" of {size}")).unwrap_or_default();
                format!("{}{size} bytes, by ranges", bytes.load(Ordering::Relaxed))
            }
            Fetched::Whole(why) => format!("whole: {why}"),
        };
        Some(Node::new("fetched", text))
    }
}

/// A file on a server whose signature alone is wanted.
enum Remote {
    Opened(Subject, Arc<AtomicU64>),
    /// The facts of a file that cannot be had.
    Lost(Box<Facts>),
    /// It has to be downloaded; with the reason.
    Whole(&'static str),
}

fn by_ranges(url: &str, connection: &ConnectionArguments) -> Remote {
    let shown = badsig_fetch::without_secrets(url);
    match Ranged::open(url, connection) {
        Ok(Opened::ByRanges(source)) => {
            let fetched = source.fetched();
            Remote::Opened(Subject::new(shown, Box::new(source)), fetched)
        }
        Ok(Opened::Whole(why)) => Remote::Whole(why),
        Err(problem) => Remote::Lost(Box::new(Facts::unreadable(shown, problem))),
    }
}

fn show(facts: &Facts, fetched: &Fetched, arguments: &InspectArguments, colour: When) -> Result<(), Failure> {
    match arguments.shown.format {
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            let tree = if arguments.tree { members::tree(facts) } else { facts::tree(facts) };
            tree.with(fetched.node(facts)).write(&mut stdout, page)?;
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
