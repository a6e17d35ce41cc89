//! Little-endian numbers and UTF-16 text at places that a stranger chose: `None` where there is nothing.

pub(super) use crate::format::bytes::{u16_at, u32_at, u64_at};
use crate::subject::{ByteSource, ReadError, read_vec};

/// A count from a 32-bit field as an index; saturates on machines with smaller addresses.
pub(super) fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// UTF-16LE text; what cannot be decoded becomes U+FFFD.
pub(super) fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// UTF-16LE text up to the first NUL or the end.
pub(super) fn utf16_to_nul(bytes: &[u8]) -> String {
    let end = bytes.chunks_exact(2).position(|pair| pair == [0, 0]).and_then(|place| place.checked_mul(2));
    utf16(end.and_then(|end| bytes.get(..end)).unwrap_or(bytes))
}

/// Reads at most `length` bytes at `offset`, fewer at the end of the source.
pub(super) fn read_up_to(source: &dyn ByteSource, offset: u64, length: u64) -> Result<Vec<u8>, ReadError> {
    let available = source.size().saturating_sub(offset).min(length);
    read_vec(source, offset.min(source.size()), available, length)
}
