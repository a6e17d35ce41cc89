//! Undoing what was done to calls in x86 code before packing: their relative targets (the operands of E8) were made
//! absolute, so that calls of one function look the same.

use memchr::memchr;

/// The instruction that calls a relative target.
const CALL: u8 = 0xe8;
/// Calls that begin in the last bytes of a block stay as they are.
const TAIL: usize = 10;
/// Where translation ends, in bytes from the start of the folder: the first 32,768 blocks.
const END: u64 = 0x4000_0000;

/// Makes the targets of one block relative again. `position` is where it starts in the folder, `size` the size that
/// the stream states for this, in bytes.
pub(super) fn translate(block: &mut [u8], position: u64, size: i32) {
    let Some(start) = i32::try_from(position).ok().filter(|_| position < END) else { return };
    let until = block.len().saturating_sub(TAIL);
    let mut place = 0_usize;
    while let Some(found) = block.get(place..until).and_then(|rest| memchr(CALL, rest)) {
        place = place.wrapping_add(found);
        let operand = place.wrapping_add(1);
        let here = start.wrapping_add(i32::try_from(place).unwrap_or(0));
        place = place.wrapping_add(5);
        if let Some(bytes) = block.get_mut(operand..place) {
            let target = i32::from_le_bytes((&*bytes).try_into().unwrap_or_default());
            if let Some(relative) = relative(target, here, size) {
                bytes.copy_from_slice(&relative.to_le_bytes());
            }
        }
    }
}

/// The relative target that stands for this absolute one, for a call at `here`; `None` when it was not translated.
fn relative(target: i32, here: i32, size: i32) -> Option<i32> {
    if target >= 0 && target < size {
        return Some(target.wrapping_sub(here));
    }
    // Calls that went before the start.
    (target < 0 && target >= here.wrapping_neg()).then(|| target.wrapping_add(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(operand: i32) -> Vec<u8> {
        let mut block = vec![0_u8; 32];
        block[4] = CALL;
        block[5..9].copy_from_slice(&operand.to_le_bytes());
        block
    }

    /// The limits of MS-PATCH 2.3 (E8 call translation): targets in [-position, size).
    #[test]
    fn only_targets_inside_are_translated() {
        for (before, after) in [
            (0, Some(-104)),
            (999, Some(895)),
            (1000, None),
            (-1, Some(999)),
            (-104, Some(896)),
            (-105, None),
        ] {
            let mut block = call(before);
            translate(&mut block, 100, 1000);
            assert_eq!(block, call(after.unwrap_or(before)), "{before}");
        }
    }

    #[test]
    fn the_end_of_a_block_and_what_lies_behind_one_gibibyte_stays() {
        let mut block = call(0);
        block.truncate(14);
        translate(&mut block, 100, 1000);
        assert_eq!(block, call(0)[..14]);
        let mut block = call(0);
        translate(&mut block, END, i32::MAX);
        assert_eq!(block, call(0));
        translate(&mut block[..15], 0, 1000);
        assert_eq!(block, call(-4));
    }
}
