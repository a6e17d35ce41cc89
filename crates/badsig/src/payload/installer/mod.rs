//! Windows Installer packages, merge modules, patches and transforms (MSI, MSM, MSP, MST): what their streams
//! hold, and the cabinets that lie beside them.
//!
//! Members are all streams of the compound file that are no tables: cabinets (named in the `Media` table with
//! `#` in front), rows of `Binary` and `Icon`, those of transforms inside a patch included. Cabinets that the
//! `Media` table names without `#` lie beside the package, and so do files that the `File` table says not to be compressed; its
//! signature does not cover them. A set of cabinets may go on from stream to stream, or from file to file.

mod external;
mod loose;
mod stream;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

pub(crate) use self::external::external;

use self::loose::LooseFile;
use self::stream::Stream;
use super::beside::beside;
use super::{Container, Content, Found, Kind, Member, Payload, Siblings, Stop, Visitor};
use crate::describe::msi::Tables;
use crate::digest::CoveredBytes;
use crate::format::Format;
use crate::format::compound::{
    DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_EX, Directory, Entry, EntryKind, Sectors, TABLE_MARK,
};
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, ReadError};

/// Windows Installer files as a kind of payload.
pub(super) const KIND: Kind = Kind { name: "installer", title: "Windows Installer", recognise };

/// Streams that say something of the file itself, in every storage.
const SUMMARIES: [&str; 2] = ["\u{5}SummaryInformation", "\u{5}DocumentSummaryInformation"];
/// Storages inside each other. Real packages have two levels (transforms in a patch); the digest of a signature goes as
/// deep.
const DEPTH: usize = 64;
/// The stream of a merge module that holds its files, in lower case: whoever takes the module in decides how they are stored.
const MODULE_CABINET: &str = "mergemodule.cabinet";
/// Characters of a file name that are kept; Windows allows 255.
const NAME: usize = 260;

fn recognise(container: &Container<'_>) -> Option<Found> {
    if !matches!(container.format, Format::Msi | Format::Msp | Format::Mst) {
        return None;
    }
    Some(match Installer::open(container) {
        Ok(installer) => Found::Payload(Box::new(installer)),
        Err(problem) => Found::Damaged(problem),
    })
}

/// An opened Windows Installer file.
struct Installer {
    directory: Directory,
    /// Streams of the root storage by name, in lower case.
    streams: HashMap<String, u32>,
    /// Cabinets beside the package.
    external: Vec<String>,
    /// Files beside the package.
    loose: Vec<LooseFile>,
    /// Why the tables do not say what lies beside the package.
    tables: Option<Problem>,
    /// Long names of files by their keys, under which cabinets hold them.
    names: HashMap<String, String>,
}

/// A storage on the way to a stream.
struct Storage {
    parent: Option<usize>,
    name: String,
    depth: usize,
}

/// Streams, and the storages that they lie in.
struct Streams<'a> {
    storages: Vec<Storage>,
    /// Each with the number of its storage.
    found: Vec<(usize, &'a Entry)>,
}

impl Installer {
    fn open(container: &Container<'_>) -> Result<Installer, Problem> {
        let source = &**container.source;
        let mut sectors = Sectors::open(source)?;
        let directory = Directory::read(&mut sectors, container.limits)?;
        let mut installer = Installer {
            streams: HashMap::new(),
            directory,
            external: Vec::new(),
            loose: Vec::new(),
            tables: None,
            names: HashMap::new(),
        };
        for id in installer.directory.children(0) {
            let entry = installer.directory.entry(*id).filter(|entry| entry.kind == EntryKind::Stream);
            if let Some(entry) = entry.filter(|entry| holds_a_file(entry, true)) {
                installer.streams.entry(entry.display_name().to_lowercase()).or_insert(*id);
            }
        }
        installer.tables = installer.read_tables(container).err();
        Ok(installer)
    }

    /// Reads what lies beside the package, and the names of files.
    fn read_tables(&mut self, container: &Container<'_>) -> Result<(), Problem> {
        // The tables of a transform hold changes to rows instead of rows, and those of a patch's own transforms are not
        // needed to find its streams.
        if container.format == Format::Mst {
            return Ok(());
        }
        let Some(mut tables) = Tables::open(&**container.source, container.limits)? else { return Ok(()) };
        let rows = container.limits.members;
        // Without these only names are missing.
        for row in tables.texts("File", &["File", "FileName"], rows, NAME).unwrap_or_default() {
            if let [key, name] = row.as_slice() {
                self.names.insert(key.clone(), long_name(name).to_owned());
            }
        }
        let cabinets = tables.texts("Media", &["Cabinet"], rows, NAME)?.into_iter().flatten();
        self.external = cabinets.filter(|name| !name.is_empty() && !name.starts_with('#')).collect();
        self.external.sort_unstable();
        self.external.dedup();
        if container.format == Format::Msi && !self.streams.contains_key(MODULE_CABINET) {
            self.loose = loose::read(&mut tables, container.limits)?;
        }
        external::check_tables(&mut tables)
    }

    /// Gives all streams that hold files, with the names of the storages that they lie in.
    fn visit_streams(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let mut sectors = Sectors::open(&**container.source)?;
        let Streams { storages, mut found } = self.streams()?;
        // In the order in which they are stored.
        found.sort_by_key(|(_, entry)| entry.start);
        // Streams share no sectors, so together they are not larger than the file. Otherwise thousands could name the same
        // bytes, and following each would take long.
        let mut left = container.source.size();
        for (storage, entry) in found {
            let content = match left.checked_sub(entry.size) {
                Some(rest) => {
                    left = rest;
                    stream(&mut sectors, &self.directory, entry, container)
                }
                None => Err(shared_sectors()),
            };
            let content = content.map_or_else(Content::Unavailable, Content::Stored);
            let name = format!("{}{}", path(&storages, storage), entry.display_name());
            visitor.member(Member { name, size: Some(entry.size), content })?;
        }
        Ok(())
    }

    /// All streams that hold files.
    fn streams(&self) -> Result<Streams<'_>, Problem> {
        let mut found = Vec::new();
        let mut storages = vec![Storage { parent: None, name: String::new(), depth: 0 }];
        let mut open = vec![(0, 0)];
        while let Some((id, storage)) = open.pop() {
            let depth = storages.get(storage).map_or(0, |storage| storage.depth).saturating_add(1);
            for id in self.directory.children(id) {
                let Some(entry) = self.directory.entry(*id) else { continue };
                match entry.kind {
                    EntryKind::Storage if depth > DEPTH => return Err(too_deep()),
                    EntryKind::Storage => {
                        open.push((*id, storages.len()));
                        storages.push(Storage { parent: Some(storage), name: entry.display_name(), depth });
                    }
                    EntryKind::Stream if holds_a_file(entry, storage == 0) => found.push((storage, entry)),
                    _ => {}
                }
            }
        }
        Ok(Streams { storages, found })
    }
}

/// The names of a storage and of those around it, with `/` behind each.
fn path(storages: &[Storage], storage: usize) -> String {
    let around = std::iter::successors(storages.get(storage), |storage| storages.get(storage.parent?));
    let mut names: Vec<&str> = around.map(|storage| storage.name.as_str()).collect();
    // The root has no name.
    names.pop();
    names.iter().rev().map(|name| format!("{name}/")).collect()
}

/// Whether a stream is anything else than a table, a signature or a summary. The units as they are stored tell: names that
/// only look like those of tables do not.
fn holds_a_file(entry: &Entry, in_root: bool) -> bool {
    let signs = in_root && [DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_EX].iter().any(|name| entry.is_named(name));
    let sums_up = SUMMARIES.iter().any(|name| entry.is_named(name));
    entry.name.first() != Some(&TABLE_MARK) && !signs && !sums_up
}

fn too_deep() -> Problem {
    let message = format!("its storages lie in each other more than {DEPTH} deep");
    Problem::new(ProblemKind::LimitReached, message)
}

fn shared_sectors() -> Problem {
    let message = "the streams of the file have more bytes together than the file: they share sectors";
    Problem::new(ProblemKind::Malformed, message)
}

/// `SHORT.EXE|long name.exe`.
fn long_name(name: &str) -> &str {
    name.split_once('|').map_or(name, |(_, long)| long)
}

impl Payload for Installer {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        self.visit_streams(container, visitor)?;
        for name in &self.external {
            let content = beside(container, "the cabinet", name);
            let content = content.map_or_else(Content::Unavailable, Content::Stored);
            visitor.member(Member { name: name.clone(), size: None, content })?;
        }
        for file in &self.loose {
            file.give(container, visitor)?;
        }
        self.tables.clone().map_or(Ok(()), |problem| Err(problem.into()))
    }

    fn siblings<'c>(&'c self, container: &'c Container<'c>) -> Option<Box<dyn Siblings + 'c>> {
        Some(Box::new(Beside { installer: self, container }))
    }

    fn installed_name(&self, member: &str) -> Option<&str> {
        self.names.get(member).map(String::as_str)
    }
}

/// What lies beside a cabinet of a package: its other streams, then the files beside the package.
struct Beside<'c> {
    installer: &'c Installer,
    container: &'c Container<'c>,
}

impl Siblings for Beside<'_> {
    fn open(&self, name: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError> {
        let directory = &self.installer.directory;
        let id = self.installer.streams.get(&name.to_lowercase());
        let Some(entry) = id.and_then(|id| directory.entry(*id)) else {
            return self.container.siblings.open(name);
        };
        let opened = Sectors::open(&**self.container.source)
            .and_then(|mut sectors| stream(&mut sectors, directory, entry, self.container));
        opened.map(Some).map_err(|problem| ReadError::Open(io::Error::other(problem)))
    }
}

fn stream(
    sectors: &mut Sectors<'_>,
    directory: &Directory,
    entry: &Entry,
    container: &Container<'_>,
) -> Result<Arc<dyn ByteSource>, Problem> {
    let mut bytes = CoveredBytes::new();
    sectors.cover_stream(directory, entry, &mut bytes, container.limits.covered_pieces)?;
    Ok(Arc::new(Stream::new(container.source, &bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_storages_are_put_together_when_they_are_asked_for() {
        let storage = |parent, name: &str| Storage { parent, name: name.to_owned(), depth: 0 };
        let storages = [storage(None, ""), storage(Some(0), "a"), storage(Some(1), "b")];
        assert_eq!((path(&storages, 0), path(&storages, 2)), (String::new(), "a/b/".to_owned()));
    }
}
