//! Distinguished names (X.501) shown as text. How they are compared stands in [`super::name_matching`].

use super::der::{Reader, tag};
use super::oid::ObjectIdentifier;
use super::spc;
use crate::limits::SHOWN_CHARACTERS;

/// The attributes that are shown, most telling first, with the label RFC 4514 gives them.
const LABELS: &[(ObjectIdentifier, &str)] = &[
    (spc::COMMON_NAME, "CN"),
    (spc::ORGANIZATION, "O"),
    (spc::ORGANIZATIONAL_UNIT, "OU"),
    (spc::LOCALITY, "L"),
    (spc::STATE, "ST"),
    (spc::COUNTRY, "C"),
    (spc::SERIAL_NUMBER, "SERIALNUMBER"),
    (spc::STREET_ADDRESS, "STREET"),
    (spc::POSTAL_CODE, "POSTALCODE"),
    (spc::DOMAIN_COMPONENT, "DC"),
    (spc::EMAIL_ADDRESS, "E"),
];

/// One attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAttribute {
    /// The label of RFC 4514, or the dotted object identifier.
    pub label: String,
    /// The text, with characters that cannot be decoded replaced.
    pub value: String,
}

/// Reads the attributes of a name in the order they are encoded. What cannot be read ends the list: a name
/// is shown, never trusted, by its text.
pub fn attributes(name: &[u8]) -> Vec<NameAttribute> {
    let mut found = Vec::new();
    let Ok(mut relative_names) = Reader::new(name).sequence("Name") else { return found };
    while let Ok(set) = relative_names.expect(tag::SET, "RelativeDistinguishedName") {
        let mut members = set.inside();
        while let Ok(mut attribute) = members.sequence("AttributeTypeAndValue") {
            let Ok(kind) = attribute.oid("type") else { return found };
            let Ok(value) = attribute.any("value") else { return found };
            found.push(NameAttribute { label: label(kind), value: text(value.tag, value.value) });
        }
    }
    found
}

/// The label of an attribute type, given as contents octets.
pub(crate) fn label(kind: &[u8]) -> String {
    LABELS
        .iter()
        .find(|(oid, _)| oid.as_der() == kind)
        .map_or_else(|| ObjectIdentifier::from_der(kind).to_string(), |(_, label)| (*label).to_owned())
}

/// The text of a string value by its type.
pub fn text(tag: u8, bytes: &[u8]) -> String {
    match tag {
        tag::BMP_STRING => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte)))
                .collect();
            String::from_utf16_lossy(&units)
        }
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        // T61String and anything unknown: Windows reads it as the ANSI code page, here Latin-1.
        _ => latin1(bytes),
    }
}

/// One character for each byte.
pub(crate) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The common name: the first CN, else the organisation, else the organisational unit.
pub fn common_name(name: &[u8]) -> Option<String> {
    let attributes = attributes(name);
    ["CN", "O", "OU"]
        .iter()
        .find_map(|wanted| attributes.iter().find(|attribute| attribute.label == **wanted))
        .map(|attribute| attribute.value.clone())
}

/// The value of one attribute, by its label.
pub fn attribute(name: &[u8], label: &str) -> Option<String> {
    attributes(name).into_iter().find(|attribute| attribute.label == label).map(|attribute| attribute.value)
}

/// The whole name as text, last encoded attribute first (RFC 4514): `CN=…, O=…, C=…`.
pub fn display(name: &[u8]) -> String {
    let parts: Vec<String> = attributes(name)
        .iter()
        .rev()
        .map(|attribute| format!("{}={}", attribute.label, escape(&attribute.value)))
        .collect();
    parts.join(", ")
}

fn escape(value: &str) -> String {
    let special = |c: char| matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';');
    value.chars().fold(String::with_capacity(value.len()), |mut text, c| {
        if special(c) {
            text.push('\\');
        }
        text.push(c);
        text
    })
}

/// A name from a file in quotes, cut where it gets too long for a sentence.
pub(crate) fn quoted(name: &str) -> String {
    match name.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("\"{}…\"", name.get(..end).unwrap_or_default()),
        None => format!("\"{name}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C=US, O="Example, Inc", CN=A, CN=B as OpenSSL encodes it.
    fn sample() -> Vec<u8> {
        let attribute = |oid: u8, value: &[u8]| {
            let mut inner = vec![0x06, 3, 0x55, 4, oid, 0x0c, u8::try_from(value.len()).unwrap()];
            inner.extend(value);
            let mut sequence = vec![0x30, u8::try_from(inner.len()).unwrap()];
            sequence.extend(inner);
            let mut set = vec![0x31, u8::try_from(sequence.len()).unwrap()];
            set.extend(sequence);
            set
        };
        let body =
            [attribute(6, b"US"), attribute(10, b"Example, Inc"), attribute(3, b"A"), attribute(3, b"B")];
        let body = body.concat();
        let mut name = vec![0x30, u8::try_from(body.len()).unwrap()];
        name.extend(body);
        name
    }

    #[test]
    fn shown_as_rfc_4514_asks() {
        assert_eq!(display(&sample()), "CN=B, CN=A, O=Example\\, Inc, C=US");
        assert_eq!(common_name(&sample()).unwrap(), "A");
        assert_eq!(attribute(&sample(), "O").unwrap(), "Example, Inc");
    }

    #[test]
    fn broken_names_are_shown_as_far_as_they_go() {
        assert_eq!(display(&sample()[..10]), "");
        assert_eq!(common_name(&[]), None);
    }

    #[test]
    fn bmp_strings() {
        assert_eq!(text(tag::BMP_STRING, &[0, b'a', 0x30, 0x42]), "aあ");
    }
}
