//! Lengths in a signature. Source: X.690 8.1.3: one octet below 128, or one that counts the octets behind it.

use crate::table::{Field, Order};

/// The object identifier of SignedData (RFC 5652), encoded.
const SIGNED_DATA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

/// Values inside each other that are followed.
const DEEPEST: usize = 64;

/// Where the first SignedData of a file begins (its ContentInfo), wherever the format keeps it. In a compound file the
/// stream of the signature must lie in one piece.
pub fn signed_data(bytes: &[u8]) -> Option<usize> {
    let mark = bytes.windows(SIGNED_DATA.len()).position(|window| window == SIGNED_DATA)?;
    // A ContentInfo of less than 128, 256 or 65,536 bytes.
    let starts = [(4, 0x82), (3, 0x81), (2, 0)];
    starts.into_iter().find_map(|(header, form)| {
        let start = mark.checked_sub(header)?;
        let length = bytes.get(start.checked_add(1)?)?;
        (bytes.get(start) == Some(&0x30) && (form == 0 || *length == form)).then_some(start)
    })
}

/// A value: where it begins, where its contents begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// The octet of its tag.
    pub at: usize,
    /// The first octet of its contents.
    pub contents: usize,
    /// Behind its contents.
    pub end: usize,
}

/// The value at an offset; none with an indefinite length or one that passes the end of the file.
pub fn element(bytes: &[u8], at: usize) -> Option<Element> {
    let first = usize::from(*bytes.get(at.checked_add(1)?)?);
    let octets = at.checked_add(2)?;
    let (contents, length) = match first {
        0..=0x7F => (octets, first),
        0x81..=0x84 => {
            let end = octets.checked_add(first & 0x7F)?;
            let digits = bytes.get(octets..end)?;
            (end, digits.iter().fold(0, |length, digit| (length << 8) | usize::from(*digit)))
        }
        _ => return None,
    };
    let end = contents.checked_add(length).filter(|end| *end <= bytes.len())?;
    Some(Element { at, contents, end })
}

/// The length octets of a value and of every value inside it.
pub fn lengths(bytes: &[u8], at: usize) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(element) = element(bytes, at) {
        collect(bytes, element, DEEPEST, &mut fields);
    }
    fields
}

fn collect(bytes: &[u8], value: Element, depth: usize, fields: &mut Vec<Field>) {
    let Some(first) = value.at.checked_add(1) else { return };
    fields.push(Field { name: "length octet", at: first, width: 1, order: Order::Big });
    let octets = first.saturating_add(1);
    if let Some(width) = value.contents.checked_sub(octets).filter(|width| *width > 0) {
        fields.push(Field { name: "subsequent length octets", at: octets, width, order: Order::Big });
    }
    let constructed = bytes.get(value.at).is_some_and(|tag| tag & 0x20 != 0);
    let Some(deeper) = depth.checked_sub(1).filter(|_| constructed) else { return };
    let mut at = value.contents;
    while at < value.end {
        let Some(inner) = element(bytes, at).filter(|inner| inner.end <= value.end) else { return };
        collect(bytes, inner, deeper, fields);
        at = inner.end;
    }
}
