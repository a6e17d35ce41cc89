//! Reading bytes and matches.

use super::bits::Bits;
use super::tree::Tree;
use super::window::{Window, repeat};
use super::{BYTES, Damage, SLOTS};

/// Symbols below the one that says that the length follows.
const LONG: u32 = 7;
/// Shortest match, in bytes.
const SHORTEST: u32 = 2;
/// Lowest bits of a distance that have a tree of their own in an aligned part.
const LOW: u32 = 3;
/// [`BYTES`], as symbols are numbered.
const BYTES_U32: u32 = 256;
const _: () = assert!(BYTES == 256, "the same number");

/// Bits that follow the slot of a distance: (slot - 2) / 2 from the fifth on, and at most 17.
const EXTRA: [u8; SLOTS] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14,
    15, 15, 16, 16, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17,
];

/// The smallest distance of each slot, before 2 is taken away for the slots of the last distances: that of the slot before, and
/// the distances in it.
const BASE: [u32; SLOTS] = [
    0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
    4096, 6144, 8192, 12_288, 16_384, 24_576, 32_768, 49_152, 65_536, 98_304, 131_072, 196_608, 262_144,
    393_216, 524_288, 655_360, 786_432, 917_504, 1_048_576, 1_179_648, 1_310_720, 1_441_792, 1_572_864,
    1_703_936, 1_835_008, 1_966_080,
];

/// The codes of a part.
pub(super) struct Codes<'a> {
    pub(super) main: &'a Tree,
    pub(super) length: &'a Tree,
    pub(super) aligned: &'a Tree,
}

/// Unpacks bytes and matches until the window ends at `until`. `ALIGNED` says that the lowest bits of distances have a
/// tree of their own.
///
/// # Errors
/// When a match is not possible.
pub(super) fn unpack<const ALIGNED: bool>(
    stored: &mut Bits<'_>,
    codes: &Codes<'_>,
    recent: &mut [u32; 3],
    window: &mut Window,
    until: usize,
) -> Result<(), Damage> {
    // Local copies, which the compiler can keep in registers.
    let mut bits = stored.clone();
    let [mut newest, mut second, mut third] = *recent;
    let (mut end, size) = (window.end, window.size);
    let bytes = window.bytes();
    while end < until {
        bits.need(16);
        let symbol = codes.main.next(&mut bits);
        let Some(header) = symbol.checked_sub(BYTES_U32) else {
            if let Some(place) = bytes.get_mut(end) {
                *place = u8::try_from(symbol & 0xff).unwrap_or(0);
            }
            end = end.wrapping_add(1);
            continue;
        };
        // The longest code of a length, and the longest distance.
        bits.need(16 + 17 + 4);
        let mut length = header & LONG;
        if length == LONG {
            if codes.length.is_empty() {
                return Err(Damage::Codes);
            }
            length = length.wrapping_add(codes.length.next(&mut bits));
        }
        let length = usize::try_from(length.wrapping_add(SHORTEST)).unwrap_or(usize::MAX);
        match usize::try_from(header >> 3).unwrap_or(usize::MAX) {
            0 => {}
            1 => std::mem::swap(&mut newest, &mut second),
            2 => std::mem::swap(&mut newest, &mut third),
            slot => {
                let extra = u32::from(EXTRA.get(slot).copied().unwrap_or(0));
                let base = BASE.get(slot).copied().unwrap_or(0);
                let rest = match extra.checked_sub(LOW).filter(|_| ALIGNED) {
                    Some(high) => {
                        let high = bits.available(high) << LOW;
                        high.wrapping_add(codes.aligned.next(&mut bits))
                    }
                    None => bits.available(extra),
                };
                (third, second) = (second, newest);
                newest = base.wrapping_add(rest).wrapping_sub(2);
            }
        }
        let to = end;
        end = end.wrapping_add(length);
        if end > until {
            return Err(Damage::Length);
        }
        let back = usize::try_from(newest).unwrap_or(usize::MAX);
        repeat(bytes, to, back, length).filter(|()| back <= size).ok_or(Damage::Distance)?;
    }
    window.end = end;
    *recent = [newest, second, third];
    *stored = bits;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the table in "Microsoft LZX Data Compression Format".
    #[test]
    fn distances_are_those_of_the_document() {
        for (slot, extra, base) in [
            (0, 0, 0),
            (3, 0, 3),
            (4, 1, 4),
            (5, 1, 6),
            (6, 2, 8),
            (29, 13, 24_576),
            (30, 14, 32_768),
            (35, 16, 196_608),
            (36, 17, 262_144),
            (37, 17, 393_216),
            (42, 17, 1_048_576),
            (49, 17, 1_966_080),
        ] {
            assert_eq!((EXTRA[slot], BASE[slot]), (extra, base), "{slot}");
        }
        for slot in 1..SLOTS {
            assert_eq!(BASE[slot], BASE[slot - 1] + (1 << EXTRA[slot - 1]), "{slot}");
        }
    }
}
