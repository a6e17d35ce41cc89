//! The lengths of the codes of a tree, as changes to those of the tree before, packed with a small tree of their own.

use super::Damage;
use super::bits::Bits;
use super::tree::Tree;

/// Symbols of the small tree: 17 changes and three kinds of runs.
const CHANGES: usize = 20;
/// Lengths go round: 0 to 16.
const ROUND: u32 = 17;

/// Reads new lengths over those of the tree before.
///
/// # Errors
/// When the small tree is none, or a run goes past the end.
pub(super) fn read(bits: &mut Bits<'_>, small: &mut Tree, lengths: &mut [u8]) -> Result<(), Damage> {
    let mut own = [0_u8; CHANGES];
    own.fill_with(|| u8::try_from(bits.take(4)).unwrap_or(0));
    small.set(&own)?;
    if small.is_empty() {
        return Err(Damage::Codes);
    }
    let mut left = lengths;
    while let Some(first) = left.first().copied() {
        bits.need(16);
        let symbol = small.next(bits);
        let (run, length) = match symbol {
            17 => (bits.take(4).wrapping_add(4), 0),
            18 => (bits.take(5).wrapping_add(20), 0),
            19 => {
                let run = bits.take(1).wrapping_add(4);
                bits.need(16);
                let change = small.next(bits);
                (run, changed(first, change)?)
            }
            change => (1, changed(first, change)?),
        };
        let run = usize::try_from(run).unwrap_or(usize::MAX);
        let (these, rest) = left.split_at_mut_checked(run).ok_or(Damage::Codes)?;
        these.fill(length);
        left = rest;
    }
    Ok(())
}

/// A length after a change.
fn changed(before: u8, change: u32) -> Result<u8, Damage> {
    let after = u32::from(before).wrapping_add(ROUND).checked_sub(change).filter(|_| change < ROUND);
    let after = after.ok_or(Damage::Codes)? % ROUND;
    u8::try_from(after).map_err(|_| Damage::Codes)
}
