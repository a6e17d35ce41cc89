//! The resource directory: which types there are, and the version resource.
//!
//! PE format, "The .rsrc Section": a tree of type, name and language. Exactly these three levels are
//! walked, so neither depth nor cycles matter; of the languages of the version resource, one is taken.

use std::cell::Cell;

use super::image::Image;
use super::names;
use crate::describe::bytes::{index, u16_at, u32_at, utf16};
use crate::describe::{DescribeError, clip, damaged};

/// `RT_VERSION`.
const RT_VERSION: u32 = 16;
/// `VS_VERSION_INFO`: the only name Windows looks for.
const VS_VERSION_INFO: u32 = 1;
/// Languages in order of preference: English (United States), neutral; then whichever comes first.
const LANGUAGES: [u32; 2] = [0x0409, 0];
/// The high bit of an entry's fields: the name is a string, the target is a directory.
const HIGH_BIT: u32 = 0x8000_0000;
/// `IMAGE_RESOURCE_DIRECTORY`.
const DIRECTORY_SIZE: u32 = 16;
/// `IMAGE_RESOURCE_DIRECTORY_ENTRY`.
const ENTRY_SIZE: u32 = 8;
/// `IMAGE_RESOURCE_DATA_ENTRY`.
const DATA_ENTRY_SIZE: u32 = 16;
/// The length field of `VS_VERSIONINFO` has 16 bits.
const VERSION_SIZE: u32 = 0xffff;

/// Characters of a name that are read.
const NAME_LENGTH: usize = 256;

/// Entries of directories that are read of one program. Directories may be named again and again; programs with some thousand
/// pictures have some ten thousand.
const ENTRIES: u32 = 65_536;

const DIRECTORY: &str = "IMAGE_RESOURCE_DIRECTORY";

/// The root of the resource tree.
pub(crate) struct Resources<'a> {
    image: &'a Image<'a>,
    root: u32,
    types: Vec<Entry>,
    /// Entries that may still be read.
    left: Cell<u32>,
}

/// The bytes of a resource in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// How a resource or a type is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResourceName<'a> {
    Number(u32),
    /// Compared as Windows does: upper and lower case are the same.
    Text(&'a str),
}

/// One entry of a directory.
#[derive(Clone, Copy)]
struct Entry {
    name: u32,
    target: u32,
}

impl<'a> Resources<'a> {
    /// The resources of an image; `None` when it has none.
    pub(crate) fn open(image: &'a Image<'a>) -> Result<Option<Resources<'a>>, DescribeError> {
        let Some(table) = image.resource_table.filter(|table| table.virtual_address != 0) else {
            return Ok(None);
        };
        let mut resources =
            Resources { image, root: table.virtual_address, types: Vec::new(), left: Cell::new(ENTRIES) };
        resources.types = resources.entries(0)?;
        Ok(Some(resources))
    }

    /// Names of the types, as many as fit into `limit` bytes of text.
    pub(super) fn type_names(&self, limit: usize) -> Vec<String> {
        let mut left = limit;
        let mut names = Vec::new();
        for entry in &self.types {
            let name = clip(self.type_name(entry.name, left), left);
            // An empty name counts as well, for reading it took time.
            left = left.saturating_sub(name.len().max(1));
            names.push(name);
            if left == 0 {
                break;
            }
        }
        names
    }

    fn type_name(&self, name: u32, limit: usize) -> String {
        if name & HIGH_BIT == 0 {
            return names::resource_type(name);
        }
        self.string(name & !HIGH_BIT, limit).unwrap_or_else(|| "?".to_owned())
    }

    /// `IMAGE_RESOURCE_DIR_STRING_U`: a count of characters, then UTF-16.
    fn string(&self, offset: u32, limit: usize) -> Option<String> {
        let address = self.root.checked_add(offset)?;
        let count = u32::from(u16_at(&self.image.read_at(address, 2).ok()?, 0)?);
        let count = count.min(u32::try_from(limit).unwrap_or(u32::MAX));
        let bytes = self.image.read_at(address.checked_add(2)?, count.checked_mul(2)?).ok()?;
        Some(utf16(&bytes))
    }

    /// Where the resources of a type with this name stand, in every language. With no name, all of the type. What lies outside
    /// the file or is cut off is left out.
    ///
    /// # Errors
    /// When the directories are damaged, or have more entries than are read.
    pub(crate) fn places(
        &self,
        kind: ResourceName<'_>,
        name: Option<ResourceName<'_>>,
    ) -> Result<Vec<Place>, DescribeError> {
        let mut found = Vec::new();
        for kind in self.types.iter().filter(|entry| self.is_named(entry.name, kind)) {
            for entry in self.below(*kind)? {
                if name.is_none_or(|name| self.is_named(entry.name, name)) {
                    found.extend(self.in_languages(entry)?.into_iter().map(|(_, place)| place));
                }
            }
        }
        Ok(found)
    }

    /// All resources that `wanted` takes by their place, with the names of their type and of themselves (`RT_RCDATA/CABINET`),
    /// and of their language where there are several.
    ///
    /// # Errors
    /// As [`Resources::places`].
    pub(crate) fn all(&self, wanted: &dyn Fn(&Place) -> bool) -> Result<Vec<(String, Place)>, DescribeError> {
        let mut found = Vec::new();
        for kind in &self.types {
            for entry in self.below(*kind)? {
                let mut languages = self.in_languages(entry)?;
                let several = languages.len() > 1;
                languages.retain(|(_, place)| wanted(place));
                for (language, place) in languages {
                    let (kind, name) = (self.type_name(kind.name, NAME_LENGTH), self.name(entry.name));
                    let language = if several { format!("/{}", self.name(language)) } else { String::new() };
                    found.push((format!("{kind}/{name}{language}"), place));
                }
            }
        }
        Ok(found)
    }

    fn name(&self, name: u32) -> String {
        match name & HIGH_BIT {
            0 => name.to_string(),
            _ => self.string(name & !HIGH_BIT, NAME_LENGTH).unwrap_or_else(|| "?".to_owned()),
        }
    }

    /// The entries below one; none below data.
    fn below(&self, entry: Entry) -> Result<Vec<Entry>, DescribeError> {
        if entry.target & HIGH_BIT == 0 { Ok(Vec::new()) } else { self.entries(entry.target & !HIGH_BIT) }
    }

    /// The places of a resource, each with its language. Data where a directory of languages should be is taken as it is.
    fn in_languages(&self, name: Entry) -> Result<Vec<(u32, Place)>, DescribeError> {
        let leaves = if name.target & HIGH_BIT == 0 { vec![name] } else { self.below(name)? };
        let data = leaves.into_iter().filter(|leaf| leaf.target & HIGH_BIT == 0);
        Ok(data.filter_map(|leaf| Some((leaf.name, self.data(leaf)?))).collect())
    }

    fn data(&self, leaf: Entry) -> Option<Place> {
        let entry = self.read(leaf.target, DATA_ENTRY_SIZE).ok()?;
        let (offset, available) = self.image.locate(u32_at(&entry, 0)?)?;
        Some(Place { offset, length: u64::from(u32_at(&entry, 4)?).min(available) })
    }

    fn is_named(&self, stored: u32, wanted: ResourceName<'_>) -> bool {
        match wanted {
            ResourceName::Number(number) => stored == number,
            ResourceName::Text(text) if stored & HIGH_BIT != 0 => self
                .string(stored & !HIGH_BIT, text.len().saturating_add(1))
                .is_some_and(|stored| stored.eq_ignore_ascii_case(text)),
            ResourceName::Text(_) => false,
        }
    }

    /// The bytes of the version resource; `None` when there is none.
    pub(super) fn version(&self) -> Result<Option<Vec<u8>>, DescribeError> {
        let Some(kind) = self.types.iter().find(|entry| entry.name == RT_VERSION) else { return Ok(None) };
        let leaf = self.descend(*kind, &[VS_VERSION_INFO])?;
        let leaf = self.descend(leaf, &LANGUAGES)?;
        if leaf.target & HIGH_BIT != 0 {
            return Err(damaged(DIRECTORY, "there is a fourth level below RT_VERSION"));
        }
        let entry = self.read(leaf.target, DATA_ENTRY_SIZE)?;
        let missing = || damaged("IMAGE_RESOURCE_DATA_ENTRY", "it is cut off");
        let address = u32_at(&entry, 0).ok_or_else(missing)?;
        let size = u32_at(&entry, 4).ok_or_else(missing)?;
        self.image.read_at(address, size.min(VERSION_SIZE)).map(Some)
    }

    /// The entry below `entry` with the first wanted name that is there, else the first one. Data where a
    /// directory should be is taken as it is.
    fn descend(&self, entry: Entry, wanted: &[u32]) -> Result<Entry, DescribeError> {
        if entry.target & HIGH_BIT == 0 {
            return Ok(entry);
        }
        let children = self.entries(entry.target & !HIGH_BIT)?;
        let preferred = wanted.iter().find_map(|name| children.iter().find(|child| child.name == *name));
        let child = preferred.or(children.first());
        child.copied().ok_or_else(|| damaged(DIRECTORY, "a directory below RT_VERSION is empty"))
    }

    /// The entries of the directory at `offset`, as many as are in the file.
    fn entries(&self, offset: u32) -> Result<Vec<Entry>, DescribeError> {
        let header = self.read(offset, DIRECTORY_SIZE)?;
        let cut_off = || damaged(DIRECTORY, "it is cut off");
        let named = u16_at(&header, 12).ok_or_else(cut_off)?;
        let numbered = u16_at(&header, 14).ok_or_else(cut_off)?;
        let count = u32::from(named).saturating_add(u32::from(numbered));
        let left = self.left.get().checked_sub(count).ok_or_else(|| DescribeError::TooLarge {
            structure: "the directory of resources",
            size: u64::from(ENTRIES.saturating_sub(self.left.get())).saturating_add(u64::from(count)),
            limit: u64::from(ENTRIES),
        })?;
        self.left.set(left);
        let start = offset.checked_add(DIRECTORY_SIZE).ok_or_else(cut_off)?;
        let table = self.read(start, count.saturating_mul(ENTRY_SIZE))?;
        let entry = |bytes: &[u8]| Some(Entry { name: u32_at(bytes, 0)?, target: u32_at(bytes, 4)? });
        Ok(table.chunks_exact(index(ENTRY_SIZE)).filter_map(entry).collect())
    }

    fn read(&self, offset: u32, length: u32) -> Result<Vec<u8>, DescribeError> {
        if length == 0 {
            return Ok(Vec::new());
        }
        let address = self.root.checked_add(offset);
        let address =
            address.ok_or_else(|| damaged(DIRECTORY, format!("offset {offset:#x} is too large")))?;
        self.image.read_at(address, length)
    }
}
