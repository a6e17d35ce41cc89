//! `badsig updates`: update catalogs.

use std::path::Path;

use badsig::problem::Problem;
use badsig::report::FileReport;
use badsig::updates::Catalog;
use badsig::{Format, Limits, Subject, Wanted, inspect_with};

use crate::args::{UpdatesCommand, When};
use crate::failure::Failure;
use crate::inputs::Located;
use crate::settings::{InsideSettings, JudgingSettings};

mod check;
mod content;
mod export_urls;
mod list;
mod show;
mod store;
mod walk;

pub(crate) fn run(command: &UpdatesCommand, colour: When) -> Result<u8, Failure> {
    match command {
        UpdatesCommand::Check(arguments) => check::run(arguments, colour),
        UpdatesCommand::List(arguments) => list::run(arguments, colour),
        UpdatesCommand::Show(arguments) => show::run(arguments, colour),
        UpdatesCommand::ExportUrls(arguments) => export_urls::run(arguments),
    }
}

/// A catalog, with what can be said of the file that it is.
struct Opened {
    catalog: Result<Catalog, Problem>,
    /// The file; `None` for a directory.
    size: Option<u64>,
    /// The answer for a cabinet, whose signature counts.
    file: Option<FileReport>,
}

/// Opens a catalog of any form, without judging it.
fn open(located: &Located) -> Opened {
    let path = match located.path() {
        Ok(path) => path,
        Err(problem) => return Opened { catalog: Err(problem), size: None, file: None },
    };
    if path.is_dir() {
        return Opened { catalog: Catalog::in_directory(path), size: None, file: None };
    }
    match Subject::open(path) {
        Ok(subject) => of_subject(&subject),
        Err(error) => Opened { catalog: Err(error.into()), size: None, file: None },
    }
}

fn of_subject(subject: &Subject) -> Opened {
    let catalog = Catalog::open(subject.shared_source(), &Limits::default());
    Opened { catalog, size: Some(subject.source().size()), file: None }
}

/// Opens a catalog and judges the signature of its cabinet.
fn open_and_judge(located: &Located, judging: &JudgingSettings) -> Opened {
    let opened = open(located);
    // A bare XML has no signature that could be judged.
    let bare = opened.catalog.as_ref().is_ok_and(|catalog| !catalog.has_members());
    if bare || located.path().is_ok_and(Path::is_dir) {
        return opened;
    }
    let facts = match located.open() {
        Ok(subject) => inspect_with(&subject, &InsideSettings::standard().limits(), &Wanted::default()),
        Err(unreadable) => *unreadable,
    };
    let file = (facts.format != Format::Unknown).then(|| judging.report(&facts));
    Opened { file, ..opened }
}
