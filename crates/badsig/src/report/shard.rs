//! One part of a run that is divided among machines, and how the parts become one answer again.

use std::collections::{BTreeMap, BTreeSet};

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
    /// SHA-256 of what the files are judged with beside what stands in the head of the report: parts of one run have the
    /// same.
    pub settings_sha256: Hex,
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

/// Which of several parts make one run, and what keeps them from being all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The parts that count, by their place among those that were given: no part twice, none of another run.
    pub taken: Vec<usize>,
    /// What is wrong, for people: parts that are missing, come twice or belong to another run. Nothing when the run
    /// is complete.
    pub gaps: Vec<String>,
}

/// Finds out whether these parts are one run. Of parts of several runs, those of the run with most parts count.
pub fn join(shards: &[&ShardReport]) -> Joined {
    let Some(first) = main_run(shards) else { return Joined::default() };
    let mut joined = Joined::default();
    let mut times: BTreeMap<usize, usize> = BTreeMap::new();
    for (place, shard) in shards.iter().enumerate() {
        if !shard.is_of_run(first) {
            joined.gaps.push(format!("{}; its files are left out", shard.difference(first)));
            continue;
        }
        let times = times.entry(shard.index).or_default();
        *times = times.saturating_add(1);
        if *times == 1 {
            joined.taken.push(place);
        }
    }
    for (index, times) in times.iter().filter(|(_, times)| **times > 1) {
        joined.gaps.push(format!("shard {index} of {} is there {times} times", first.count));
    }
    // The count comes from a report, so it is only counted with.
    let missing = (1..=first.count).filter(|index| !times.contains_key(index)).take(SHOWN);
    joined.gaps.extend(missing.map(|index| format!("shard {index} of {} is missing", first.count)));
    let there = times.keys().filter(|index| (1..=first.count).contains(*index)).count();
    let missing = first.count.saturating_sub(there);
    if missing > SHOWN {
        joined.gaps.push(format!("{missing} of {} shards are missing in all", first.count));
    }
    joined.gaps.extend(uncovered(first, joined.taken.iter().filter_map(|place| shards.get(*place).copied())));
    joined
}

/// The first part of the run that has most parts.
fn main_run<'s>(shards: &[&'s ShardReport]) -> Option<&'s ShardReport> {
    let size = |run: &ShardReport| shards.iter().filter(|shard| shard.is_of_run(run)).count();
    // `max_by_key` gives the last of several.
    shards.iter().rev().max_by_key(|shard| size(shard)).copied()
}

/// Every place must be in exactly one part, whatever the parts say of themselves.
fn uncovered<'s>(run: &ShardReport, taken: impl Iterator<Item = &'s ShardReport>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut parts = 0usize;
    for shard in taken {
        parts = parts.saturating_add(1);
        for position in &shard.positions {
            if *position >= run.inputs || !seen.insert(*position) {
                return Some(format!(
                    "shard {} of {} has a file that is not its own (place {position} of {})",
                    shard.index, shard.count, run.inputs
                ));
            }
        }
    }
    let lacking = run.inputs.saturating_sub(seen.len());
    (parts == run.count && lacking > 0).then(|| format!("{lacking} of {} files are in no shard", run.inputs))
}

impl ShardReport {
    /// What is not in this part, for people; nothing when it is all there is.
    pub fn rest(&self) -> Option<String> {
        let rest = self.inputs.saturating_sub(self.positions.len());
        let ShardReport { index, count, inputs, .. } = self;
        (*count > 1).then(|| {
            format!("{rest} of {inputs} files: this is shard {index} of {count} (badsig report merge)")
        })
    }

    fn is_of_run(&self, other: &ShardReport) -> bool {
        let run = |shard: &'_ ShardReport| (shard.count, shard.inputs);
        run(self) == run(other)
            && self.inputs_sha256 == other.inputs_sha256
            && self.settings_sha256 == other.settings_sha256
    }

    /// How it differs from a part of another run, for people.
    fn difference(&self, other: &ShardReport) -> String {
        let ShardReport { index, count, inputs, .. } = self;
        let than = format!("shard {} of {}", other.index, other.count);
        if count != &other.count {
            format!("shard {index} of {count} is of another division than {than}")
        } else if self.inputs_sha256 != other.inputs_sha256 || inputs != &other.inputs {
            format!(
                "shard {index} of {count} is about another list of files, or of other sizes ({inputs} files), than {than} \
                 ({} files)",
                other.inputs
            )
        } else {
            format!(
                "shard {index} of {count} was judged with other options, policy or certificates than {than}"
            )
        }
    }
}

/// Missing parts that are named.
const SHOWN: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(index: usize, count: usize) -> ShardReport {
        ShardReport {
            index,
            count,
            inputs: count,
            inputs_sha256: Hex(vec![1]),
            settings_sha256: Hex(vec![2]),
            positions: vec![index - 1],
        }
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
    fn parts_of_one_run_make_it_whole() {
        let all: Vec<ShardReport> = (1..=3).map(|index| shard(index, 3)).collect();
        assert_eq!(join(&[&all[2], &all[0], &all[1]]), Joined { taken: vec![0, 1, 2], gaps: Vec::new() });
        assert_eq!(join(&[]), Joined::default());
    }

    #[test]
    fn missing_and_double_parts_are_named() {
        let all: Vec<ShardReport> = (1..=3).map(|index| shard(index, 3)).collect();
        assert_eq!(join(&[&all[0], &all[1]]).gaps, ["shard 3 of 3 is missing"]);
        let twice = join(&[&all[0], &all[1], &all[1], &all[2]]);
        assert_eq!(
            twice,
            Joined { taken: vec![0, 1, 3], gaps: vec!["shard 2 of 3 is there 2 times".to_owned()] }
        );
        let lone = shard(7, 100_000);
        let gaps = join(&[&lone]).gaps;
        assert_eq!(gaps.len(), SHOWN + 1);
        assert_eq!(gaps[SHOWN], "99999 of 100000 shards are missing in all");
        let endless = ShardReport { count: usize::MAX, ..shard(1, 3) };
        assert!(join(&[&endless]).gaps[SHOWN].ends_with("shards are missing in all"));
    }

    #[test]
    fn parts_of_other_runs_are_left_out() {
        let all: Vec<ShardReport> = (1..=3).map(|index| shard(index, 3)).collect();
        let others = [
            (ShardReport { inputs_sha256: Hex(vec![9]), ..shard(2, 3) }, "about another list of files"),
            (ShardReport { settings_sha256: Hex(vec![9]), ..shard(2, 3) }, "other options, policy"),
            (shard(2, 2), "of another division"),
        ];
        for (other, why) in &others {
            let joined = join(&[other, &all[0], &all[2]]);
            assert_eq!(joined.taken, [1, 2], "{why}");
            assert!(joined.gaps[0].contains(why), "{:?}", joined.gaps);
            assert_eq!(joined.gaps[1], "shard 2 of 3 is missing");
        }
    }

    /// A part that says it is complete and is not does not let a file be forgotten.
    #[test]
    fn every_place_is_in_one_part() {
        let (one, two) = (shard(1, 2), shard(2, 2));
        let empty = ShardReport { positions: Vec::new(), ..two.clone() };
        assert_eq!(join(&[&one, &empty]).gaps, ["1 of 2 files are in no shard"]);
        for wrong in [0, 2] {
            let other = ShardReport { positions: vec![wrong], ..two.clone() };
            assert!(join(&[&one, &other]).gaps[0].contains("not its own"), "{wrong}");
        }
    }
}
