//! The files of updates in a directory of the user. Names from a catalog are only compared, never opened.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use badsig::trust::Evidence;
use badsig::updates::{Content, Expected, Package, plain_name};
use badsig::{FileReport, Policy, judge};
use walkdir::WalkDir;

use crate::collect::Collector;
use crate::failure::Failure;

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

    /// The file that an update means: of several with the name, one in a directory named after the update, else one of
    /// the right size, else the first.
    fn find(&self, expected: &Expected, id: Option<&str>) -> Option<&Path> {
        let names = [expected.file_name.as_deref(), expected.url.as_deref()];
        let names = names.into_iter().flatten().filter_map(plain_name);
        let candidates = names.filter_map(|name| self.files.get(&name.to_lowercase())).flatten();
        let rank = |(path, size): &&(PathBuf, u64)| {
            let own = id.is_some_and(|id| is_below(path, id));
            (!own, Some(*size) != expected.size)
        };
        candidates.min_by_key(rank).map(|(path, _)| path.as_path())
    }

    /// Looks at the files of a package.
    pub(super) fn judge(
        &self,
        package: &Package,
        collector: &Collector<'_>,
        evidence: &Evidence,
        policy: &Policy,
    ) -> Vec<Content> {
        let id = package.canonical_id();
        package
            .origin_files()
            .map(|origin| {
                let expected = Expected::from(origin);
                let Some(path) = self.find(&expected, id.as_deref()) else { return Content::Missing };
                let mut evidence = evidence.clone();
                evidence.expected = Some((&expected).into());
                let facts = collector.facts(path);
                Content::Judged(Box::new(FileReport::new(&facts, &judge(&facts, &evidence, policy))))
            })
            .collect()
    }
}

fn is_below(path: &Path, id: &str) -> bool {
    path.iter().any(|part| part.to_str().is_some_and(|part| part.eq_ignore_ascii_case(id)))
}
