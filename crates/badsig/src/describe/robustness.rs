//! Every shared file, and random changes of it, is described without a panic and in bounded time.

#![allow(clippy::print_stderr, reason = "tests say what they did and what they skipped")]
#![allow(clippy::arithmetic_side_effects, reason = "numbers are small")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::*;
use crate::limits::Limits;
use testkit::Random;

/// All files of the shared corpora; none when they are not there.
pub(super) fn shared_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["corpus/files", "installers/files"] {
        let entries = testkit::beside(folder).map(|folder| std::fs::read_dir(folder).unwrap());
        files.extend(entries.into_iter().flatten().map(|entry| entry.unwrap().path()));
    }
    files.sort();
    files
}

/// Text that starts a structure which is read.
const MARKS: [&[u8]; 5] = [b"PE\0\0", b"V\0S\0_\0V\0", b".rsrc", b"\xfe\xff\0\0", b"\xd0\xcf\x11\xe0"];

/// Changes some bytes, half of the time near a structure that is read.
fn mutate(bytes: &mut [u8], random: &mut Random) {
    let mark = MARKS[random.below(MARKS.len())];
    let near = bytes.windows(mark.len()).position(|window| window == mark).unwrap_or_default();
    for _ in 0..=random.below(6) {
        let anywhere = random.below(2) == 0;
        let place = if anywhere { random.below(bytes.len()) } else { near + random.below(600) };
        let value = [0, 0xff, 0x7f, 0x80, 1][random.below(5)];
        if let Some(byte) = bytes.get_mut(place) {
            *byte = if random.below(2) == 0 { value } else { u8::try_from(random.below(256)).unwrap() };
        }
    }
    if random.below(8) == 0 {
        let end = random.below(bytes.len());
        bytes[end..].fill(0);
    }
}

/// Describes as both kinds; returns the longer of both times.
fn describe(bytes: &Vec<u8>) -> Duration {
    let limits = Limits::default();
    let started = Instant::now();
    let _ = describe_pe(bytes, &limits);
    let _ = describe_installer(bytes, &limits);
    started.elapsed()
}

#[test]
fn descriptions_survive_json() {
    let limits = Limits::default();
    for path in shared_files() {
        let bytes = std::fs::read(&path).unwrap();
        if let Ok(found) = describe_pe(&bytes, &limits) {
            let json = serde_json::to_string(&found).unwrap();
            assert_eq!(serde_json::from_str::<PeDescription>(&json).unwrap(), found);
        }
        if let Ok(found) = describe_installer(&bytes, &limits) {
            let json = serde_json::to_string(&found).unwrap();
            assert_eq!(serde_json::from_str::<InstallerDescription>(&json).unwrap(), found);
        }
    }
}

#[test]
fn changed_files_do_no_harm() {
    let rounds = std::env::var("BADSIG_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let mut random = Random::new(0x5eed_0bad_516a_ba11);
    let mut slowest = (Duration::ZERO, PathBuf::new());
    let mut count = 0u32;
    for path in shared_files() {
        let original = std::fs::read(&path).unwrap();
        let is_read = original.starts_with(b"MZ") || original.starts_with(b"\xd0\xcf\x11\xe0");
        for round in 0..if is_read { rounds } else { 1 } {
            let mut bytes = original.clone();
            if round > 0 {
                mutate(&mut bytes, &mut random);
            }
            slowest = slowest.max((describe(&bytes), path.clone()));
            count += 1;
        }
    }
    eprintln!("{count} files described, the slowest in {:?}: {}", slowest.0, slowest.1.display());
    assert!(slowest.0 < Duration::from_secs(5), "{slowest:?}");
}
