//! The summary information stream.
//!
//! MS-OLEPS section 2: a property set stream with one set; Windows Installer, "Summary Information Stream
//! Property Set": what its properties mean. Every offset and length is checked against the stream.

use serde::{Deserialize, Serialize};

use super::code_page;
use super::compound::Compound;
use crate::UtcTime;
use crate::describe::bytes::{index, u16_at, u32_at, u64_at, utf16_to_nul};
use crate::describe::{DescribeError, clip, damaged};
use crate::limits::Limits;

/// The summary information stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SummaryInformation {
    /// `PID_CODEPAGE`: code page of the strings in this stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_page: Option<u16>,
    /// `PID_TITLE`: the kind of package, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `PID_SUBJECT`: the product; in a patch a short description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `PID_AUTHOR`: the manufacturer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// `PID_KEYWORDS`; in a patch the sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    /// `PID_COMMENTS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<String>,
    /// `PID_TEMPLATE`: platforms and languages (`x64;1033`); in a patch the product codes of its targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// `PID_LASTAUTHOR`; in a patch the transforms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_saved_by: Option<String>,
    /// `PID_REVNUMBER`: the package code; in a patch its code and those it makes obsolete; in a transform
    /// codes and versions of the products it turns into each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision_number: Option<String>,
    /// `PID_CREATE_DTM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<UtcTime>,
    /// `PID_LASTSAVE_DTM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<UtcTime>,
    /// `PID_PAGECOUNT`: the oldest Windows Installer that can read the database (200 is 2.0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_count: Option<i32>,
    /// `PID_WORDCOUNT`: bits that say how the source is laid out (2 is compressed, 8 needs no elevation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word_count: Option<i32>,
    /// `PID_CHARCOUNT`: in a transform, what is checked and which errors are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character_count: Option<i32>,
    /// `PID_SECURITY`: 0 no restriction, 2 read-only recommended, 4 read-only enforced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<i32>,
    /// `PID_APPNAME`: the program that made the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creating_application: Option<String>,
}

/// Name of the stream.
const STREAM: &str = "\u{5}SummaryInformation";
/// `ByteOrder` of a property set stream.
const BYTE_ORDER: u16 = 0xfffe;
/// Where the offset of the first property set stands in the stream.
const FIRST_SET_OFFSET: usize = 44;
/// Size and number of properties, then the table of identifiers and offsets.
const SET_HEADER: usize = 8;

const STRUCTURE: &str = "SummaryInformation";

/// Types of values, MS-OLEPS section 2.15.
mod vt {
    pub(super) const I2: u32 = 2;
    pub(super) const I4: u32 = 3;
    pub(super) const LPSTR: u32 = 30;
    pub(super) const LPWSTR: u32 = 31;
    pub(super) const FILETIME: u32 = 64;
}

/// Reads the summary information; `None` when there is none.
pub(super) fn read(
    compound: &mut Compound<'_>,
    limits: &Limits,
) -> Result<Option<SummaryInformation>, DescribeError> {
    let Some(stream) = compound.stream(STREAM, STRUCTURE)? else { return Ok(None) };
    parse(&stream, limits.text_bytes).map(Some)
}

fn parse(stream: &[u8], text_limit: usize) -> Result<SummaryInformation, DescribeError> {
    if u16_at(stream, 0) != Some(BYTE_ORDER) {
        return Err(damaged(STRUCTURE, "it does not begin with its byte order mark"));
    }
    let set = PropertySet::open(stream, text_limit).ok_or_else(|| damaged(STRUCTURE, "it is cut off"))?;
    Ok(SummaryInformation {
        code_page: set.code_page,
        title: set.text(2),
        subject: set.text(3),
        author: set.text(4),
        keywords: set.text(5),
        comments: set.text(6),
        template: set.text(7),
        last_saved_by: set.text(8),
        revision_number: set.text(9),
        created: set.time(12),
        saved: set.time(13),
        page_count: set.number(14),
        word_count: set.number(15),
        character_count: set.number(16),
        creating_application: set.text(18),
        security: set.number(19),
    })
}

/// One property set, from its first byte to the end of the stream.
struct PropertySet<'a> {
    bytes: &'a [u8],
    count: usize,
    code_page: Option<u16>,
    text_limit: usize,
}

/// Identifier of the code page.
const CODE_PAGE: u32 = 1;
/// No summary information has more properties; further ones are not looked at.
const PROPERTIES: usize = 256;

impl<'a> PropertySet<'a> {
    fn open(stream: &'a [u8], text_limit: usize) -> Option<PropertySet<'a>> {
        let bytes = stream.get(index(u32_at(stream, FIRST_SET_OFFSET)?)..)?;
        let count = index(u32_at(bytes, 4)?).min(PROPERTIES);
        let mut set = PropertySet { bytes, count, code_page: None, text_limit };
        let value = set.value(CODE_PAGE).filter(|(kind, _)| *kind == vt::I2);
        set.code_page = value.and_then(|(_, bytes)| u16_at(bytes, 0));
        Some(set)
    }

    /// Type of a property, and the bytes from its value to the end of the stream.
    fn value(&self, identifier: u32) -> Option<(u32, &'a [u8])> {
        let table = self.bytes.get(SET_HEADER..)?.chunks_exact(8).take(self.count);
        let mut entries = table.filter(|entry| u32_at(entry, 0) == Some(identifier));
        let property = self.bytes.get(index(u32_at(entries.next()?, 4)?)..)?;
        Some((u32_at(property, 0)?, property.get(4..)?))
    }

    fn text(&self, identifier: u32) -> Option<String> {
        let (kind, value) = self.value(identifier)?;
        let characters = index(u32_at(value, 0)?);
        let rest = value.get(4..)?;
        let text = match kind {
            vt::LPSTR => self.decode(rest.get(..characters)?),
            vt::LPWSTR => utf16_to_nul(self.cut(rest.get(..characters.checked_mul(2)?)?)),
            _ => return None,
        };
        Some(clip(text, self.text_limit))
    }

    /// Strings end at their NUL, which the length counts.
    fn decode(&self, bytes: &[u8]) -> String {
        let code_page = u32::from(self.code_page.unwrap_or_default());
        let mut text = code_page::decode(self.cut(bytes), code_page);
        text.truncate(text.find('\0').unwrap_or(text.len()));
        text
    }

    fn cut<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(..self.text_limit).unwrap_or(bytes)
    }

    /// A date; zero stands for none.
    fn time(&self, identifier: u32) -> Option<UtcTime> {
        let (_, value) = self.value(identifier).filter(|(kind, _)| *kind == vt::FILETIME)?;
        UtcTime::from_filetime(u64_at(value, 0).filter(|units| *units != 0)?)
    }

    fn number(&self, identifier: u32) -> Option<i32> {
        match self.value(identifier)? {
            (vt::I2, value) => u16_at(value, 0).map(|bits| i32::from(bits.cast_signed())),
            (vt::I4, value) => u32_at(value, 0).map(u32::cast_signed),
            _ => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "numbers are small")]
mod tests {
    use super::*;

    /// A stream with these properties: identifier, type and value.
    fn stream(properties: &[(u32, u32, &[u8])]) -> Vec<u8> {
        let mut table = Vec::new();
        let mut values = Vec::new();
        for (identifier, kind, value) in properties {
            let offset = SET_HEADER + properties.len() * 8 + values.len();
            table.extend(identifier.to_le_bytes());
            table.extend(u32::try_from(offset).unwrap().to_le_bytes());
            values.extend(kind.to_le_bytes());
            values.extend(*value);
        }
        let mut bytes = vec![0xfe, 0xff];
        bytes.resize(FIRST_SET_OFFSET, 0);
        bytes.extend(48u32.to_le_bytes());
        bytes.extend(0u32.to_le_bytes());
        bytes.extend(u32::try_from(properties.len()).unwrap().to_le_bytes());
        bytes.extend(table);
        bytes.extend(values);
        bytes
    }

    #[test]
    fn text_follows_the_code_page() {
        let bytes = stream(&[
            (1, vt::I2, &[0xe3, 4, 0, 0]),
            (4, vt::LPSTR, b"\x02\0\0\0\xfc\0\0\0"),
            (14, vt::I4, &[200, 0, 0, 0]),
        ]);
        let summary = parse(&bytes, 100).unwrap();
        assert_eq!(summary.code_page, Some(1251));
        assert_eq!(summary.author.as_deref(), Some("ь"));
        assert_eq!(summary.page_count, Some(200));
    }

    /// The length that makes other readers reserve 4 GiB.
    #[test]
    fn a_false_length_is_no_text() {
        let bytes =
            stream(&[(2, vt::LPSTR, b"\xff\xff\xff\xffabc\0"), (3, vt::LPWSTR, b"\xff\xff\xff\xffabc\0")]);
        let summary = parse(&bytes, 100).unwrap();
        assert_eq!((summary.title, summary.subject), (None, None));
    }

    #[test]
    fn long_text_is_cut() {
        let bytes = stream(&[(2, vt::LPSTR, b"\x08\0\0\0abcdefg\0")]);
        assert_eq!(parse(&bytes, 3).unwrap().title.as_deref(), Some("abc"));
    }

    #[test]
    fn every_prefix_is_read_without_harm() {
        let bytes = stream(&[(1, vt::I2, &[0xe3, 4, 0, 0]), (12, vt::FILETIME, &[1; 8])]);
        for end in 0..bytes.len() {
            let _ = parse(&bytes[..end], 100);
        }
    }
}
