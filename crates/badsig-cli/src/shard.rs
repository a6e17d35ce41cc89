//! `--shard`: one part of the files, the same on every machine that sees the same files.

use std::fmt::{Debug, Write as _};

use badsig::digest::DigestAlgorithm;
use badsig::hex::Hex;
use badsig::report::{ShardReport, divide};
use badsig::{Limits, Policy};

use crate::failure::Failure;
use crate::inputs::Entry;
use crate::settings::JudgingSettings;

/// More parts than this are a mistake.
const MOST: usize = 100_000;

/// What `--shard` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shard {
    /// Part K of N, from 1.
    Part(usize, usize),
    /// As the environment of the build service or cluster says.
    Auto,
}

/// Reads `K/N` or `auto`.
pub(crate) fn parse(text: &str) -> Result<Shard, String> {
    if text == "auto" {
        return Ok(Shard::Auto);
    }
    let expected = || "expected K/N with 1 ≤ K ≤ N, such as 2/8, or auto".to_owned();
    let (index, count) = text.split_once('/').ok_or_else(expected)?;
    let (index, count) = (index.parse().map_err(|_| expected())?, count.parse().map_err(|_| expected())?);
    if index == 0 || index > count || count > MOST { Err(expected()) } else { Ok(Shard::Part(index, count)) }
}

/// Variables that say which part this is and how many there are, in the order in which they are looked at. Kubernetes
/// numbers the pods of an Indexed Job from 0 and does not tell their number, nor do GitHub Actions tell either: the
/// job says them itself.
const VARIABLES: [(&str, &str, usize); 4] = [
    ("BADSIG_SHARD_INDEX", "BADSIG_SHARD_COUNT", 0),
    ("GITHUB_JOB_INDEX", "GITHUB_JOB_TOTAL", 0),
    ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0),
];

fn from_environment(get: &dyn Fn(&str) -> Option<String>) -> Result<(usize, usize), Failure> {
    for (index, count, first) in VARIABLES {
        let Some(own) = get(index) else { continue };
        let wrong = |why: &str| Failure::usage(format!("--shard auto: {index}={own}: {why}"));
        let total = get(count).ok_or_else(|| wrong(&format!("{count} is not set")))?;
        let number: usize = own.trim().parse().map_err(|_| wrong("is not a number"))?;
        let total: usize = total.trim().parse().map_err(|_| wrong(&format!("{count} is not a number")))?;
        let number = number.checked_sub(first).and_then(|number| number.checked_add(1));
        return match number {
            Some(number) if number <= total && total <= MOST => Ok((number, total)),
            _ => Err(wrong(&format!("not a part of {total}"))),
        };
    }
    let names: Vec<&str> = VARIABLES.iter().map(|(index, ..)| *index).collect();
    Err(Failure::usage(format!("--shard auto: none of {} is set", names.join(", "))))
}

/// SHA-256 of what decides beside the head of the report: policy, options, certificates, lists.
pub(crate) fn settings_digest(judging: &JudgingSettings, limits: &Limits, sha1: bool, facts: bool) -> Hex {
    let Limits { depth, members, unpacked_bytes, unpack_ratio, .. } = limits;
    digest_with(judging, &(depth, members, unpacked_bytes, unpack_ratio, sha1, facts))
}

/// The same part judged with other settings: it fits to parts that were judged again with the same ones, and to no others.
pub(crate) fn judged_again(part: ShardReport, judging: &JudgingSettings) -> ShardReport {
    ShardReport { settings_sha256: digest_with(judging, &part.settings_sha256), ..part }
}

fn digest_with(judging: &JudgingSettings, how_read: &impl Debug) -> Hex {
    let JudgingSettings { evidence, policy, .. } = judging;
    let Policy { levels, exceptions, baseline, pins, lock, .. } = policy;
    let text = format!("{:?}", ((levels, exceptions, baseline, pins, lock), how_read, evidence.sha256()));
    Hex(DigestAlgorithm::Sha256.digest(text.as_bytes()))
}

/// Keeps the files of one part, in their order.
pub(crate) fn take(
    shard: Shard,
    entries: Vec<Entry>,
    settings_sha256: Hex,
) -> Result<(Vec<Entry>, ShardReport), Failure> {
    let (index, count) = match shard {
        Shard::Part(index, count) => (index, count),
        Shard::Auto => from_environment(&|name| std::env::var(name).ok())?,
    };
    let sizes: Vec<Option<u64>> = entries.iter().map(Entry::size).collect();
    let mut list = String::new();
    for (entry, size) in entries.iter().zip(&sizes) {
        let size = size.map_or_else(|| "?".to_owned(), |size| size.to_string());
        // Infallible for a string.
        let _ = write!(list, "{}\0{size}\0", entry.path().display());
    }
    let mut report = ShardReport {
        index,
        count,
        inputs: entries.len(),
        inputs_sha256: Hex(DigestAlgorithm::Sha256.digest(list.as_bytes())),
        settings_sha256,
        positions: Vec::new(),
    };
    let parts = divide(&weights(&sizes), count);
    let mut own = Vec::new();
    for (position, (entry, part)) in entries.into_iter().zip(parts).enumerate() {
        if part.saturating_add(1) == index {
            report.positions.push(position);
            own.push(entry);
        }
    }
    Ok((own, report))
}

/// A file of unknown size counts as an average one; where no size is known, all count the same.
fn weights(sizes: &[Option<u64>]) -> Vec<u64> {
    let known = || sizes.iter().flatten().copied();
    let count = u64::try_from(known().count()).unwrap_or(u64::MAX);
    let average = known().fold(0u64, u64::saturating_add).checked_div(count).unwrap_or_default().max(1);
    sizes.iter().map(|size| size.unwrap_or(average)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_unknown_size_are_shared_out_evenly() {
        assert_eq!(weights(&[Some(10), None, Some(20)]), [10, 15, 20]);
        assert_eq!(weights(&[None, None]), [1, 1]);
        assert_eq!(weights(&[Some(0), None]), [0, 1]);
        let parts = divide(&weights(&[None; 10]), 4);
        let counts: Vec<usize> =
            (0..4).map(|part| parts.iter().filter(|own| **own == part).count()).collect();
        assert_eq!(counts, [3, 3, 2, 2]);
    }

    #[test]
    fn spellings() {
        assert_eq!(parse("2/8"), Ok(Shard::Part(2, 8)));
        assert_eq!(parse("auto"), Ok(Shard::Auto));
        for wrong in ["0/8", "9/8", "8", "a/b", "-1/2", ""] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_environment_of_clusters_and_build_services() {
        let with = |pairs: &'static [(&str, &str)]| {
            from_environment(&move |name| {
                pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned())
            })
        };
        assert_eq!(with(&[("JOB_COMPLETION_INDEX", "7"), ("JOB_COMPLETIONS", "8")]).unwrap(), (8, 8));
        assert_eq!(with(&[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "8")]).unwrap(), (1, 8));
        assert_eq!(with(&[("GITHUB_JOB_INDEX", "0"), ("GITHUB_JOB_TOTAL", "2")]).unwrap(), (1, 2));
        assert!(with(&[("JOB_COMPLETION_INDEX", "8"), ("JOB_COMPLETIONS", "8")]).is_err());
        assert!(with(&[("JOB_COMPLETION_INDEX", "8")]).is_err());
        assert!(with(&[]).is_err());
    }
}
