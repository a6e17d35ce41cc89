//! Comparing distinguished names (RFC 5280 7.1, in the part that certificates in use need).

use std::borrow::Cow;

use crate::authenticode::der::{Reader, Tlv, tag};
use crate::authenticode::name;

/// Whether two names are the same: byte by byte, or attribute by attribute where letters' case, runs of spaces
/// and the type of string do not count. A name only says which key to try; the signature decides.
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    left == right
        || matches!((relative_names(left), relative_names(right)), (Some(left), Some(right)) if left == right)
}

type Attribute<'a> = (&'a [u8], Cow<'a, [u8]>);

/// The attributes in order, those of one relative name sorted; `None` when the name cannot be read.
fn relative_names(name: &[u8]) -> Option<Vec<Vec<Attribute<'_>>>> {
    let mut found = Vec::new();
    let mut outer = Reader::new(name);
    let mut reader = outer.sequence("Name").ok()?;
    outer.end("Name").ok()?;
    while !reader.is_empty() {
        let mut members = reader.expect(tag::SET, "RelativeDistinguishedName").ok()?.inside();
        let mut attributes = Vec::new();
        while !members.is_empty() {
            let mut attribute = members.sequence("AttributeTypeAndValue").ok()?;
            let kind = attribute.oid("type").ok()?;
            let value = attribute.any("value").ok()?;
            attribute.end("AttributeTypeAndValue").ok()?;
            attributes.push((kind, folded(&value)));
        }
        attributes.sort();
        found.push(attributes);
    }
    Some(found)
}

fn folded<'a>(value: &Tlv<'a>) -> Cow<'a, [u8]> {
    match value.tag {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::T61_STRING | tag::IA5_STRING | tag::BMP_STRING => {
            let text = name::text(value.tag, value.value).to_lowercase();
            let words: Vec<&str> = text.split_whitespace().collect();
            Cow::Owned(words.join(" ").into_bytes())
        }
        _ => Cow::Borrowed(value.raw),
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    fn common_name(kind: u8, text: &str) -> Vec<u8> {
        let length = u8::try_from(text.len()).unwrap();
        let head = [0x30, length + 11, 0x31, length + 9, 0x30, length + 7, 6, 3, 0x55, 4, 3, kind, length];
        [&head, text.as_bytes()].concat()
    }

    #[test]
    fn case_spaces_and_string_types_do_not_count() {
        assert!(same(&common_name(0x0c, "Test CA"), &common_name(0x13, " tEST  ca ")));
        assert!(!same(&common_name(0x0c, "Test CA"), &common_name(0x0c, "TestCA")));
        assert!(!same(&common_name(0x0c, "Test CA"), &[]));
    }
}
