//! The security catalogs among the inputs of a run and beside them: a file that only a catalog vouches for is told so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use badsig::codes::HResult;
use badsig::codes::hresult::S_OK;
use badsig::report::{ReportError, StoredReport};
use badsig::subject::read_vec;
use badsig::{Catalogs, Facts, Format, Limits, Subject, inspect};

use crate::inputs::Entry;
use crate::output::message;
use crate::settings::JudgingSettings;

/// Entries of one directory that are looked through.
const DIRECTORY_ENTRIES: usize = 100_000;

/// Reads the catalogs among the entries and in the directories that hold them, and notes in the evidence which are valid.
pub(crate) fn collect(entries: &[Entry], judging: &mut JudgingSettings, limits: &Limits) -> Arc<Catalogs> {
    let mut catalogs = Catalogs::default();
    for path in paths(entries) {
        let Ok(subject) = Subject::open(&path) else { continue };
        let facts = inspect(&subject, limits);
        if facts.format != Format::Cat {
            continue;
        }
        let source = subject.source();
        let bytes =
            read_vec(source, 0, source.size(), limits.signature_bytes).map_err(|error| error.to_string());
        if let Err(why) = bytes.and_then(|bytes| catalogs.add(subject.name(), &bytes)) {
            message::warning(&format!(
                "{}: not looked through for the files that it lists: {why}",
                subject.name()
            ));
            continue;
        }
        note(&facts, judging);
    }
    Arc::new(catalogs)
}

/// Reads a report for the catalogs in it, when there are any, and notes which are valid. Those that only lay beside its
/// files are not in it.
pub(crate) fn of_report(report: &mut StoredReport, judging: &mut JudgingSettings) -> Result<(), ReportError> {
    if !report.head().paths.iter().any(|path| is_catalog(Path::new(path))) {
        return Ok(());
    }
    report.each(&Limits::default(), |facts| {
        if facts.format == Format::Cat {
            note(&facts, judging);
        }
        Ok(())
    })
}

/// Notes which of the catalogs that list some of these files, and are among them, are valid.
pub(crate) fn of_facts(all: &[Facts], judging: &mut JudgingSettings) {
    let mut listing = BTreeSet::new();
    all.iter().for_each(|facts| add_listing(facts, &mut listing));
    let wanted = |facts: &&Facts| facts.format == Format::Cat && listing.contains(facts.path.as_str());
    all.iter().filter(wanted).for_each(|facts| note(facts, judging));
}

fn add_listing<'a>(facts: &'a Facts, listing: &mut BTreeSet<&'a str>) {
    listing.extend(facts.listed_in.iter().map(String::as_str));
    facts.members.iter().for_each(|member| add_listing(member, listing));
}

fn note(facts: &Facts, judging: &mut JudgingSettings) {
    let valid = judging.verdict(facts).hresult == HResult(S_OK);
    judging.evidence.catalogs.insert(facts.path.clone(), valid);
}

fn paths(entries: &[Entry]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut directories = BTreeSet::new();
    for entry in entries {
        let Entry::File(path) = entry else { continue };
        if is_catalog(path) {
            found.insert(path.clone());
        }
        directories.extend(path.parent());
    }
    for directory in directories {
        let listed = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let beside =
            fs::read_dir(listed).into_iter().flatten().take(DIRECTORY_ENTRIES).filter_map(Result::ok);
        found.extend(beside.map(|entry| directory.join(entry.file_name())).filter(|path| is_catalog(path)));
    }
    found
}

fn is_catalog(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("cat"))
}
