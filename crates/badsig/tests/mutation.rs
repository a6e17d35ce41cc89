//! Every byte of a signed PE, MSI, MSP and CAB is flipped, one at a time. None of the files may stay valid,
//! except where the byte lies in a place that no signature covers. Those places are listed in
//! `tests/uncovered/`, each with its name, and the lists are exact. The signer has expired, so that a lost time
//! stamp does not go unnoticed.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;
mod places;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use badsig::trust::{Anchors, Evidence};
use badsig::{Limits, Outcome, Policy, Subject};
use common::{judged_at, repository, test_root};

fn evidence() -> Evidence {
    Evidence::new(judged_at(), Anchors::only(vec![test_root()]))
}

/// The offsets at which a flipped byte leaves the file publishable.
fn survivors(bytes: &[u8]) -> Vec<usize> {
    let evidence = evidence();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut copy = bytes.to_vec();
                loop {
                    let offset = next.fetch_add(1, Ordering::Relaxed);
                    let Some(byte) = copy.get_mut(offset) else { break };
                    *byte ^= 1;
                    let subject = Subject::from_bytes("mutant", copy.clone());
                    let facts = badsig::inspect(&subject, &Limits::default());
                    let verdict = badsig::judge(&facts, &evidence, &Policy::default());
                    if verdict.outcome == Outcome::Publishable {
                        found.lock().unwrap().push(offset);
                    }
                    copy[offset] ^= 1;
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort_unstable();
    found
}

fn ranges(offsets: &[usize]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for offset in offsets {
        match ranges.last_mut() {
            Some(range) if range.end == *offset => range.end += 1,
            _ => ranges.push(*offset..*offset + 1),
        }
    }
    ranges
}

/// Flips every byte and compares the places that stay valid with the committed list: exactly these, each
/// with its name. `BADSIG_BLESS=1` writes the list anew, for review.
fn check(name: &str) {
    let bytes = std::fs::read(repository().join("fixtures").join(name)).unwrap();
    let started = std::time::Instant::now();
    let found = survivors(&bytes);
    println!("{name}: {} bytes flipped, {} stay valid, {:?}", bytes.len(), found.len(), started.elapsed());
    let mut text = String::new();
    for range in ranges(&found) {
        let mut labels: Vec<&str> = range.clone().map(|offset| places::name(&bytes, offset)).collect();
        labels.dedup();
        text.push_str(&format!("{:#06x}..{:#06x} {}\n", range.start, range.end, labels.join(", ")));
    }
    assert!(!text.contains(places::COVERED), "{name} stays valid with changes where it should not:\n{text}");
    let list = repository().join("tests/uncovered").join(name.replace('/', "-") + ".txt");
    if std::env::var_os("BADSIG_BLESS").is_some() {
        std::fs::write(&list, &text).unwrap();
    }
    let listed = std::fs::read_to_string(&list).unwrap();
    assert_eq!(text, listed, "the places that no signature covers have changed: {}", list.display());
}

#[test]
fn pe() {
    check("exe/expired-stamped.exe");
}

#[test]
fn cab() {
    check("cab/expired-stamped.cab");
}

#[test]
fn msi() {
    check("msi/expired-stamped.msi");
}

#[test]
fn msp() {
    check("msp/expired-stamped.msp");
}
