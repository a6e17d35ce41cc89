//! One part of a run that is divided among machines, and how the parts become one answer again.

use serde::{Deserialize, Serialize};

use crate::hex::Hex;

/// Which part of a run a report is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShardReport {
    /// Number of the part, from 1.
    pub index: usize,
    /// How many parts there are.
    pub count: usize,
    /// How many files all parts have together.
    pub inputs: usize,
    /// SHA-256 of the list of all files with their sizes: parts of one run have the same.
    pub inputs_sha256: Hex,
    /// For each file of this report its place among all files, from 0.
    pub positions: Vec<usize>,
}

/// Divides files among `count` parts: each file, the largest first, goes to the part that has the fewest bytes so far.
/// Gives the part (from 0) of every file. The same sizes in the same order give the same answer everywhere.
///
/// ```
/// assert_eq!(badsig::report::divide(&[5, 1, 1, 3], 2), [0, 1, 1, 1]);
/// ```
pub fn divide(sizes: &[u64], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(sizes.get(*index).copied().unwrap_or_default()), *index));
    // The part with the fewest bytes, then the fewest files, then the lowest number, is always on top.
    let mut parts: std::collections::BinaryHeap<_> =
        (0..count).map(|part| std::cmp::Reverse((0u64, 0usize, part))).collect();
    let mut answer = vec![0; sizes.len()];
    for index in order {
        let Some(std::cmp::Reverse((bytes, files, part))) = parts.pop() else { break };
        let size = sizes.get(index).copied().unwrap_or_default();
        parts.push(std::cmp::Reverse((bytes.saturating_add(size), files.saturating_add(1), part)));
        if let Some(place) = answer.get_mut(index) {
            *place = part;
        }
    }
    answer
}

/// What keeps parts from being one run, for people: parts that are missing, come twice, or are of different runs.
/// Nothing when they are complete.
pub fn gaps(shards: &[&ShardReport]) -> Vec<String> {
    let Some(first) = shards.first() else { return Vec::new() };
    let mut found = Vec::new();
    let same = |shard: &&&ShardReport| {
        shard.count == first.count
            && shard.inputs == first.inputs
            && shard.inputs_sha256 == first.inputs_sha256
    };
    for odd in shards.iter().filter(|shard| !same(shard)) {
        let ShardReport { index, count, inputs, .. } = odd;
        found.push(format!(
            "shard {index} of {count} is about another list of files ({inputs} files) than shard {} of {} ({} files)",
            first.index, first.count, first.inputs
        ));
    }
    for index in 1..=first.count {
        let times = shards.iter().filter(same).filter(|shard| shard.index == index).count();
        match times {
            0 => found.push(format!("shard {index} of {} is missing", first.count)),
            1 => {}
            _ => found.push(format!("shard {index} of {} is there {times} times", first.count)),
        }
        if found.len() > SHOWN {
            found.push("…".to_owned());
            break;
        }
    }
    found
}

/// Gaps that are named.
const SHOWN: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(index: usize, count: usize) -> ShardReport {
        ShardReport { index, count, inputs: 9, inputs_sha256: Hex(vec![1]), positions: Vec::new() }
    }

    #[test]
    fn parts_are_balanced_by_bytes() {
        let sizes: Vec<u64> = (0..1000).map(|index| (index * 7919) % 1009).collect();
        let parts = divide(&sizes, 8);
        let mut bytes = [0u64; 8];
        parts.iter().zip(&sizes).for_each(|(part, size)| bytes[*part] += size);
        let (least, most) = (bytes.iter().min().unwrap(), bytes.iter().max().unwrap());
        assert!(most - least < 1009, "{bytes:?}");
        assert_eq!(divide(&sizes, 8), parts);
        assert_eq!(divide(&[0, 0, 0, 0], 2), [0, 1, 0, 1]);
    }

    #[test]
    fn gaps_are_named() {
        let all: Vec<ShardReport> = (1..=3).map(|index| shard(index, 3)).collect();
        let borrowed: Vec<&ShardReport> = all.iter().collect();
        assert!(gaps(&borrowed).is_empty());
        assert_eq!(gaps(&borrowed[..2]), ["shard 3 of 3 is missing"]);
        assert_eq!(gaps(&[&all[0], &all[1], &all[1], &all[2]]), ["shard 2 of 3 is there 2 times"]);
        let other = ShardReport { inputs: 8, ..shard(2, 3) };
        assert_eq!(gaps(&[&all[0], &other, &all[2]]).len(), 2);
    }
}
