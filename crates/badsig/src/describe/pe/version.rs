//! The version resource: `VS_VERSIONINFO` and what it holds.
//!
//! A tree of blocks of three fixed levels. Each block: length, length of the value, type (16 bits each),
//! key (UTF-16, NUL-terminated), value and children, the last two aligned to 32 bits from the start of the
//! resource. Lengths of string values are stated in characters by some compilers and in bytes by others, so
//! a string ends at its NUL or with its block.

use serde::{Deserialize, Serialize};

use crate::describe::bytes::{u16_at, u32_at, utf16_to_nul};
use crate::describe::{DescribeError, clip, damaged};

/// What the version resource says. The strings are those of one table, whose language and code page are
/// given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VersionInformation {
    /// `VS_FIXEDFILEINFO.dwFileVersion`, four numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_file_version: Option<String>,
    /// `VS_FIXEDFILEINFO.dwProductVersion`, four numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_product_version: Option<String>,
    /// Language identifier of the strings (1033 is English, United States; 0 neutral).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<u16>,
    /// Code page that the strings are marked with (1200 is Unicode). They are UTF-16 whatever it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_page: Option<u16>,
    /// `CompanyName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// `ProductName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_name: Option<String>,
    /// `ProductVersion`, free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_version: Option<String>,
    /// `FileVersion`, free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_version: Option<String>,
    /// `FileDescription`: what Windows shows when it asks for elevation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_description: Option<String>,
    /// `OriginalFilename`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_filename: Option<String>,
    /// `InternalName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internal_name: Option<String>,
    /// `LegalCopyright`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_copyright: Option<String>,
}

/// `VS_FIXEDFILEINFO.dwSignature`.
const FIXED_SIGNATURE: u32 = 0xfeef_04bd;
/// Language identifier of English (United States).
const ENGLISH: u16 = 0x0409;
/// Length, length of the value, type.
const BLOCK_HEADER: usize = 6;

const STRUCTURE: &str = "VS_VERSIONINFO";

/// Reads a version resource; strings are cut at `text_limit` bytes.
pub(super) fn parse(resource: &[u8], text_limit: usize) -> Result<VersionInformation, DescribeError> {
    let root = Block::at(resource, 0, resource.len()).ok_or_else(|| damaged(STRUCTURE, "it is cut off"))?;
    if root.key != "VS_VERSION_INFO" {
        return Err(damaged(STRUCTURE, "its key is not VS_VERSION_INFO"));
    }
    let mut information = VersionInformation::default();
    let fixed = resource.get(root.value..root.end).unwrap_or_default();
    if root.value_length > 0 && u32_at(fixed, 0) == Some(FIXED_SIGNATURE) {
        information.fixed_file_version = version(fixed, 8);
        information.fixed_product_version = version(fixed, 16);
    }
    let (tables, translation) = tables_and_translation(resource, &root);
    if let Some(table) = choose(&tables, translation) {
        information.language = table.marked.map(|(language, _)| language);
        information.code_page = table.marked.map(|(_, code_page)| code_page);
        for block in table.block.children(resource, 0) {
            set(&mut information, &block, resource, text_limit);
        }
    }
    Ok(information)
}

type LanguageAndCodePage = (u16, u16);

/// A string table and what its key says about it.
struct Table {
    block: Block,
    marked: Option<LanguageAndCodePage>,
}

/// All string tables in order, and the first pair that the translation table names.
fn tables_and_translation(resource: &[u8], root: &Block) -> (Vec<Table>, Option<LanguageAndCodePage>) {
    let mut tables = Vec::new();
    let mut translation = None;
    for block in root.children(resource, root.value_length) {
        match block.key.as_str() {
            "StringFileInfo" => {
                let blocks = block.children(resource, block.value_length);
                tables.extend(blocks.map(|block| Table { marked: marked(&block.key), block }));
            }
            "VarFileInfo" => {
                let mut variables = block.children(resource, block.value_length);
                let value = variables.find(|variable| variable.key == "Translation").map(|found| found.value);
                translation = translation.or_else(|| pair_at(resource, value?));
            }
            _ => {}
        }
    }
    (tables, translation)
}

/// The table that Windows would show: the one the translation names, else English, else the first.
fn choose(tables: &[Table], translation: Option<LanguageAndCodePage>) -> Option<&Table> {
    let translated = tables.iter().find(|table| translation.is_some() && table.marked == translation);
    let english =
        || tables.iter().find(|table| table.marked.is_some_and(|(language, _)| language == ENGLISH));
    translated.or_else(english).or_else(|| tables.first())
}

/// The key of a string table: language and code page, four hexadecimal digits each.
fn marked(key: &str) -> Option<LanguageAndCodePage> {
    let number = |digits: Option<&str>| u16::from_str_radix(digits?, 16).ok();
    Some((number(key.get(..4))?, number(key.get(4..8))?))
}

fn pair_at(bytes: &[u8], offset: usize) -> Option<LanguageAndCodePage> {
    Some((u16_at(bytes, offset)?, u16_at(bytes, offset.checked_add(2)?)?))
}

/// Two 32-bit numbers, the more significant first, as four 16-bit numbers.
fn version(fixed: &[u8], offset: usize) -> Option<String> {
    let high = u32_at(fixed, offset)?;
    let low = u32_at(fixed, offset.checked_add(4)?)?;
    Some(format!("{}.{}.{}.{}", high >> 16, high & 0xffff, low >> 16, low & 0xffff))
}

fn set(information: &mut VersionInformation, block: &Block, resource: &[u8], text_limit: usize) {
    let field = match block.key.as_str() {
        "CompanyName" => &mut information.company_name,
        "ProductName" => &mut information.product_name,
        "ProductVersion" => &mut information.product_version,
        "FileVersion" => &mut information.file_version,
        "FileDescription" => &mut information.file_description,
        "OriginalFilename" => &mut information.original_filename,
        "InternalName" => &mut information.internal_name,
        "LegalCopyright" => &mut information.legal_copyright,
        _ => return,
    };
    let value = resource.get(block.value..block.end).unwrap_or_default();
    *field = Some(clip(utf16_to_nul(value), text_limit));
}

/// One block: offsets are from the start of the resource.
struct Block {
    key: String,
    /// As stated, in bytes or characters.
    value_length: usize,
    value: usize,
    end: usize,
}

impl Block {
    /// The block at `start`, which ends at `limit` at the latest; `None` when there is none.
    fn at(resource: &[u8], start: usize, limit: usize) -> Option<Block> {
        let length = usize::from(u16_at(resource, start)?);
        if length < BLOCK_HEADER {
            return None;
        }
        let end = start.checked_add(length)?.min(limit);
        let key_start = start.checked_add(BLOCK_HEADER)?;
        let key = utf16_to_nul(resource.get(key_start..end)?);
        let key_bytes = key.encode_utf16().count().checked_add(1)?.checked_mul(2)?;
        Some(Block {
            key,
            value_length: usize::from(u16_at(resource, start.checked_add(2)?)?),
            value: align(key_start.checked_add(key_bytes)?),
            end,
        })
    }

    /// The blocks inside, behind a value of `value_length` bytes. Each is at least a header long.
    fn children<'a>(&self, resource: &'a [u8], value_length: usize) -> impl Iterator<Item = Block> + use<'a> {
        let mut next = align(self.value.saturating_add(value_length));
        let limit = self.end;
        std::iter::from_fn(move || {
            let block = Block::at(resource, next, limit).filter(|_| next < limit)?;
            next = align(block.end);
            Some(block)
        })
    }
}

fn align(offset: usize) -> usize {
    offset.checked_next_multiple_of(4).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block whose value length counts characters of text (`kind` 1) or bytes.
    fn block(key: &str, kind: u16, value: &[u8], children: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0; 2];
        let length = if kind == 1 { value.len() / 2 } else { value.len() };
        bytes.extend(u16::try_from(length).unwrap().to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(wide(key));
        for part in std::iter::once(value).chain(children.iter().map(Vec::as_slice)) {
            bytes.resize(align(bytes.len()), 0);
            bytes.extend(part);
        }
        let length = u16::try_from(bytes.len()).unwrap();
        bytes[..2].copy_from_slice(&length.to_le_bytes());
        bytes
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    fn table(key: &str, product: &str) -> Vec<u8> {
        block(key, 1, b"", &[block("ProductName", 1, &wide(product), &[])])
    }

    fn resource(translation: [u16; 2]) -> Vec<u8> {
        let mut fixed = FIXED_SIGNATURE.to_le_bytes().to_vec();
        for number in [0x10000u32, 0x1_0002, 0x3_0004, 0x5_0006, 0x7_0008] {
            fixed.extend(number.to_le_bytes());
        }
        fixed.resize(52, 0);
        let pair: Vec<u8> = translation.into_iter().flat_map(u16::to_le_bytes).collect();
        let variables = block("VarFileInfo", 1, b"", &[block("Translation", 0, &pair, &[])]);
        let tables = [table("040704b0", "Werkzeug"), table("040904b0", "Tool")];
        let strings = block("StringFileInfo", 1, b"", &tables);
        block("VS_VERSION_INFO", 0, &fixed, &[strings, variables])
    }

    #[test]
    fn the_translation_chooses_the_table() {
        let information = parse(&resource([0x0407, 1200]), 100).unwrap();
        assert_eq!(information.fixed_file_version.as_deref(), Some("1.2.3.4"));
        assert_eq!(information.fixed_product_version.as_deref(), Some("5.6.7.8"));
        assert_eq!(information.product_name.as_deref(), Some("Werkzeug"));
        assert_eq!((information.language, information.code_page), (Some(0x0407), Some(1200)));
    }

    #[test]
    fn english_is_taken_when_the_translation_names_no_table() {
        let information = parse(&resource([0x0410, 1200]), 2).unwrap();
        assert_eq!(information.product_name.as_deref(), Some("To"));
    }

    #[test]
    fn every_prefix_and_every_changed_byte_is_read_without_harm() {
        let bytes = resource([0x0407, 1200]);
        for place in 0..bytes.len() {
            let _ = parse(&bytes[..place], 100);
            for value in [0, 1, 0xff] {
                let mut changed = bytes.clone();
                changed[place] = value;
                let _ = parse(&changed, 100);
            }
        }
    }
}
