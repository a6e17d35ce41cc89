//! The directory of a compound file (MS-CFB 2.6): its storages and streams, and their order.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::sectors::Sectors;
use crate::format::bytes::{u16_at, u32_at, u64_at};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};

pub(super) const ENTRY: usize = 128;
const NO_ENTRY: u32 = 0xffff_ffff;
/// The first code unit of the names of tables.
const TABLE_MARK: u16 = 0x4840;

/// What a directory entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Not in use.
    Free,
    /// A storage: a folder.
    Storage,
    /// A stream: a file.
    Stream,
    /// The root storage.
    Root,
}

/// A directory entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name in UTF-16 code units, without the terminator.
    pub name: Vec<u16>,
    /// Whether the length of the name is even and at most 64, and counts up to the first zero (MS-CFB 2.6.1).
    well_named: bool,
    /// What it is.
    pub kind: EntryKind,
    left: u32,
    right: u32,
    child: u32,
    /// Class identifier of a storage.
    pub class: [u8; 16],
    /// State bits.
    pub state: [u8; 4],
    /// Creation and modification time (FILETIME), as stored.
    pub times: [u8; 16],
    /// First sector of a stream.
    pub start: u32,
    /// Size of a stream in bytes.
    pub size: u64,
}

impl Entry {
    /// The name for people: control characters in front are left out, table names decoded.
    pub fn display_name(&self) -> String {
        let readable: Vec<u16> = self.name.iter().copied().filter(|unit| *unit >= 0x20).collect();
        let text = String::from_utf16_lossy(&readable);
        text.chars().flat_map(decode_table_character).collect()
    }

    /// Whether the name is this text.
    pub fn is_named(&self, name: &str) -> bool {
        name.encode_utf16().eq(self.name.iter().copied())
    }
}

/// Windows Installer packs two characters of a stream name into one code point from U+3800 on; U+4840
/// marks a table.
fn decode_table_character(character: char) -> Vec<char> {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
    let letter = |index: u32| {
        usize::try_from(index).ok().and_then(|index| ALPHABET.get(index)).map(|byte| char::from(*byte))
    };
    match u32::from(character) {
        code if code == u32::from(TABLE_MARK) => vec!['!'],
        code @ 0x3800..0x4800 => {
            let code = code.saturating_sub(0x3800);
            [letter(code & 0x3f), letter(code >> 6)].into_iter().flatten().collect()
        }
        code @ 0x4800..0x4840 => letter(code.saturating_sub(0x4800)).into_iter().collect(),
        _ => vec![character],
    }
}

/// All entries of a compound file.
pub struct Directory {
    entries: Vec<Entry>,
    children: Vec<Vec<u32>>,
    /// Which entries stand in the tree.
    reached: Vec<bool>,
}

impl Directory {
    /// Reads the directory and the tree it forms.
    ///
    /// # Errors
    /// A [`Problem`] when the chain is damaged, the tree runs in a circle, or there are too many entries.
    pub fn read(sectors: &mut Sectors<'_>, limits: &Limits) -> Result<Directory, Problem> {
        let mut entries = Vec::new();
        let version_four = sectors.size() > 512;
        let most = u64::try_from(limits.compound_entries).unwrap_or(u64::MAX);
        for sector in sectors.whole_chain(sectors.directory_start(), most, "the directory")? {
            let bytes = sectors.sector_bytes(sector)?;
            entries.extend(bytes.chunks_exact(ENTRY).map(|bytes| entry(bytes, version_four)));
            if entries.len() > limits.compound_entries {
                let message = format!("more than {} directory entries", limits.compound_entries);
                return Err(Problem::new(ProblemKind::LimitReached, message));
            }
        }
        if entries.first().is_none_or(|root| root.kind != EntryKind::Root) {
            return Err(Problem::malformed(0, "the first directory entry is not the root storage"));
        }
        let mut directory =
            Directory { children: vec![Vec::new(); entries.len()], reached: Vec::new(), entries };
        directory.build_tree()?;
        Ok(directory)
    }

    /// The root storage.
    pub fn root(&self) -> &Entry {
        // `read` refuses a directory whose first entry is not the root.
        self.entries.first().unwrap_or(&EMPTY)
    }

    /// An entry by number.
    pub fn entry(&self, id: u32) -> Option<&Entry> {
        self.entries.get(usize::try_from(id).ok()?)
    }

    /// The entries inside a storage, in the order Windows hashes them.
    pub fn children(&self, id: u32) -> &[u32] {
        usize::try_from(id).ok().and_then(|id| self.children.get(id)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether an entry stands in the tree.
    pub(super) fn is_reached(&self, index: usize) -> bool {
        self.reached.get(index).copied().unwrap_or(false)
    }

    /// A stream of the root storage, by name, as it is found by walking through all names.
    pub fn root_stream(&self, name: &str) -> Option<&Entry> {
        self.children(0)
            .iter()
            .filter_map(|id| self.entry(*id))
            .find(|entry| entry.kind == EntryKind::Stream && entry.is_named(name))
    }

    fn build_tree(&mut self) -> Result<(), Problem> {
        let mut seen = vec![false; self.entries.len()];
        let mut storages = vec![0u32];
        while let Some(storage) = storages.pop() {
            let first = self.entry(storage).map_or(NO_ENTRY, |entry| entry.child);
            let mut members = self.siblings(first, &mut seen)?;
            members.sort_by_cached_key(|id| sort_key(self.entry(*id)));
            self.different_names(&members)?;
            storages.extend(
                members
                    .iter()
                    .filter(|id| self.entry(**id).is_some_and(|entry| entry.kind == EntryKind::Storage)),
            );
            if let Some(slot) = usize::try_from(storage).ok().and_then(|id| self.children.get_mut(id)) {
                *slot = members;
            }
        }
        if let Some(root) = seen.first_mut() {
            *root = true;
        }
        self.reached = seen;
        Ok(())
    }

    /// Names in one storage differ in more than case (MS-CFB 2.6.4). No digest covers the links by which names are searched, so
    /// of two streams with one name another program may find the other one.
    fn different_names(&self, members: &[u32]) -> Result<(), Problem> {
        let mut names = BTreeSet::new();
        for id in members {
            let name = self.entry(*id).map(|entry| search_key(&entry.name)).unwrap_or_default();
            if !names.insert(name) {
                let message = format!("directory entry {id} has the name of another in its storage");
                return Err(Problem::malformed(0, message));
            }
        }
        Ok(())
    }

    /// Asks that a stream of the root storage, if it is there, is also found as Windows is said to look for it: down the tree,
    /// comparing names (MS-CFB 2.6.4). Who edits the links, which no digest covers, could else hide a signature from Windows that is
    /// seen here. That Windows searches so is inferred from the specification.
    ///
    /// # Errors
    /// When the search passes it by.
    pub(super) fn check_found_by_search(&self, name: &str) -> Result<(), Problem> {
        if self.root_stream(name).is_none() {
            return Ok(());
        }
        let wanted = search_key(&name.encode_utf16().collect::<Vec<_>>());
        let mut next = self.root().child;
        for _ in 0..self.entries.len() {
            let Some(entry) = self.entry(next) else { break };
            next = match wanted.cmp(&search_key(&entry.name)) {
                Ordering::Equal => return Ok(()),
                Ordering::Less => entry.left,
                Ordering::Greater => entry.right,
            };
        }
        let shown = name.trim_start_matches('\u{5}');
        Err(Problem::malformed(
            0,
            format!("stream {shown} is in the directory but cannot be found by its name"),
        ))
    }

    /// As [`Directory::check_found_by_search`], for the tables of a Windows Installer database and of the transforms in it: where one is passed by, other rows
    /// count than those that were signed.
    ///
    /// # Errors
    /// The first table that the search passes by.
    pub(super) fn check_tables_found_by_search(&self) -> Result<(), Problem> {
        let storages = self.entries.iter().enumerate().filter(|(index, entry)| {
            self.is_reached(*index) && matches!(entry.kind, EntryKind::Root | EntryKind::Storage)
        });
        let mut open: Vec<(u32, Bounds)> =
            storages.map(|(_, storage)| (storage.child, Bounds::default())).collect();
        // Every entry is reached once: `build_tree` refuses other trees.
        while let Some((id, bounds)) = open.pop() {
            let Some(entry) = self.entry(id) else { continue };
            let key = search_key(&entry.name);
            if entry.name.first() == Some(&TABLE_MARK) && !bounds.hold(&key) {
                let name = entry.display_name();
                let message = format!("table {name} is in the directory but cannot be found by its name");
                return Err(Problem::malformed(0, message));
            }
            let (left, right) = bounds.divided(key);
            open.extend([(entry.left, left), (entry.right, right)]);
        }
        Ok(())
    }

    /// The entries of one storage form a binary tree; each may be reached once.
    fn siblings(&self, first: u32, seen: &mut [bool]) -> Result<Vec<u32>, Problem> {
        let mut open = vec![first];
        let mut found = Vec::new();
        while let Some(id) = open.pop() {
            if id == NO_ENTRY {
                continue;
            }
            let index = usize::try_from(id).unwrap_or(usize::MAX);
            let (Some(entry), Some(mark)) = (self.entries.get(index), seen.get_mut(index)) else {
                return Err(Problem::malformed(0, format!("directory entry {id} does not exist")));
            };
            if *mark || id == 0 {
                return Err(Problem::malformed(0, format!("directory entry {id} stands in the tree twice")));
            }
            *mark = true;
            if matches!(entry.kind, EntryKind::Free | EntryKind::Root) {
                return Err(Problem::malformed(0, format!("directory entry {id} in the tree is not in use")));
            }
            // What Windows makes of such a name is not known, and the order of names decides what is hashed.
            if !entry.well_named {
                let message = format!("the name of directory entry {id} has a wrong length or no end");
                return Err(Problem::malformed(0, message));
            }
            open.extend([entry.left, entry.right]);
            found.push(id);
        }
        Ok(found)
    }
}

/// How names are compared in a search.
type SearchKey = (usize, Vec<u16>);

/// The names for which a search comes to a place in the tree: those between two others.
#[derive(Clone, Default)]
struct Bounds {
    above: Option<Rc<SearchKey>>,
    below: Option<Rc<SearchKey>>,
}

impl Bounds {
    fn hold(&self, key: &SearchKey) -> bool {
        self.above.as_deref().is_none_or(|above| key > above)
            && self.below.as_deref().is_none_or(|below| key < below)
    }

    /// Those on the left and on the right of a name.
    fn divided(self, key: SearchKey) -> (Bounds, Bounds) {
        let key = Rc::new(key);
        let less = self.below.as_ref().is_none_or(|below| key < *below);
        let greater = self.above.as_ref().is_none_or(|above| key > *above);
        let left = if less { Some(key.clone()) } else { self.below.clone() };
        let right = if greater { Some(key) } else { self.above.clone() };
        (Bounds { above: self.above, below: left }, Bounds { above: right, below: self.below })
    }
}

/// MS-CFB 2.6.4: by length, then by upper-case code units.
fn search_key(name: &[u16]) -> SearchKey {
    let upper = |unit: &u16| {
        let character = char::from_u32(u32::from(*unit))?;
        let mut upper = character.to_uppercase();
        let single = upper.next().filter(|_| upper.next().is_none())?;
        u16::try_from(u32::from(single)).ok()
    };
    (name.len(), name.iter().map(|unit| upper(unit).unwrap_or(*unit)).collect())
}

/// Windows compares names byte by byte in their little-endian form, terminator included: a name that is the
/// beginning of another comes first.
fn sort_key(entry: Option<&Entry>) -> Vec<u8> {
    entry
        .map(|entry| entry.name.iter().chain([&0]).flat_map(|unit| unit.to_le_bytes()).collect())
        .unwrap_or_default()
}

static EMPTY: Entry = Entry {
    name: Vec::new(),
    well_named: true,
    kind: EntryKind::Free,
    left: NO_ENTRY,
    right: NO_ENTRY,
    child: NO_ENTRY,
    class: [0; 16],
    state: [0; 4],
    times: [0; 16],
    start: 0,
    size: 0,
};

fn entry(bytes: &[u8], version_four: bool) -> Entry {
    let length = usize::from(u16_at(bytes, 64).unwrap_or(0));
    let last = (length.min(64) / 2).saturating_sub(1);
    let unit = |index: usize| u16_at(bytes, index.saturating_mul(2));
    let name: Vec<u16> = (0..last).filter_map(unit).collect();
    let ends = unit(last) == Some(0) && !name.contains(&0);
    let well_named = ends && matches!(length, 2..=64) && length % 2 == 0;
    let kind = match bytes.get(66) {
        Some(1) => EntryKind::Storage,
        Some(2) => EntryKind::Stream,
        Some(5) => EntryKind::Root,
        _ => EntryKind::Free,
    };
    let size = u64_at(bytes, 120).unwrap_or(0);
    Entry {
        name,
        well_named,
        kind,
        left: u32_at(bytes, 68).unwrap_or(NO_ENTRY),
        right: u32_at(bytes, 72).unwrap_or(NO_ENTRY),
        child: u32_at(bytes, 76).unwrap_or(NO_ENTRY),
        class: array(bytes, 80),
        state: array(bytes, 96),
        times: array(bytes, 100),
        start: u32_at(bytes, 116).unwrap_or(NO_ENTRY),
        // MS-CFB 2.6.1: in version 3 the upper half may hold anything.
        size: if version_four { size } else { size & 0xffff_ffff },
    }
}

fn array<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut array = [0; N];
    if let Some(part) = offset.checked_add(N).and_then(|end| bytes.get(offset..end)) {
        array.copy_from_slice(part);
    }
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &[u16]) -> Entry {
        Entry { name: name.to_vec(), ..EMPTY.clone() }
    }

    /// The low byte decides first: U+0141 (41 01) comes before U+0042 (42 00).
    #[test]
    fn names_are_ordered_by_their_bytes() {
        let key = |name: &[u16]| sort_key(Some(&named(name)));
        assert!(key(&[0x0141]) < key(&[0x0042]));
        assert!(key(&[0x61]) < key(&[0x61, 0x62]));
        assert!(key(&[0x61, 0x62]) < key(&[0x62]));
    }

    /// A directory whose root has these entries, linked as they say.
    fn directory(entries: Vec<Entry>) -> Result<Directory, Problem> {
        let root = Entry { kind: EntryKind::Root, child: 1, ..EMPTY.clone() };
        let entries: Vec<Entry> = std::iter::once(root).chain(entries).collect();
        let mut directory =
            Directory { children: vec![Vec::new(); entries.len()], reached: Vec::new(), entries };
        directory.build_tree().map(|()| directory)
    }

    fn stream(name: &str, left: u32, right: u32) -> Entry {
        let name = name.encode_utf16().collect();
        Entry { name, kind: EntryKind::Stream, left, right, ..EMPTY.clone() }
    }

    #[test]
    fn two_streams_of_one_name_are_refused() {
        assert!(directory(vec![stream("One", NO_ENTRY, 2), stream("Two", NO_ENTRY, NO_ENTRY)]).is_ok());
        assert!(directory(vec![stream("One", NO_ENTRY, 2), stream("oNE", NO_ENTRY, NO_ENTRY)]).is_err());
    }

    #[test]
    fn a_stream_on_the_wrong_side_is_not_found_by_search() {
        let right =
            directory(vec![stream("Alpha", NO_ENTRY, 2), stream("Bravo", NO_ENTRY, NO_ENTRY)]).unwrap();
        assert!(right.check_found_by_search("Bravo").is_ok());
        let wrong =
            directory(vec![stream("Alpha", 2, NO_ENTRY), stream("Bravo", NO_ENTRY, NO_ENTRY)]).unwrap();
        assert!(wrong.root_stream("Bravo").is_some());
        assert!(wrong.check_found_by_search("Bravo").is_err());
    }

    #[test]
    fn a_table_on_the_wrong_side_is_not_found_by_search() {
        let of = |name: &str, left, right| stream(&format!("\u{4840}{name}"), left, right);
        let right =
            directory(vec![of("Bb", 2, 3), of("Aa", NO_ENTRY, NO_ENTRY), of("Cc", NO_ENTRY, NO_ENTRY)]);
        assert!(right.unwrap().check_tables_found_by_search().is_ok());
        let wrong =
            directory(vec![of("Bb", 3, 2), of("Aa", NO_ENTRY, NO_ENTRY), of("Cc", NO_ENTRY, NO_ENTRY)]);
        assert!(wrong.unwrap().check_tables_found_by_search().is_err());
        // Right beside its parent, on the wrong side of the one above.
        let below =
            directory(vec![of("Bb", 2, NO_ENTRY), of("Aa", NO_ENTRY, 3), of("Cc", NO_ENTRY, NO_ENTRY)]);
        assert!(below.unwrap().check_tables_found_by_search().is_err());
        let mut storage = stream("Transform", NO_ENTRY, NO_ENTRY);
        (storage.kind, storage.child) = (EntryKind::Storage, 2);
        let inside = directory(vec![storage, of("Bb", NO_ENTRY, 3), of("Aa", NO_ENTRY, NO_ENTRY)]);
        assert!(inside.unwrap().check_tables_found_by_search().is_err(), "in a storage");
        let other = directory(vec![of("Bb", 2, NO_ENTRY), stream("Plainer", NO_ENTRY, NO_ENTRY)]);
        assert!(other.unwrap().check_tables_found_by_search().is_ok(), "only tables are looked at");
    }

    #[test]
    fn table_names_are_decoded() {
        let property: Vec<u16> = vec![0x4840, 0x4559, 0x44f2, 0x4568, 0x4737];
        assert_eq!(named(&property).display_name(), "!Property");
        assert_eq!(named(&[5, 0x41]).display_name(), "A");
    }
}
