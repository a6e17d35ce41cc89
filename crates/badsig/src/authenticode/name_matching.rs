//! Comparing distinguished names as RFC 5280 7.1 asks: without regard to upper and lower case, to spaces
//! before, after and repeated within a value, to the type of string and to the order within a relative
//! distinguished name.
//!
//! RFC 4518 also folds characters that Unicode calls compatible (ligatures, full-width letters); names that
//! differ in those are different here. Windows compares encodings, which every real issuer satisfies.

use super::der::{DerError, Reader, Tag, Tlv, tag};
use super::name;

/// A name in the form in which two are the same when they match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComparableName(Vec<Vec<u8>>);

/// Marks what is compared byte by byte.
const RAW: u8 = 0;
/// Marks folded text.
const TEXT: u8 = 1;

impl ComparableName {
    /// Reads the encoding of a Name. One that cannot be read is the same only as one with the same bytes.
    pub fn read(encoding: &[u8]) -> ComparableName {
        let broken = |_| ComparableName(vec![[&[RAW], encoding].concat()]);
        relative_names(encoding).map_or_else(broken, ComparableName)
    }

    /// Whether the name holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this name lies in the subtree below `top`, or is it.
    pub fn lies_in(&self, top: &ComparableName) -> bool {
        self.0.starts_with(&top.0)
    }
}

/// A distinguished name: as it is encoded, and as it is compared. Two are the same when they match.
#[derive(Clone, Debug)]
pub struct DistinguishedName {
    encoding: Vec<u8>,
    comparable: ComparableName,
}

impl DistinguishedName {
    /// Reads the encoding of a Name.
    pub fn read(encoding: &[u8]) -> DistinguishedName {
        DistinguishedName { encoding: encoding.to_vec(), comparable: ComparableName::read(encoding) }
    }

    /// The encoding of the Name, with its tag.
    pub fn encoding(&self) -> &[u8] {
        &self.encoding
    }

    /// The form in which it is compared.
    pub fn comparable(&self) -> &ComparableName {
        &self.comparable
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &DistinguishedName) -> bool {
        self.comparable == other.comparable
    }
}

impl Eq for DistinguishedName {}

fn relative_names(encoding: &[u8]) -> Result<Vec<Vec<u8>>, DerError> {
    let mut outer = Reader::new(encoding);
    let mut names = outer.sequence("Name")?;
    outer.end("Name")?;
    let mut found = Vec::new();
    while !names.is_empty() {
        let set = names.expect(tag::SET, "RelativeDistinguishedName")?;
        let mut attributes = Vec::new();
        let mut members = set.inside();
        while !members.is_empty() {
            let mut attribute = members.sequence("AttributeTypeAndValue")?;
            let kind = attribute.oid("type")?;
            let value = folded(&attribute.any("value")?);
            attribute.end("AttributeTypeAndValue")?;
            attributes.push([with_length(kind), with_length(&value)].concat());
        }
        attributes.sort_unstable();
        found.push([&[TEXT], attributes.concat().as_slice()].concat());
    }
    Ok(found)
}

fn with_length(bytes: &[u8]) -> Vec<u8> {
    [&bytes.len().to_be_bytes(), bytes].concat()
}

/// A value: its text folded, or its encoding when it is no text that can be read.
fn folded(value: &Tlv<'_>) -> Vec<u8> {
    const STRINGS: [Tag; 6] = [
        tag::UTF8_STRING,
        tag::PRINTABLE_STRING,
        tag::T61_STRING,
        tag::IA5_STRING,
        tag::VISIBLE_STRING,
        tag::BMP_STRING,
    ];
    let broken = match value.tag {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING => {
            std::str::from_utf8(value.value).is_err()
        }
        tag::BMP_STRING => !is_utf16(value.value),
        other => !STRINGS.contains(&other),
    };
    if broken {
        return [&[RAW], value.raw].concat();
    }
    let text = name::text(value.tag, value.value);
    let words: Vec<String> =
        text.split_whitespace().map(|word| word.chars().flat_map(char::to_lowercase).collect()).collect();
    [&[TEXT], words.join(" ").as_bytes()].concat()
}

fn is_utf16(bytes: &[u8]) -> bool {
    let units =
        bytes.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte)));
    bytes.len().is_multiple_of(2) && char::decode_utf16(units).all(|unit| unit.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What cannot be read becomes the same replacement character; it must not make two names one.
    #[test]
    fn broken_texts_are_compared_as_they_stand() {
        let folded = |string: Tag, text: &[u8]| {
            let bytes = [&[string, short(text)][..], text].concat();
            folded(&Reader::new(&bytes).any("value").unwrap())
        };
        for string in [tag::UTF8_STRING, tag::PRINTABLE_STRING, tag::IA5_STRING] {
            assert_ne!(folded(string, b"A\xff"), folded(string, b"A\xfe"), "{string:#x}");
            assert_eq!(folded(string, b"AB"), folded(string, b"ab"));
        }
        assert_ne!(folded(tag::BMP_STRING, &[0xd8, 0]), folded(tag::BMP_STRING, &[0xd8, 1]));
    }

    fn short(bytes: &[u8]) -> u8 {
        u8::try_from(bytes.len()).unwrap()
    }

    fn wrap(tag: Tag, parts: &[Vec<u8>]) -> Vec<u8> {
        let body = parts.concat();
        [vec![tag, short(&body)], body].concat()
    }

    fn attribute(kind: u8, string: Tag, text: &str) -> Vec<u8> {
        let value = [vec![string, short(text.as_bytes())], text.as_bytes().to_vec()].concat();
        wrap(tag::SEQUENCE, &[vec![6, 3, 0x55, 4, kind], value])
    }

    fn named(relative_names: &[Vec<Vec<u8>>]) -> ComparableName {
        let sets: Vec<Vec<u8>> = relative_names.iter().map(|parts| wrap(tag::SET, parts)).collect();
        ComparableName::read(&wrap(tag::SEQUENCE, &sets))
    }

    #[test]
    fn case_spaces_and_string_types_do_not_matter() {
        let plain = named(&[vec![attribute(3, tag::PRINTABLE_STRING, "Test CA")]]);
        assert_eq!(plain, named(&[vec![attribute(3, tag::UTF8_STRING, "  TEST   ca ")]]));
        assert_ne!(plain, named(&[vec![attribute(10, tag::PRINTABLE_STRING, "Test CA")]]));
        assert_ne!(plain, named(&[vec![attribute(3, tag::PRINTABLE_STRING, "TestCA")]]));
        assert_ne!(plain, named(&[vec![attribute(3, tag::SEQUENCE, "Test CA")]]));
    }

    #[test]
    fn order_matters_between_relative_names_only() {
        let (a, b) = (attribute(3, tag::UTF8_STRING, "a"), attribute(10, tag::UTF8_STRING, "b"));
        let together = named(&[vec![a.clone(), b.clone()]]);
        assert_eq!(together, named(&[vec![b.clone(), a.clone()]]));
        assert_ne!(together, named(&[vec![a.clone()], vec![b.clone()]]));
        assert_ne!(named(&[vec![a.clone()], vec![b.clone()]]), named(&[vec![b], vec![a]]));
    }

    #[test]
    fn subtrees_and_what_cannot_be_read() {
        let (a, b) = (attribute(3, tag::UTF8_STRING, "a"), attribute(10, tag::UTF8_STRING, "b"));
        let (whole, top) = (named(&[vec![a.clone()], vec![b.clone()]]), named(&[vec![a]]));
        assert!(whole.lies_in(&top) && !top.lies_in(&whole) && !whole.lies_in(&named(&[vec![b]])));
        assert!(whole.lies_in(&ComparableName::read(&[0x30, 0])));
        let broken = ComparableName::read(&[0x30, 3]);
        assert!(broken == ComparableName::read(&[0x30, 3]) && broken != ComparableName::read(&[0x30, 4]));
        assert!(!broken.is_empty());
    }
}
