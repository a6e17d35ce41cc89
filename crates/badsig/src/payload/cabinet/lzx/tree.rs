//! Canonical Huffman codes of at most 16 bits, read through two tables: one for the first [`ROOT`] bits, and one for
//! the rest of longer codes.

use super::Damage;
use super::bits::Bits;

/// Longest code, in bits.
pub(super) const LONGEST: u32 = 16;
/// Bits that the first table is read with: most codes are not longer.
const ROOT: u32 = 11;
/// Bits that are left for the second tables.
const REST: u32 = LONGEST - ROOT;
/// Marks an entry of the first table that names a second one.
const LONGER: u16 = 0x8000;
/// Bits of an entry that tell the length of a code; those above are the symbol.
const LENGTH_BITS: u32 = 5;

/// The codes of one alphabet.
pub(super) struct Tree {
    /// Entries: symbol and length of its code, or the number of a second table. 0 where there is no code.
    root: Box<[u16; 1 << ROOT]>,
    /// The second tables, one after the other.
    longer: Vec<u16>,
    empty: bool,
}

impl Tree {
    pub(super) fn new() -> Tree {
        Tree { root: Box::new([0; 1 << ROOT]), longer: Vec::new(), empty: true }
    }

    /// Takes the codes of these lengths; 0 says that the symbol does not occur.
    ///
    /// # Errors
    /// When the lengths make no code in which every sequence of bits has exactly one meaning. An alphabet of which
    /// nothing occurs is allowed: blocks may have no long match.
    pub(super) fn set(&mut self, lengths: &[u8]) -> Result<(), Damage> {
        let mut numbers = [0_u32; 17];
        for length in lengths {
            if let Some(number) = numbers.get_mut(usize::from(*length)) {
                *number = number.wrapping_add(1);
            }
        }
        // Codes are counted in units of the longest: all together must fill 2^16.
        let mut next = [0_u32; 17];
        let mut used = 0_u32;
        for ((length, number), first) in (0_u32..).zip(numbers).zip(&mut next).skip(1) {
            *first = used;
            used = used.wrapping_add(number << LONGEST.wrapping_sub(length));
        }
        self.empty = used == 0;
        if used != 1 << LONGEST && !self.empty {
            return Err(Damage::Codes);
        }
        self.root.fill(0);
        self.longer.clear();
        for (symbol, length) in (0_u16..).zip(lengths).filter(|(_, length)| **length > 0) {
            if let Some(code) = next.get_mut(usize::from(*length)) {
                self.put(symbol, *length, *code);
                *code = code.wrapping_add(1 << LONGEST.wrapping_sub(u32::from(*length)));
            }
        }
        Ok(())
    }

    /// Puts one code into the tables; `code` has 16 bits, with zeros behind its own.
    fn put(&mut self, symbol: u16, length: u8, code: u32) {
        let entry = symbol << LENGTH_BITS | u16::from(length);
        let wide = usize::from(length);
        let code = usize::try_from(code).unwrap_or(0);
        let first = code >> REST;
        let (table, start, entries) = match u32::from(length).checked_sub(ROOT) {
            None | Some(0) => (self.root.as_mut_slice(), first, (1_usize << ROOT) >> wide),
            Some(_) => {
                let Some(named) = self.root.get_mut(first) else { return };
                if *named == 0 {
                    // At most 328 tables: every one has at least two of the 656 symbols.
                    let number = u16::try_from(self.longer.len() >> REST).unwrap_or(0);
                    *named = LONGER | number;
                    self.longer.resize(self.longer.len().wrapping_add(1 << REST), 0);
                }
                let start = usize::from(*named & !LONGER) << REST | code & ((1 << REST) - 1);
                (self.longer.as_mut_slice(), start, (1_usize << LONGEST) >> wide)
            }
        };
        if let Some(places) = table.get_mut(start..start.wrapping_add(entries)) {
            places.fill(entry);
        }
    }

    /// Whether nothing has a code.
    pub(super) fn is_empty(&self) -> bool {
        self.empty
    }

    /// The next symbol; 16 bits must be available. Without codes it is 0.
    #[inline(always)]
    pub(super) fn next(&self, bits: &mut Bits<'_>) -> u32 {
        let ahead = bits.peek();
        let mut entry = self.root.get(ahead >> REST).copied().unwrap_or(0);
        if entry & LONGER != 0 {
            let place = usize::from(entry & !LONGER) << REST | ahead & ((1 << REST) - 1);
            entry = self.longer.get(place).copied().unwrap_or(0);
        }
        bits.drop(u32::from(entry) & ((1 << LENGTH_BITS) - 1));
        u32::from(entry) >> LENGTH_BITS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of all lengths: 0, 10, 110, … as canonical codes go.
    #[test]
    fn codes_of_every_length_are_read() {
        let mut lengths: Vec<u8> = (1..=16).collect();
        lengths.push(16);
        let mut tree = Tree::new();
        tree.set(&lengths).unwrap();
        for (symbol, length) in (0..16_u32).zip(1..=16_u32) {
            let code = u16::try_from((0xffff_u32 << (17 - length)) & 0xffff).unwrap();
            let bytes = code.to_le_bytes();
            let mut bits = Bits::new(&bytes);
            bits.need(16);
            assert_eq!(tree.next(&mut bits), symbol);
            assert_eq!(bits.available(16 - length), 0);
        }
        let mut bits = Bits::new(&[0xff, 0xff]);
        bits.need(16);
        assert_eq!(tree.next(&mut bits), 16);
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let mut tree = Tree::new();
        assert!(tree.set(&[1, 1, 1]).is_err());
        assert!(tree.set(&[1, 2]).is_err());
        assert!(tree.set(&[1]).is_err());
        assert!(tree.set(&[16; 256]).is_err());
        assert!(tree.set(&[0; 249]).is_ok());
        assert!(tree.is_empty());
        assert!(tree.set(&[1, 1]).is_ok());
        assert!(!tree.is_empty());
    }
}
