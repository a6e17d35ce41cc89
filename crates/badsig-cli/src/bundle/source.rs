//! Where a bundle is made from without the network: a directory, a cabinet, or one exported file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use badsig::Limits;
use badsig::payload::cabinet::Cabinet;
use badsig::subject::ByteSource;

use super::{
    DISTRUSTED, DISTRUSTED_CABINET, ROOTS, ROOTS_CABINET, UNTRUSTED, archive, is_certificate_name,
    is_entry_name,
};
use crate::failure::Failure;
use crate::files;
use crate::online::places;

/// Larger files are no part of a bundle; revocation lists of 64 MiB are the largest.
pub(super) const MOST_BYTES: u64 = 80 * 1024 * 1024;
/// A list unpacked: the real ones have 0.2 MB.
const MOST_LIST_BYTES: u64 = 16 * 1024 * 1024;
/// More files than this are no bundle.
pub(super) const MOST_FILES: usize = 50_000;

/// What was found. Nothing of it is verified.
#[derive(Default)]
pub(crate) struct Source {
    pub(super) roots: Option<Vec<u8>>,
    pub(super) distrusted: Option<Vec<u8>>,
    /// The store of distrusted certificates, which nobody signed.
    pub(super) untrusted: Option<Vec<u8>>,
    /// By file name, lower case.
    pub(super) certificates: BTreeMap<String, Vec<u8>>,
    /// Entries of the cache for revocation, by file name.
    pub(super) entries: BTreeMap<String, Vec<u8>>,
}

impl Source {
    /// Reads a directory, a cabinet or an exported bundle.
    pub(crate) fn read(path: &Path) -> Result<Source, Failure> {
        let failed = |why: String| Failure::usage(format!("{}: {why}", path.display()));
        if path.is_dir() {
            return Source::of_directory(path);
        }
        let bytes = bytes_of(path)?;
        if !bytes.starts_with(b"MSCF") {
            return archive::read(&bytes).map_err(failed);
        }
        let mut source = Source::default();
        for (name, list) in lists_in_cabinet(&bytes).map_err(failed)? {
            source.add(&name, list);
        }
        if source.roots.is_none() && source.distrusted.is_none() {
            return Err(failed(format!("the cabinet holds neither {ROOTS} nor {DISTRUSTED}")));
        }
        Ok(source)
    }

    fn of_directory(directory: &Path) -> Result<Source, Failure> {
        let mut source = Source::default();
        for path in files(directory)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
            let cabinet = [ROOTS_CABINET, DISTRUSTED_CABINET].contains(&name.as_str());
            if cabinet {
                let failed = |why: String| Failure::usage(format!("{}: {why}", path.display()));
                for (name, list) in lists_in_cabinet(&bytes_of(&path)?).map_err(failed)? {
                    source.add_if_absent(&name, list);
                }
            } else if [ROOTS, DISTRUSTED, UNTRUSTED].contains(&name.as_str()) || is_certificate_name(&name) {
                source.add(&name, bytes_of(&path)?);
            }
        }
        let inside = directory.join(places::REVOCATION);
        if inside.is_dir() {
            for path in files(&inside)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if is_entry_name(&name) {
                    source.entries.insert(name, bytes_of(&path)?);
                }
            }
        }
        Ok(source)
    }

    /// Keeps a file that has the name of a part of a bundle; false for any other.
    pub(super) fn add(&mut self, name: &str, bytes: Vec<u8>) -> bool {
        let inside = name.strip_prefix(places::REVOCATION).and_then(|rest| rest.strip_prefix('/'));
        match (name, inside) {
            (ROOTS, _) => self.roots = Some(bytes),
            (DISTRUSTED, _) => self.distrusted = Some(bytes),
            (UNTRUSTED, _) => self.untrusted = Some(bytes),
            (_, Some(entry)) if is_entry_name(entry) => drop(self.entries.insert(entry.to_owned(), bytes)),
            _ if is_certificate_name(name) => drop(self.certificates.insert(name.to_owned(), bytes)),
            _ => return false,
        }
        true
    }

    /// A list beside its cabinet is taken as it is: both are written together.
    fn add_if_absent(&mut self, name: &str, bytes: Vec<u8>) {
        let there = if name == ROOTS { self.roots.is_some() } else { self.distrusted.is_some() };
        if !there {
            self.add(name, bytes);
        }
    }
}

/// The signed lists in a cabinet of Microsoft's.
pub(super) fn lists_in_cabinet(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let source: Arc<dyn ByteSource> = Arc::new(bytes.to_vec());
    let cabinet = Cabinet::open(&source, &Limits::default()).map_err(|problem| problem.to_string())?;
    let is_list = |name: &str| [ROOTS, DISTRUSTED].contains(&name);
    cabinet.read(|entry| is_list(entry.name), MOST_LIST_BYTES).map_err(|problem| problem.to_string())
}

/// The files of a directory, by name.
fn files(directory: &Path) -> Result<Vec<std::path::PathBuf>, Failure> {
    let failed = |why: String| Failure::usage(format!("{}: {why}", directory.display()));
    let unreadable = |error: std::io::Error| failed(format!("cannot be read: {error}"));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
        if paths.len() > MOST_FILES {
            return Err(failed(format!("has more than {MOST_FILES} files")));
        }
    }
    paths.sort();
    paths.into_iter().filter(|path| path.is_file() || is_list(path)).map(readable).collect()
}

/// Whether a file is one that must not be passed over, by its name.
fn is_list(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let lists = [ROOTS, DISTRUSTED, UNTRUSTED, ROOTS_CABINET, DISTRUSTED_CABINET];
    lists.iter().any(|list| name.eq_ignore_ascii_case(list))
}

fn readable(path: std::path::PathBuf) -> Result<std::path::PathBuf, Failure> {
    if path.is_file() {
        Ok(path)
    } else {
        Err(Failure::usage(format!("{} is no file that can be read", path.display())))
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    // An exported bundle holds many files.
    files::read(path, MOST_BYTES.saturating_mul(8))
}
