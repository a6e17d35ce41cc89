//! Damaged and enormous input: an answer, in bounded time, without a panic. Which damage may pass is tested in `mutation.rs`.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use std::io;
use std::time::{Duration, Instant};

use badsig::subject::ByteSource;
use badsig::trust::Evidence;
use badsig::{Format, Limits, Outcome, Policy, Subject};
use common::judged_at;
use testkit::Random;
use testkit::repository;

/// Rounds per fixture; more with `BADSIG_MUTATIONS=n`.
const ROUNDS: u64 = 12;

fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    match random.below(5) {
        0 => bytes.truncate(random.below(bytes.len())),
        1 => {
            let start = random.below(bytes.len());
            let end = (start + random.below(64)).min(bytes.len());
            bytes[start..end].fill(0);
        }
        2 => {
            // A length or offset field becomes extreme.
            let start = random.below(bytes.len().saturating_sub(4));
            let value = [[0xff; 4], [0; 4], [0xff, 0xff, 0xff, 0x7f], [1, 0, 0, 0]][random.below(4)];
            let end = (start + 4).min(bytes.len());
            bytes[start..end].copy_from_slice(&value[..end - start]);
        }
        3 => {
            let (from, to) = (random.below(bytes.len()), random.below(bytes.len()));
            let length = random.below(512).min(bytes.len() - from.max(to));
            bytes.copy_within(from..from + length, to);
        }
        _ => (0..random.below(8) + 1).for_each(|_| {
            let at = random.below(bytes.len());
            bytes[at] ^= u8::try_from(random.below(255) + 1).unwrap();
        }),
    }
}

#[test]
fn damaged_files_get_an_answer() {
    let rounds = std::env::var("BADSIG_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let evidence = Evidence::embedded(judged_at());
    let mut random = Random::new(0x0bad_5165);
    let manifest: toml::Table =
        std::fs::read_to_string(repository().join("fixtures/MANIFEST.toml")).unwrap().parse().unwrap();
    for file in manifest["file"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        let original = std::fs::read(repository().join("fixtures").join(path)).unwrap();
        for _ in 0..rounds {
            let mut bytes = original.clone();
            if bytes.is_empty() {
                continue;
            }
            damage(&mut bytes, &mut random);
            let started = Instant::now();
            let facts = badsig::inspect(&Subject::from_bytes(path, bytes), &Limits::default());
            badsig::judge(&facts, &evidence, &Policy::default());
            assert!(started.elapsed() < Duration::from_secs(2), "{path} took {:?}", started.elapsed());
        }
    }
}

/// A file that starts with some bytes and goes on with zeros: large without taking space.
struct Sparse {
    head: Vec<u8>,
    size: u64,
}

impl ByteSource for Sparse {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(0);
        self.head.read_at(offset, buffer)?;
        let left = self.size.saturating_sub(offset);
        Ok(buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX)))
    }
}

#[test]
fn files_over_four_gibibytes_are_read_to_their_end() {
    let head = std::fs::read(repository().join("fixtures/exe/signed.exe")).unwrap();
    let size = (4u64 << 30) + 4099;
    let subject = Subject::new("large.exe", Box::new(Sparse { head, size }));
    let facts = badsig::inspect(&subject, &Limits::default());
    assert_eq!((facts.format, facts.size), (Format::Pe, Some(size)));
    let problems: Vec<&str> = facts.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(
        problems[0].contains("stand behind the certificate table") && problems.len() == 1,
        "{problems:?}"
    );
    assert!(facts.sha256.is_some());
    // The signature is found; the zeros behind it are covered by the digest, so it does not fit any more.
    let contents = facts.signatures[0].contents.as_ref().unwrap();
    assert!(!contents.digest.as_ref().unwrap().matches());
    let verdict = badsig::judge(&facts, &Evidence::embedded(judged_at()), &Policy::default());
    assert_eq!(verdict.outcome, Outcome::Blocked);
}
