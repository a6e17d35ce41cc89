//! Inputs that once made a reader panic, hang or fill the memory, run through the fuzz target that found them. Each must
//! end in time. They are kept in `fixtures/regressions/TARGET/`, a directory that exists once there is one.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]
#![allow(missing_docs, reason = "test code")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[allow(dead_code, unreachable_pub, reason = "shared with the fuzz targets")]
#[path = "../../../fuzz/src/targets.rs"]
mod targets;

/// Far above what any input takes, even without optimisation on a busy machine; the fuzzer's own bound is 10 s.
const LONGEST: Duration = Duration::from_secs(10);

#[test]
fn inputs_that_failed_once_end_well() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/regressions");
    let mut ran = 0;
    for folder in entries(&directory) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let run = targets::target(name).unwrap_or_else(|| panic!("{name} is no fuzz target"));
        let inputs = entries(&folder);
        assert!(!inputs.is_empty(), "{name} has no input");
        for path in inputs {
            let start = Instant::now();
            run(&std::fs::read(&path).unwrap());
            assert!(start.elapsed() < LONGEST, "{} took {:?}", path.display(), start.elapsed());
            ran += 1;
        }
    }
    println!("{ran} inputs");
    assert_eq!(ran > 0, directory.exists(), "a directory without inputs");
}

/// What is in a directory; nothing where there is none.
fn entries(directory: &Path) -> Vec<PathBuf> {
    if !directory.exists() {
        return Vec::new();
    }
    std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Every target takes every kind of small input: nothing, text, and the beginnings of all formats.
#[test]
fn every_target_takes_anything() {
    let inputs: [&[u8]; 8] = [
        b"",
        b"\0",
        b"MZ",
        b"MSCF",
        &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
        &[0x30, 0x82, 0xFF, 0xFF],
        b"{}",
        b"<a>",
    ];
    for (name, _) in targets::TARGETS {
        let run = targets::target(name).unwrap();
        inputs.iter().for_each(|input| run(input));
    }
}
