//! A short run of every fuzz target: mutants of the fixtures, always the same ones. It takes no nightly compiler and follows
//! no coverage, so it finds what breaks easily, on every change; `scripts/fuzz.sh` looks further.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "test code"
)]

mod common;
#[path = "common/reports.rs"]
mod reports;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use badsig::{Limits, Subject};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use testkit::Random;
use testkit::repository;

#[allow(dead_code, unreachable_pub, clippy::arithmetic_side_effects, reason = "shared with the fuzz targets")]
#[path = "../../../fuzz/src/structure.rs"]
mod structure;
#[allow(dead_code, unreachable_pub, reason = "shared with the fuzz targets")]
#[path = "../../../fuzz/src/targets.rs"]
mod targets;

/// Mutants of a target, and of one that unpacks what it reads, which takes longer. `BADSIG_SMOKE_MUTANTS` asks for another
/// number of all.
const MUTANTS: usize = 8_000;
const UNPACKED_MUTANTS: usize = 1_500;
/// Larger files are left out: most of their bytes are content, which nothing reads but digests.
const LARGEST_SEED: u64 = 128 * 1024;
/// Far above what any mutant takes, even without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

/// Where the seeds of a target are: files, and directories with all that is below them.
fn places(target: &str) -> &'static [&'static str] {
    match target {
        "cabinet" => &["fixtures/cab", "fixtures/msu"],
        "certificate" => &["tests/recipes/pki"],
        "cms" => &["fixtures/cab", "fixtures/cat", "fixtures/exe", "fixtures/msi"],
        "compound" => &["fixtures/msi", "fixtures/msp", "fixtures/mst"],
        "crl" => &["tests/online", "tests/recipes/pki"],
        "end_to_end" => &["fixtures"],
        "log" => &["tests/logs"],
        "ocsp" => &["tests/forgeries", "tests/online"],
        "payload_burn" => &["fixtures/inside/burn-signed-whole.exe", "fixtures/inside/packages.exe"],
        "payload_cabinet" => &["fixtures/cab", "fixtures/inside", "fixtures/msu"],
        // Nothing makes Inno Setup installers here: see `old_inno`.
        "payload_inno" => &["fixtures/exe/overlay.exe", "fixtures/exe/signed.exe"],
        "payload_installer" => {
            &["fixtures/inside/embedded.msi", "fixtures/inside/set-in-streams.msi", "fixtures/msp"]
        }
        "payload_nsis" => &["fixtures/inside/nsis-lzma-solid.exe", "fixtures/nsis"],
        "payload_sevenz" => &["fixtures/inside/7z.exe"],
        "payload_sfxcab" => &["fixtures/inside/sfxcab-appended.exe"],
        "payload_wextract" => &["fixtures/inside/iexpress.exe"],
        "payload_zip" => &["fixtures/inside/zip.exe"],
        "pe" => &["fixtures/exe", "fixtures/nsis"],
        "policy" => &["catalog", "tests/policy"],
        "security_catalog" => &["fixtures/cat"],
        "store" => &["tests/recipes/pki", "tests/trust"],
        "trust_list" => &["tests/trust"],
        "update_catalog" | "updates_xml" => &["tests/updates"],
        _ => panic!("{target} has no seeds"),
    }
}

fn files_below(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_file() {
        if path.metadata().unwrap().len() <= LARGEST_SEED {
            found.push(path.to_owned());
        }
        return;
    }
    let entries = std::fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.iter().for_each(|entry| files_below(entry, found));
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    if target == "report" {
        return vec![reports::report_of(reports::fixtures())];
    }
    let mut found = Vec::new();
    for place in places(target) {
        let before = found.len();
        files_below(&repository().join(place), &mut found);
        assert!(found.len() > before, "{target}: {place} has no seeds");
    }
    // Among certificates, keys and lists only the latter are worth their time there.
    let fits = |path: &&PathBuf| !matches!(target, "crl" | "ocsp") || path.to_string_lossy().contains(target);
    let read = found.iter().filter(fits).map(|path| std::fs::read(path).unwrap());
    let seeds: Vec<Vec<u8>> = match target {
        "cms" => read.flat_map(signatures).collect(),
        "payload_inno" => read.map(old_inno).collect(),
        _ => read.map(without_armour).collect(),
    };
    assert!(!seeds.is_empty(), "{target} has no seeds");
    seeds
}

/// The signatures of a file, as they are stored in it: with nested ones and time stamps of both kinds.
fn signatures(file: Vec<u8>) -> Vec<Vec<u8>> {
    let layout = badsig::format::recognise(&file, &Limits::default());
    layout.signatures.into_iter().map(|blob| blob.bytes).collect()
}

/// A program with the pointer to its description where Inno Setup before 5.1.5 put it (`payload/inno`).
fn old_inno(mut program: Vec<u8>) -> Vec<u8> {
    let pointer = [*b"Inno", 0x1000_u32.to_le_bytes(), (!0x1000_u32).to_le_bytes()].concat();
    program[0x30..0x3C].copy_from_slice(&pointer);
    program
}

/// The kind of payload that a target is for, and how many members of that kind a sound seed has at least.
const PAYLOADS: [(&str, &str, u64); 9] = [
    ("payload_burn", "burn", 1),
    ("payload_cabinet", "cabinet", 1),
    ("payload_inno", "inno", 0),
    ("payload_installer", "installer", 1),
    ("payload_nsis", "nsis", 1),
    ("payload_sevenz", "7z", 1),
    ("payload_sfxcab", "sfxcab", 1),
    ("payload_wextract", "iexpress", 1),
    ("payload_zip", "zip", 1),
];

/// What the mutants are made of is read: without that the targets of payloads would be that of programs once more.
#[test]
fn seeds_carry_what_their_target_reads() {
    for (target, kind, members) in PAYLOADS {
        let carried = seeds(target).into_iter().any(|seed| {
            let facts = badsig::inspect(&Subject::from_bytes("seed", seed), &Limits::default());
            facts.payload.iter().any(|payload| payload.kind == kind && payload.members >= members)
        });
        assert!(carried, "no seed of {target} has a member of {kind}");
    }
    let unpacks = targets::TARGETS.iter().filter(|(name, _)| name.starts_with("payload_"));
    assert_eq!(unpacks.count(), PAYLOADS.len());
    assert!(seeds("cms").len() > 100);
}

/// What is inside PEM: a changed digit of its base64 changes little but whether it can be read.
fn without_armour(bytes: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let Some((_, rest)) = text.split_once("-----BEGIN ") else { return bytes };
    let inside = rest.split_once("-----").and_then(|(_, rest)| rest.split_once("-----END"));
    let digits: String = inside.unwrap_or_default().0.split_whitespace().collect();
    BASE64_STANDARD.decode(digits).unwrap_or(bytes)
}

/// One to four changes: a field of the format, bytes, a cut, a piece again, a piece of another seed.
fn mutant(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut data = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        let (at, length) = (random.below(data.len()), 1 + random.below(64));
        let end = (at + length).min(data.len());
        match random.below(8) {
            0..=2 if structure::mutate(&mut data, u32::try_from(random.number() >> 32).unwrap()) => {}
            3 => data.truncate(at),
            4 => drop(data.drain(at..end)),
            5 => {
                let piece = data[at..end].to_vec();
                data.splice(at..at, piece);
            }
            6 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len());
                let piece = other[from..(from + length).min(other.len())].to_vec();
                data.splice(at..end, piece);
            }
            _ => {
                for byte in data.iter_mut().take(end).skip(at).take(4) {
                    *byte = [0, 1, 0x7F, 0x80, 0xFF, random.number().to_le_bytes()[0]][random.below(6)];
                }
            }
        }
    }
    data
}

/// Runs the mutants of one target and gives the slowest one's time.
fn run(name: &str, target: fn(&[u8]), mutants: usize) -> Duration {
    let seeds = seeds(name);
    let mut random =
        Random::new(name.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte))));
    let mut slowest = Duration::ZERO;
    for index in 0..mutants {
        let data = mutant(&seeds, &mut random);
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&data)));
        let took = started.elapsed();
        slowest = slowest.max(took);
        if outcome.is_err() || took > LONGEST {
            let kept = repository().join("target").join(format!("fuzz-smoke-{name}-{index}"));
            std::fs::write(&kept, &data).unwrap();
            panic!("{name}: mutant {index} took {took:?} or panicked; it is kept as {}", kept.display());
        }
    }
    slowest
}

#[test]
fn mutants_of_the_fixtures_end_well_in_every_target() {
    let asked = std::env::var("BADSIG_SMOKE_MUTANTS").map(|count| count.parse().unwrap());
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((name, target)) = targets::TARGETS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let unpacks = name.starts_with("payload_") || *name == "end_to_end";
                    let mutants = asked.clone().unwrap_or(if unpacks { UNPACKED_MUTANTS } else { MUTANTS });
                    let started = Instant::now();
                    match catch_unwind(|| run(name, *target, mutants)) {
                        Ok(slowest) => println!(
                            "{name}: {mutants} mutants in {:?}, the slowest in {slowest:?}",
                            started.elapsed()
                        ),
                        Err(_) => failed.lock().unwrap().push(*name),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{failed:?}");
}
