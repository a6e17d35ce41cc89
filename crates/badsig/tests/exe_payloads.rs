//! An answer within bounds to every damaged installer, made from the real ones beside the repository. What is found in the
//! sound ones is tested in `installers.rs`.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod members;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use badsig::subject::ByteSource;
use serde_json::Value;
use testkit::{Random, beside};

/// The programs of the manifest that carry something.
fn programs(directory: &std::path::Path) -> Vec<(PathBuf, Value)> {
    let manifest = std::fs::read_to_string(directory.join("manifest.json")).unwrap();
    let entries: Vec<Value> = serde_json::from_str(&manifest).unwrap();
    let of_programs = entries.into_iter().filter(|entry| entry["detected"]["magic"] == "pe");
    of_programs.map(|entry| (directory.join(entry["path"].as_str().unwrap()), entry)).collect()
}

fn survives(bytes: Vec<u8>, what: &str) {
    let start = Instant::now();
    let source: Arc<dyn ByteSource> = Arc::new(bytes);
    members::look_into(&source, false);
    assert!(start.elapsed() < Duration::from_secs(20), "{what} took {:?}", start.elapsed());
}

/// Small enough to be opened a few hundred times.
const DAMAGED: u64 = 700_000;

#[test]
fn cut_installers_get_an_answer() {
    let Some(directory) = beside("installers") else { return };
    for (path, _) in programs(&directory) {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.size() > DAMAGED {
            continue;
        }
        for part in (1..64).step_by(3) {
            survives(
                bytes[..bytes.len() * part / 64].to_vec(),
                &format!("{} cut at {part}/64", path.display()),
            );
        }
    }
}

#[test]
fn damaged_installers_get_an_answer() {
    let Some(directory) = beside("installers") else { return };
    let rounds = std::env::var("BADSIG_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut random = Random::new(0x0bad_5165);
    for (path, _) in programs(&directory) {
        let original = std::fs::read(&path).unwrap();
        if original.size() > DAMAGED {
            continue;
        }
        for round in 0..rounds {
            let mut bytes = original.clone();
            for _ in 0..=random.below(8) {
                let at = random.below(bytes.len() - 4);
                match random.below(3) {
                    0 => bytes[at] ^= u8::try_from(random.below(255) + 1).unwrap(),
                    // A length or offset field becomes extreme.
                    1 => bytes[at..at + 4].copy_from_slice(
                        &[[0xff; 4], [0; 4], [0xff, 0xff, 0xff, 0x7f], [1, 0, 0, 0]][random.below(4)],
                    ),
                    _ => bytes[at..].iter_mut().take(64).for_each(|byte| *byte = 0),
                }
            }
            survives(bytes, &format!("{}, round {round}", path.display()));
        }
    }
}
