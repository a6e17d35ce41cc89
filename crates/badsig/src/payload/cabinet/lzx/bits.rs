//! The bits of one block of a folder: 16-bit words, lower byte first, each read from its highest bit on.

/// Bits that are not yet read, and where the next come from.
///
/// Behind the end come zeros, so that looking ahead needs no care; [`Bits::ran_out`] tells afterwards.
#[derive(Clone)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// Place of the next word that is not yet in the buffer; it may lie behind the end.
    next: usize,
    /// The next bits, the first one highest.
    buffer: u64,
    /// How many bits of the buffer count.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Bits<'a> {
        Bits { bytes, next: 0, buffer: 0, count: 0 }
    }

    /// Makes at least `wanted` bits available, at most 48.
    #[inline(always)]
    pub(super) fn need(&mut self, wanted: u32) {
        if self.count < wanted {
            self.fill();
        }
    }

    /// Puts as many whole words into the buffer as fit. Bits of a further word may stand in it behind those that
    /// count; adding the same word again does not change them.
    #[inline(always)]
    fn fill(&mut self) {
        let words = match self.bytes.get(self.next..self.next.wrapping_add(8)) {
            Some(eight) => {
                let swapped = u64::from_be_bytes(eight.try_into().unwrap_or_default());
                (swapped & 0x00ff_00ff_00ff_00ff) << 8 | (swapped >> 8) & 0x00ff_00ff_00ff_00ff
            }
            None => self.last_words(),
        };
        self.buffer |= words.wrapping_shr(self.count);
        let bits = 64_u32.wrapping_sub(self.count) & 0x70;
        self.count = self.count.wrapping_add(bits);
        self.next = self.next.wrapping_add(usize::try_from(bits >> 3).unwrap_or(0));
    }

    #[cold]
    fn last_words(&self) -> u64 {
        let rest = self.bytes.get(self.next..).unwrap_or_default();
        let mut words = [0_u8; 8];
        for (place, byte) in rest.iter().take(8).enumerate() {
            // Within a word the second byte is the higher one.
            if let Some(target) = words.get_mut(place ^ 1) {
                *target = *byte;
            }
        }
        u64::from_be_bytes(words)
    }

    /// The next 16 bits, which must be available.
    #[inline(always)]
    pub(super) fn peek(&self) -> usize {
        usize::try_from(self.buffer >> 48).unwrap_or(0)
    }

    /// Passes over bits that are available, at most 63.
    #[inline(always)]
    pub(super) fn drop(&mut self, count: u32) {
        self.buffer = self.buffer.wrapping_shl(count);
        self.count = self.count.wrapping_sub(count);
    }

    /// The next bits, at most 32, which must be available.
    #[inline(always)]
    pub(super) fn available(&mut self, count: u32) -> u32 {
        // Two shifts, because one by 64 is none.
        let value = (self.buffer >> 1).wrapping_shr(63_u32.wrapping_sub(count));
        self.drop(count);
        u32::try_from(value).unwrap_or(0)
    }

    /// The next bits, at most 32.
    pub(super) fn take(&mut self, count: u32) -> u32 {
        self.need(count);
        self.available(count)
    }

    /// Goes forward to a border of words: by 1 to 16 bits, a whole word when there is a border already.
    pub(super) fn next_word(&mut self) {
        self.need(16);
        let rest = self.count & 15;
        self.drop(if rest == 0 { 16 } else { rest });
    }

    /// The next bytes, from a border of bytes on; `None` when there are not so many.
    pub(super) fn take_bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let start = self.next.saturating_sub(usize::try_from(self.count >> 3).unwrap_or(0));
        let end = start.checked_add(count)?;
        let taken = self.bytes.get(start..end)?;
        (self.next, self.buffer, self.count) = (end, 0, 0);
        Some(taken)
    }

    /// Whether more bits were read than there are.
    pub(super) fn ran_out(&self) -> bool {
        let read = self.next.saturating_mul(8).saturating_sub(usize::try_from(self.count).unwrap_or(0));
        read > self.bytes.len().saturating_mul(8).next_multiple_of(16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_from_their_highest_bit() {
        let mut bits = Bits::new(&[0x34, 0x12, 0x78, 0x56, 0xbc, 0x9a, 0xf0, 0xde, 0x01, 0x02, 0x03]);
        assert_eq!((bits.take(4), bits.take(32), bits.take(12)), (1, 0x2345_6789, 0xabc));
        assert_eq!((bits.take(0), bits.take(16), bits.take(16)), (0, 0xdef0, 0x0201));
        assert_eq!((bits.take(16), bits.ran_out()), (3, false));
        assert_eq!((bits.take(1), bits.ran_out()), (0, true));
    }

    #[test]
    fn a_border_is_never_where_it_was() {
        let bytes: Vec<u8> = (0..40).collect();
        let mut bits = Bits::new(&bytes);
        bits.take(32);
        bits.next_word();
        assert_eq!(bits.take(16), 0x0706);
        bits.take(3);
        bits.next_word();
        assert_eq!(bits.take_bytes(1), Some(&[10][..]));
        assert_eq!(bits.take(16), 0x0c0b);
        assert_eq!((bits.take_bytes(28), bits.take_bytes(27)), (None, bytes.get(13..)));
    }
}
