//! A bounded reader of tag-length-value encodings (X.690) that keeps the original bytes.
//!
//! Signatures are verified over the bytes as they stand in the file, so nothing here is ever encoded
//! again. Real signatures break DER in small ways; tolerated are:
//! - lengths that are longer than needed (old VeriSign time stamps),
//! - indefinite lengths and segmented OCTET STRINGs (BER, some Java signers),
//! - bytes after the outermost value (padding in certificate tables): the caller decides.
//!
//! Not tolerated: values that pass the end of their container, and nesting deeper than [`MAX_DEPTH`].

use std::borrow::Cow;

use crate::limits::OBJECT_IDENTIFIER_BYTES;

/// Values nested deeper than this are refused; real signatures stay below 30.
pub const MAX_DEPTH: usize = 64;

/// A DER tag: its first octet. Tag numbers above 30 do not occur in any structure read here.
pub type Tag = u8;

/// Universal and context-specific tags that signatures use.
pub mod tag {
    #![allow(missing_docs)]
    use super::Tag;
    pub const BOOLEAN: Tag = 0x01;
    pub const INTEGER: Tag = 0x02;
    pub const BIT_STRING: Tag = 0x03;
    pub const OCTET_STRING: Tag = 0x04;
    pub const NULL: Tag = 0x05;
    pub const OID: Tag = 0x06;
    pub const ENUMERATED: Tag = 0x0a;
    pub const UTF8_STRING: Tag = 0x0c;
    pub const PRINTABLE_STRING: Tag = 0x13;
    pub const T61_STRING: Tag = 0x14;
    pub const IA5_STRING: Tag = 0x16;
    pub const UTC_TIME: Tag = 0x17;
    pub const GENERALIZED_TIME: Tag = 0x18;
    pub const VISIBLE_STRING: Tag = 0x1a;
    pub const BMP_STRING: Tag = 0x1e;
    pub const SEQUENCE: Tag = 0x30;
    pub const SET: Tag = 0x31;
    pub const OCTET_STRING_CONSTRUCTED: Tag = 0x24;
    /// `[n]`, primitive.
    pub const fn context(number: u8) -> Tag {
        0x80 | number
    }
    /// `[n]`, constructed.
    pub const fn context_constructed(number: u8) -> Tag {
        0xa0 | number
    }
}

/// What was wrong with an encoding, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem} at offset {offset:#x} of the encoding")]
pub struct DerError {
    /// The field that was being read, by the name its specification gives it.
    pub field: &'static str,
    /// Offset of the value within the outermost encoding, in bytes.
    pub offset: usize,
    /// What was wrong.
    pub problem: DerProblem,
}

/// What can be wrong with an encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DerProblem {
    /// Another type of value was expected.
    #[error("expected tag {expected:#04x}, got {got:#04x}")]
    WrongTag {
        /// The tag the specification asks for.
        expected: Tag,
        /// The tag that stands there.
        got: Tag,
    },
    /// The value is absent.
    #[error("the value is missing")]
    Missing,
    /// The value says it is longer than its container.
    #[error("length {length} passes the end, {available} bytes are left")]
    PastEnd {
        /// The length the value states.
        length: usize,
        /// Bytes that are left.
        available: usize,
    },
    /// A length of more than eight octets, or a tag number above 30.
    #[error("a tag or length form that is not supported")]
    Unsupported,
    /// Too many values inside each other.
    #[error("more than {MAX_DEPTH} values inside each other")]
    TooDeep,
    /// More values than are read.
    #[error("there are more than {most}, the limit")]
    TooMany {
        /// The limit.
        most: usize,
    },
    /// A value that is longer than what is read.
    #[error("it has {length} bytes, the limit is {most}")]
    TooLong {
        /// The length of the value.
        length: usize,
        /// The limit.
        most: usize,
    },
    /// The value does not have the form its type asks for.
    #[error("{0}")]
    Value(&'static str),
}

/// One value with the bytes it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag octet.
    pub tag: Tag,
    /// The contents octets, without tag, length and end-of-contents octets.
    pub value: &'a [u8],
    /// The whole encoding: tag, length, contents.
    pub raw: &'a [u8],
    /// Offset of the tag octet within the outermost encoding.
    pub offset: usize,
    /// Whether the length was indefinite (BER).
    pub indefinite: bool,
}

impl<'a> Tlv<'a> {
    /// A reader of the values inside this one.
    pub fn inside(&self) -> Reader<'a> {
        let header = self.raw.len().saturating_sub(self.value.len());
        let header = if self.indefinite { 2 } else { header };
        Reader { rest: self.value, offset: self.offset.saturating_add(header) }
    }

    /// The contents of an OCTET STRING, put together when it is segmented (BER).
    ///
    /// # Errors
    /// When it is no OCTET STRING.
    pub fn octet_string(&self, field: &'static str) -> Result<Cow<'a, [u8]>, DerError> {
        match self.tag {
            tag::OCTET_STRING => Ok(Cow::Borrowed(self.value)),
            tag::OCTET_STRING_CONSTRUCTED => self.joined(field, MAX_DEPTH).map(Cow::Owned),
            got => Err(self.error(field, DerProblem::WrongTag { expected: tag::OCTET_STRING, got })),
        }
    }

    fn joined(&self, field: &'static str, depth: usize) -> Result<Vec<u8>, DerError> {
        let Some(deeper) = depth.checked_sub(1) else {
            return Err(self.error(field, DerProblem::TooDeep));
        };
        let mut bytes = Vec::new();
        let mut reader = self.inside();
        while !reader.is_empty() {
            let segment = reader.any(field)?;
            match segment.tag {
                tag::OCTET_STRING => bytes.extend_from_slice(segment.value),
                tag::OCTET_STRING_CONSTRUCTED => bytes.extend(segment.joined(field, deeper)?),
                got => {
                    let problem = DerProblem::WrongTag { expected: tag::OCTET_STRING, got };
                    return Err(segment.error(field, problem));
                }
            }
        }
        Ok(bytes)
    }

    /// The bits of a BIT STRING that fills whole octets (a signature, a key).
    ///
    /// # Errors
    /// When it has unused bits or no first octet.
    pub fn bit_string(&self, field: &'static str) -> Result<&'a [u8], DerError> {
        match self.value.split_first() {
            Some((0, bits)) => Ok(bits),
            Some(_) => Err(self.error(field, DerProblem::Value("a BIT STRING with unused bits"))),
            None => Err(self.error(field, DerProblem::Value("an empty BIT STRING"))),
        }
    }

    /// The value of a small INTEGER.
    ///
    /// # Errors
    /// When it is negative or does not fit.
    pub fn small_integer(&self, field: &'static str) -> Result<u64, DerError> {
        let digits = match self.value.split_first() {
            Some((0, rest)) => rest,
            Some((first, _)) if *first < 0x80 => self.value,
            _ => return Err(self.error(field, DerProblem::Value("an empty or negative INTEGER"))),
        };
        if digits.len() > 8 {
            return Err(self.error(field, DerProblem::Value("an INTEGER of more than 64 bits")));
        }
        Ok(digits.iter().fold(0u64, |sum, digit| (sum << 8) | u64::from(*digit)))
    }

    /// An error about this value.
    pub fn error(&self, field: &'static str, problem: DerProblem) -> DerError {
        DerError { field, offset: self.offset, problem }
    }
}

/// Reads values one after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the first byte of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes, offset: 0 }
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The bytes not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Offset of the next byte within the outermost encoding.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The tag of the next value.
    pub fn peek(&self) -> Option<Tag> {
        self.rest.first().copied()
    }

    /// Reads the next value, whatever it is.
    ///
    /// # Errors
    /// When there is none, or it passes the end.
    pub fn any(&mut self, field: &'static str) -> Result<Tlv<'a>, DerError> {
        let tlv = parse(self.rest, self.offset, field, MAX_DEPTH)?;
        self.skip(tlv.raw.len());
        Ok(tlv)
    }

    /// Reads the next value, which must have this tag.
    ///
    /// # Errors
    /// As [`Reader::any`], and when the tag is another.
    pub fn expect(&mut self, expected: Tag, field: &'static str) -> Result<Tlv<'a>, DerError> {
        let error = |problem| DerError { field, offset: self.offset, problem };
        match self.peek() {
            None => Err(error(DerProblem::Missing)),
            Some(got) if got != expected => Err(error(DerProblem::WrongTag { expected, got })),
            Some(_) => self.any(field),
        }
    }

    /// Reads the next value if it has this tag.
    ///
    /// # Errors
    /// As [`Reader::any`].
    pub fn optional(&mut self, expected: Tag, field: &'static str) -> Result<Option<Tlv<'a>>, DerError> {
        if self.peek() == Some(expected) { self.any(field).map(Some) } else { Ok(None) }
    }

    /// Says that nothing more may follow.
    ///
    /// # Errors
    /// When something does.
    pub fn end(&self, field: &'static str) -> Result<(), DerError> {
        if self.is_empty() {
            return Ok(());
        }
        Err(DerError {
            field,
            offset: self.offset,
            problem: DerProblem::Value("more follows than belongs there"),
        })
    }

    /// Reads the only value there is, which must have this tag.
    ///
    /// # Errors
    /// As [`Reader::expect`], and when something follows it.
    pub fn only(mut self, expected: Tag, field: &'static str) -> Result<Tlv<'a>, DerError> {
        let tlv = self.expect(expected, field)?;
        self.end(field)?;
        Ok(tlv)
    }

    /// Reads a SEQUENCE and gives a reader of what is in it.
    ///
    /// # Errors
    /// As [`Reader::expect`].
    pub fn sequence(&mut self, field: &'static str) -> Result<Reader<'a>, DerError> {
        Ok(self.expect(tag::SEQUENCE, field)?.inside())
    }

    /// Reads an OBJECT IDENTIFIER and gives its contents octets.
    ///
    /// # Errors
    /// As [`Reader::expect`].
    pub fn oid(&mut self, field: &'static str) -> Result<&'a [u8], DerError> {
        let value = self.expect(tag::OID, field)?;
        let (length, most) = (value.value.len(), OBJECT_IDENTIFIER_BYTES);
        if length > most {
            let problem = DerProblem::TooLong { length, most };
            return Err(DerError { field, offset: value.offset, problem });
        }
        Ok(value.value)
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
        self.offset = self.offset.saturating_add(count);
    }
}

/// Reads one value at the start of `bytes`.
fn parse<'a>(bytes: &'a [u8], offset: usize, field: &'static str, depth: usize) -> Result<Tlv<'a>, DerError> {
    let error = |problem| DerError { field, offset, problem };
    let Some((&tag, after_tag)) = bytes.split_first() else { return Err(error(DerProblem::Missing)) };
    if tag & 0x1f == 0x1f {
        return Err(error(DerProblem::Unsupported));
    }
    let Some((&first, after_first)) = after_tag.split_first() else {
        return Err(error(DerProblem::PastEnd { length: 1, available: 0 }));
    };
    if first == 0x80 {
        return parse_indefinite(bytes, tag, offset, field, depth);
    }
    let (length, rest) = match first & 0x7f {
        _ if first < 0x80 => (usize::from(first), after_first),
        count @ 1..=8 => long_length(after_first, usize::from(count)).map_err(error)?,
        _ => return Err(error(DerProblem::Unsupported)),
    };
    let Some(value) = rest.get(..length) else {
        return Err(error(DerProblem::PastEnd { length, available: rest.len() }));
    };
    let header = bytes.len().saturating_sub(rest.len());
    let raw = bytes.get(..header.saturating_add(length)).unwrap_or_default();
    Ok(Tlv { tag, value, raw, offset, indefinite: false })
}

fn long_length(bytes: &[u8], count: usize) -> Result<(usize, &[u8]), DerProblem> {
    let (Some(digits), Some(rest)) = (bytes.get(..count), bytes.get(count..)) else {
        return Err(DerProblem::PastEnd { length: count, available: bytes.len() });
    };
    let length = digits.iter().fold(0u64, |sum, digit| (sum << 8) | u64::from(*digit));
    let length = usize::try_from(length).map_err(|_| DerProblem::Unsupported)?;
    Ok((length, rest))
}

/// Indefinite length (X.690 8.1.3.6): values follow until two zero octets.
fn parse_indefinite<'a>(
    bytes: &'a [u8],
    tag: Tag,
    offset: usize,
    field: &'static str,
    depth: usize,
) -> Result<Tlv<'a>, DerError> {
    let error = |problem| DerError { field, offset, problem };
    if tag & 0x20 == 0 {
        return Err(error(DerProblem::Value("an indefinite length on a primitive value")));
    }
    let deeper = depth.checked_sub(1).ok_or_else(|| error(DerProblem::TooDeep))?;
    let mut position = 2usize;
    loop {
        let rest = bytes.get(position..).unwrap_or_default();
        if rest.starts_with(&[0, 0]) {
            let value = bytes.get(2..position).unwrap_or_default();
            let raw = bytes.get(..position.saturating_add(2)).unwrap_or_default();
            return Ok(Tlv { tag, value, raw, offset, indefinite: true });
        }
        let inner = parse(rest, offset.saturating_add(position), field, deeper)?;
        position = position.saturating_add(inner.raw.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_lengths() {
        let mut bytes = vec![0x30, 0x82, 0x00, 0x03, 0x02, 0x01, 0x05];
        let sequence = Reader::new(&bytes).any("test").unwrap();
        assert_eq!(sequence.raw.len(), 7);
        assert_eq!(sequence.inside().expect(tag::INTEGER, "n").unwrap().small_integer("n"), Ok(5));
        assert_eq!(sequence.inside().expect(tag::INTEGER, "n").unwrap().offset, 4);
        bytes.truncate(6);
        let error = Reader::new(&bytes).any("test").unwrap_err();
        assert_eq!(error.problem, DerProblem::PastEnd { length: 3, available: 2 });
    }

    #[test]
    fn indefinite_lengths_end_at_two_zero_octets() {
        // [constructed OCTET STRING, indefinite] { "ab", "c" } and a following INTEGER.
        let bytes = [0x24, 0x80, 0x04, 0x02, b'a', b'b', 0x04, 0x01, b'c', 0, 0, 0x02, 0x01, 0x07];
        let mut reader = Reader::new(&bytes);
        let string = reader.any("text").unwrap();
        assert_eq!(string.octet_string("text").unwrap().as_ref(), b"abc");
        assert_eq!(reader.expect(tag::INTEGER, "next").unwrap().offset, 11);
        assert!(Reader::new(&bytes[..9]).any("text").is_err());
    }

    #[test]
    fn hostile_depth_is_refused() {
        let bytes = [0x30, 0x80].repeat(100_000);
        let error = Reader::new(&bytes).any("deep").unwrap_err();
        assert_eq!(error.problem, DerProblem::TooDeep);
    }

    #[test]
    fn huge_lengths_are_refused() {
        let error = Reader::new(&[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).any("x");
        assert!(error.is_err());
    }

    #[test]
    fn object_identifiers_are_short() {
        let of = |length: u8| [&[tag::OID, 0x81, length][..], &vec![1; usize::from(length)]].concat();
        assert_eq!(Reader::new(&of(128)).oid("type").unwrap().len(), 128);
        let error = Reader::new(&of(129)).oid("type").unwrap_err();
        assert_eq!(error.problem, DerProblem::TooLong { length: 129, most: 128 });
    }
}
