//! The files of updates: in a directory of the user, or downloaded. Names from a catalog are only compared, never opened.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use badsig::report::Content;
use badsig::trust::Evidence;
use badsig::updates::package::OriginFile;
use badsig::updates::{Expected, Package, plain_name};
use badsig::{Facts, Hex};
use walkdir::WalkDir;

use super::store::{self, Store};
use crate::collect::Collector;
use crate::downloads::Ticket;
use crate::failure::Failure;
use crate::settings::JudgingSettings;

/// Where the files of updates come from.
pub(super) enum Contents {
    /// Nobody asked.
    None,
    Directory(Directory),
    Downloads(Box<Store>),
}

/// What files are looked at with.
pub(super) struct Looking<'a> {
    pub(super) collector: &'a Collector<'a>,
    pub(super) judging: &'a JudgingSettings,
    pub(super) evidence: &'a Evidence,
}

impl Contents {
    /// Makes ready what a package needs; gives what is waited for.
    pub(super) fn prepare(&mut self, package: &Package) -> Vec<Ticket> {
        match self {
            Contents::Downloads(store) => store.begin(package),
            Contents::None | Contents::Directory(_) => Vec::new(),
        }
    }

    /// Looks at the files of a package; `tickets` are those of [`Contents::prepare`].
    pub(super) fn judge(&self, package: &Package, tickets: &[Ticket], looking: &Looking<'_>) -> Vec<Content> {
        let id = package.canonical_id();
        let mut tickets = tickets.iter();
        let content = |origin: &OriginFile| {
            let expected = Expected::from(origin);
            let judged = |facts: Facts| {
                let mut evidence = looking.evidence.clone();
                evidence.expected = Some((&expected).into());
                Content::Judged(Box::new(looking.judging.report_with(&facts, &evidence)))
            };
            match self {
                Contents::None => Content::NotRequested,
                Contents::Directory(directory) => directory
                    .find(&expected, id.as_deref())
                    .map_or(Content::Missing, |path| judged(looking.collector.facts(path))),
                Contents::Downloads(_) => tickets.next().map_or(Content::Missing, |ticket| {
                    store::outcome(ticket, |got| judged(looking.collector.kept(got)))
                }),
            }
        };
        package.origin_files().map(content).collect()
    }
}

/// The files below a directory, by name.
pub(super) struct Directory {
    files: HashMap<String, Vec<(PathBuf, u64)>>,
}

impl Directory {
    pub(super) fn new(path: &Path) -> Result<Directory, Failure> {
        let failed = |why: String| Failure::usage(format!("--content {}: {why}", path.display()));
        if !path.is_dir() {
            return Err(failed("is not a directory".to_owned()));
        }
        let mut files: HashMap<String, Vec<(PathBuf, u64)>> = HashMap::new();
        for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if error.loop_ancestor().is_some() => continue,
                Err(error) => return Err(failed(format!("cannot be listed: {error}"))),
            };
            if entry.file_type().is_file() {
                let size = entry.metadata().map_or(0, |metadata| metadata.len());
                let name = entry.file_name().to_string_lossy().to_lowercase();
                files.entry(name).or_default().push((entry.into_path(), size));
            }
        }
        Ok(Directory { files })
    }

    /// The file that an update means: of several with the name, one in a directory named after its digest, else after the
    /// update, else one of the right size, else the first.
    fn find(&self, expected: &Expected, id: Option<&str>) -> Option<&Path> {
        let names = [expected.file_name.as_deref(), expected.url.as_deref()];
        let names = names.into_iter().flatten().filter_map(plain_name);
        let candidates = names.filter_map(|name| self.files.get(&name.to_lowercase())).flatten();
        let rank = |(path, size): &&(PathBuf, u64)| {
            let own = id.is_some_and(|id| is_below(path, id));
            let digest = |own: &Option<Hex>| own.as_ref().is_some_and(|own| is_below(path, &own.to_string()));
            let exact = digest(&expected.sha256) || digest(&expected.sha1);
            (!exact, !own, Some(*size) != expected.size)
        };
        candidates.min_by_key(rank).map(|(path, _)| path.as_path())
    }
}

fn is_below(path: &Path, id: &str) -> bool {
    path.iter().any(|part| part.to_str().is_some_and(|part| part.eq_ignore_ascii_case(id)))
}
