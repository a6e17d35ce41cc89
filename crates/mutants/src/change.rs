//! Every change of a kind that can be made to a file.

use crate::{Field, Order, fields};

/// Kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One bit of one byte.
    Flip,
    /// The end is cut off.
    Truncate,
    /// Two blocks change places.
    Swap,
    /// A run of bytes becomes zeros.
    Zero,
    /// A field becomes 0, 1, the greatest number, one more or one less.
    Field,
}

/// All kinds, in the order of reports.
pub const KINDS: [Kind; 5] = [Kind::Flip, Kind::Truncate, Kind::Swap, Kind::Zero, Kind::Field];

impl Kind {
    /// What reports call it.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Flip => "every bit flipped",
            Kind::Truncate => "cut off at every length",
            Kind::Swap => "every two blocks swapped",
            Kind::Zero => "runs of zeros",
            Kind::Field => "every field set",
        }
    }
}

/// Bytes of blocks that change places: mini sectors, and sectors.
const BLOCKS: [usize; 2] = [64, 512];

/// Lengths of runs that become zeros, each at all multiples of its length.
const RUNS: [usize; 7] = [1, 2, 4, 8, 16, 64, 512];

/// What a field becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// 0.
    Zero,
    /// 1.
    One,
    /// All bits set.
    Greatest,
    /// One more, and 0 after the greatest.
    More,
    /// One less, and the greatest after 0.
    Less,
}

const VALUES: [Value; 5] = [Value::Zero, Value::One, Value::Greatest, Value::More, Value::Less];

/// One change.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// A bit (0 to 7) of the byte at an offset is flipped.
    Flip(usize, u8),
    /// Only this many bytes are left.
    Truncate(usize),
    /// The blocks at two offsets change places; the last number is their length.
    Swap(usize, usize, usize),
    /// So many bytes at an offset become zeros.
    Zero(usize, usize),
    /// A field gets another value.
    Set(Field, Value),
}

impl Change {
    /// The changed file; none when nothing changes.
    pub fn apply(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut copy = bytes.to_vec();
        match self {
            Change::Flip(at, bit) => *copy.get_mut(at)? ^= 1u8.checked_shl(bit.into())?,
            Change::Truncate(length) => copy.truncate(length),
            Change::Swap(first, second, length) => {
                let (before, rest) = copy.split_at_mut_checked(second)?;
                let end = first.checked_add(length)?;
                before.get_mut(first..end)?.swap_with_slice(rest.get_mut(..length)?);
            }
            Change::Zero(at, length) => {
                let end = at.checked_add(length)?.min(copy.len());
                copy.get_mut(at..end)?.fill(0);
            }
            Change::Set(field, value) => set(&mut copy, field, value)?,
        }
        (copy != bytes).then_some(copy)
    }
}

fn set(bytes: &mut [u8], field: Field, value: Value) -> Option<()> {
    let number = bytes.get_mut(field.at..field.at.checked_add(field.width)?)?;
    if field.order == Order::Big {
        number.reverse();
    }
    match value {
        Value::Zero => number.fill(0),
        Value::One => {
            number.fill(0);
            *number.first_mut()? = 1;
        }
        Value::Greatest => number.fill(0xFF),
        Value::More => carry(number, |byte| byte.wrapping_add(1), 0),
        Value::Less => carry(number, |byte| byte.wrapping_sub(1), 0xFF),
    }
    if field.order == Order::Big {
        number.reverse();
    }
    Some(())
}

/// Steps the lowest byte, and the next one while a byte turns round.
fn carry(number: &mut [u8], step: fn(u8) -> u8, round: u8) {
    for byte in number {
        *byte = step(*byte);
        if *byte != round {
            return;
        }
    }
}

/// Every change of a kind. Some change nothing ([`Change::apply`]).
pub fn changes(bytes: &[u8], kind: Kind) -> Vec<Change> {
    let length = bytes.len();
    match kind {
        Kind::Flip => (0..length).flat_map(|at| (0..8).map(move |bit| Change::Flip(at, bit))).collect(),
        Kind::Truncate => (0..length).map(Change::Truncate).collect(),
        Kind::Swap => BLOCKS.into_iter().flat_map(|block| swaps(length, block)).collect(),
        Kind::Zero => RUNS
            .into_iter()
            .flat_map(|run| (0..length).step_by(run).map(move |at| Change::Zero(at, run)))
            .collect(),
        Kind::Field => {
            let fields = fields(bytes).into_iter();
            fields.flat_map(|field| VALUES.map(|value| Change::Set(field, value))).collect()
        }
    }
}

fn swaps(length: usize, block: usize) -> Vec<Change> {
    let starts = move || (0..length).step_by(block).filter(move |at| at.saturating_add(block) <= length);
    starts()
        .flat_map(|first| {
            let behind = starts().filter(move |second| *second > first);
            behind.map(move |second| Change::Swap(first, second, block))
        })
        .collect()
}
