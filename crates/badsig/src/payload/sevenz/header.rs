//! What an encoded header of a 7z archive will unpack to, told before it is unpacked: `sevenz-rust2` holds it in
//! memory, and packed it says nothing of its size.

use std::ops::Range as Span;

use crate::format::bytes::u64_at;
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, read_vec};

/// Bytes of a header, unpacked. A member takes some 100 bytes in it, and some 200 in memory then.
const LARGEST: u64 = 4 * 1024 * 1024;
/// Coders of an encoded header. There is one.
const CODERS: u64 = 4;

const ENCODED_HEADER: u64 = 0x17;
const PACK_INFO: u64 = 0x06;
const UNPACK_INFO: u64 = 0x07;
const SIZE: u64 = 0x09;
const CRC: u64 = 0x0a;
const FOLDER: u64 = 0x0b;
const CODERS_UNPACK_SIZE: u64 = 0x0c;
const END: u64 = 0;

/// Makes sure that the header of the archive in this part of a source can be held in memory.
pub(super) fn check(source: &dyn ByteSource, span: &Span<u64>) -> Result<(), Problem> {
    let start = read_vec(source, span.start, 32, 32)?;
    let (offset, size) = (u64_at(&start, 12).unwrap_or(0), u64_at(&start, 20).unwrap_or(0));
    let place = span.start.saturating_add(32).saturating_add(offset);
    let header = read_vec(source, place, size, LARGEST)?;
    let mut fields = Fields(&header);
    match fields.number() {
        Some(ENCODED_HEADER) => {}
        _ => return Ok(()),
    }
    match unpacked_size(&mut fields) {
        Some(size) if size <= LARGEST => Ok(()),
        Some(size) => {
            let message = format!(
                "the header of the 7z archive unpacks to {size} bytes, more than the limit of {LARGEST}"
            );
            Err(Problem::at(ProblemKind::LimitReached, place, message))
        }
        None => Err(Problem::malformed(place, "the encoded header of the 7z archive makes no sense")),
    }
}

/// The largest size in the stream information of an encoded header.
fn unpacked_size(fields: &mut Fields<'_>) -> Option<u64> {
    let mut id = fields.number()?;
    if id == PACK_INFO {
        fields.number()?;
        let streams = fields.number().filter(|count| *count <= CODERS)?;
        id = fields.number()?;
        if id == SIZE {
            (0..streams).try_for_each(|_| fields.number().map(|_| ()))?;
            id = fields.number()?;
        }
        if id == CRC {
            fields.digests(streams)?;
            id = fields.number()?;
        }
        (id == END).then_some(())?;
        id = fields.number()?;
    }
    (id == UNPACK_INFO && fields.number()? == FOLDER && fields.number()? == 1 && fields.number()? == 0)
        .then_some(())?;
    let outputs = folder(fields)?;
    (fields.number()? == CODERS_UNPACK_SIZE).then_some(())?;
    let sizes: Option<Vec<u64>> = (0..outputs).map(|_| fields.number()).collect();
    sizes?.into_iter().max()
}

/// Reads a folder and gives the number of its outputs.
fn folder(fields: &mut Fields<'_>) -> Option<u64> {
    let coders = fields.number().filter(|count| (1..=CODERS).contains(count))?;
    let (mut inputs, mut outputs) = (0u64, 0u64);
    for _ in 0..coders {
        let flags = fields.byte()?;
        fields.skip(usize::from(flags & 0x0f))?;
        let (mut coder_inputs, mut coder_outputs) = (1, 1);
        if flags & 0x10 != 0 {
            coder_inputs = fields.number().filter(|count| *count <= CODERS)?;
            coder_outputs = fields.number().filter(|count| *count <= CODERS)?;
        }
        if flags & 0x20 != 0 {
            let length = fields.number()?;
            fields.skip(usize::try_from(length).ok()?)?;
        }
        inputs = inputs.checked_add(coder_inputs)?;
        outputs = outputs.checked_add(coder_outputs)?;
    }
    let pairs = outputs.checked_sub(1)?;
    (0..pairs.checked_mul(2)?).try_for_each(|_| fields.number().map(|_| ()))?;
    let packed = inputs.checked_sub(pairs)?;
    if packed > 1 {
        (0..packed).try_for_each(|_| fields.number().map(|_| ()))?;
    }
    Some(outputs)
}

/// Fields of a header, read one after the other.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.0 = self.0.get(count..)?;
        Some(())
    }

    /// A number of 1 to 9 bytes: leading ones of the first byte count the bytes that follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let following = first.leading_ones();
        let mut value = 0u64;
        for index in 0..following {
            value |= u64::from(self.byte()?).checked_shl(index.checked_mul(8)?)?;
        }
        let high = u64::from(first) & (0x7fu64.checked_shr(following).unwrap_or(0));
        Some(value | high.checked_shl(following.checked_mul(8)?).unwrap_or(0))
    }

    /// A list of CRCs: all are there, or bits say which.
    fn digests(&mut self, count: u64) -> Option<()> {
        let mut present = count;
        if self.byte()? == 0 {
            present = 0;
            for _ in 0..count.div_ceil(8) {
                present = present.checked_add(u64::from(self.byte()?.count_ones()))?;
            }
        }
        self.skip(usize::try_from(present.checked_mul(4)?).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length() {
        // From 7zFormat.txt: 0xxxxxxx; 10xxxxxx and one byte; … 11111111 and eight bytes.
        for (bytes, value) in [
            (vec![0x7f], 0x7f),
            (vec![0x81, 0x02], 0x102),
            (vec![0xc1, 0x02, 0x03], 0x1_0302),
            (vec![0xfe, 1, 2, 3, 4, 5, 6, 7], 0x07_0605_0403_0201),
            (vec![0xff, 1, 2, 3, 4, 5, 6, 7, 8], 0x0807_0605_0403_0201),
        ] {
            assert_eq!(Fields(&bytes).number(), Some(value), "{bytes:x?}");
            assert_eq!(Fields(&bytes[..bytes.len() - 1]).number(), None);
        }
    }
}
