//! Windows Installer packages, merge modules, patches and transforms (MSI, MSM, MSP, MST): what their streams
//! hold, and the cabinets that lie beside them.
//!
//! Members are all streams of the compound file that are no tables: cabinets (named in the `Media` table with
//! `#` in front), rows of `Binary` and `Icon`, those of transforms inside a patch included. Cabinets that the
//! `Media` table names without `#` lie beside the package; its signature does not cover them. A set of cabinets may go
//! on from stream to stream, or from file to file.

mod external;
mod stream;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use self::external::external;

use self::stream::Stream;
use super::{Container, Content, Found, Kind, Member, Payload, Siblings, Stop, Visitor};
use crate::describe::msi::Tables;
use crate::digest::CoveredBytes;
use crate::format::Format;
use crate::format::compound::{Directory, Entry, EntryKind, Sectors};
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// Windows Installer files as a kind of payload.
pub(super) const KIND: Kind = Kind { name: "installer", title: "Windows Installer", recognise };

/// Decoded names of tables start with this.
const TABLE: char = '!';
/// The first character of the names of summary information and signatures.
const RESERVED: u16 = 5;
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
    /// Cabinets beside the package.
    external: Vec<String>,
    /// Long names of files by their keys, under which cabinets hold them.
    names: HashMap<String, String>,
}

impl Installer {
    fn open(container: &Container<'_>) -> Result<Installer, Problem> {
        let source = &**container.source;
        let mut sectors = Sectors::open(source)?;
        let directory = Directory::read(&mut sectors, container.limits)?;
        let mut installer = Installer { directory, external: Vec::new(), names: HashMap::new() };
        // The tables of a patch's own transforms are not needed to find its streams.
        if let Some(mut tables) = Tables::open(source, container.limits) {
            let rows = container.limits.members;
            let cabinets = tables.texts("Media", &["Cabinet"], rows, NAME).into_iter().flatten();
            installer.external = cabinets.filter(|name| !name.is_empty() && !name.starts_with('#')).collect();
            installer.external.sort_unstable();
            installer.external.dedup();
            for row in tables.texts("File", &["File", "FileName"], rows, NAME) {
                if let [key, name] = row.as_slice() {
                    installer.names.insert(key.clone(), long_name(name).to_owned());
                }
            }
        }
        Ok(installer)
    }

    /// All streams that hold files, with the names of the storages that they lie in.
    fn streams(&self) -> Vec<(String, &Entry)> {
        let mut found = Vec::new();
        let mut open = vec![(0, String::new())];
        while let Some((storage, path)) = open.pop() {
            for id in self.directory.children(storage) {
                let Some(entry) = self.directory.entry(*id) else { continue };
                let name = format!("{path}{}", entry.display_name());
                match entry.kind {
                    EntryKind::Storage => open.push((*id, format!("{name}/"))),
                    EntryKind::Stream if holds_a_file(entry) => found.push((name, entry)),
                    _ => {}
                }
            }
        }
        // In the order in which they are stored.
        found.sort_by_key(|(_, entry)| entry.start);
        found
    }
}

fn holds_a_file(entry: &Entry) -> bool {
    entry.name.first() != Some(&RESERVED) && !entry.display_name().starts_with(TABLE)
}

/// `SHORT.EXE|long name.exe`.
fn long_name(name: &str) -> &str {
    name.split_once('|').map_or(name, |(_, long)| long)
}

impl Payload for Installer {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let mut sectors = Sectors::open(&**container.source)?;
        for (name, entry) in self.streams() {
            let content = match stream(&mut sectors, &self.directory, entry, container) {
                Ok(stream) => Content::Stored(stream),
                Err(problem) => Content::Unavailable(problem),
            };
            visitor.member(Member { name, size: Some(entry.size), content })?;
        }
        for name in self.external.iter().filter(|_| container.siblings.are_known()) {
            let content = match container.siblings.open(name) {
                Some(source) => Content::Stored(source),
                None => Content::Unavailable(Problem::new(
                    ProblemKind::NotThere,
                    format!("the cabinet {name} is not beside the package"),
                )),
            };
            visitor.member(Member { name: name.clone(), size: None, content })?;
        }
        Ok(())
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
    fn open(&self, name: &str) -> Option<Arc<dyn ByteSource>> {
        let installer = self.installer;
        let is_named = |entry: &Entry| entry.display_name().to_lowercase() == name.to_lowercase();
        let mut streams =
            installer.directory.children(0).iter().filter_map(|id| installer.directory.entry(*id));
        let entry =
            streams.find(|entry| entry.kind == EntryKind::Stream && holds_a_file(entry) && is_named(entry));
        let Some(entry) = entry else { return self.container.siblings.open(name) };
        let mut sectors = Sectors::open(&**self.container.source).ok()?;
        stream(&mut sectors, &installer.directory, entry, self.container).ok()
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
