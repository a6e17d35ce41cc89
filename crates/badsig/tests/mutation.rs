//! One signed file for each format is changed in every way of `mutants::KINDS`. None may stay valid, except where the
//! change lies in places that no signature covers. For flipped bytes those places are listed in `tests/uncovered/`, each
//! with its name, and the lists are exact.
//!
//! All changes together are a million; here it is the lowest bit of every byte (of every few, where files are larger)
//! and of the rest a sample, the same every time. `cargo run --release -p badsig --all-features --example mutate` tries
//! all of them; `docs/security.md` has what came out.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod places;
mod trial;

use std::ops::Range;
use std::time::Duration;

use mutants::{Change, KINDS, changes};
use testkit::repository;
use trial::{Answer, ORIGINALS, Original, Trial, try_all};

/// Changes of one file that are tried besides flipped bytes.
const SAMPLE: usize = 1000;

/// Far above what any changed file takes, even without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

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

/// The list of places as it is committed: one range a line, with the names of its places.
fn list(names: &[&'static str], found: &[usize]) -> String {
    let line = |range: Range<usize>| {
        let mut labels = names[range.clone()].to_vec();
        labels.dedup();
        format!("{:#06x}..{:#06x} {}\n", range.start, range.end, labels.join(", "))
    };
    ranges(found).into_iter().map(line).collect()
}

/// The offsets in a committed list.
fn listed(text: &str) -> Vec<usize> {
    let number = |text: &str| usize::from_str_radix(text.trim_start_matches("0x"), 16).unwrap();
    let range = |line: &str| {
        let (start, end) = line.split_once(' ').unwrap().0.split_once("..").unwrap();
        number(start)..number(end)
    };
    text.lines().flat_map(range).collect()
}

/// Flips the lowest bit of every byte, or of one in `step`, and compares what stays valid with the committed list:
/// exactly these. `BADSIG_BLESS=1` writes the list anew, for review, from every byte.
fn flips(trial: &Trial, original: Original, step: usize) {
    let bytes = original.bytes();
    let names = places::names(&bytes);
    let path = repository().join("tests/uncovered").join(original.path.replace('/', "-") + ".txt");
    let blessing = std::env::var_os("BADSIG_BLESS").is_some();
    let step = if blessing { 1 } else { step };
    let flips: Vec<Change> = (0..bytes.len()).step_by(step).map(|at| Change::Flip(at, 0)).collect();
    let tried = try_all(trial, &bytes, &flips);
    let valid = tried.iter().filter(|tried| tried.answer == Answer::Publishable);
    let found: Vec<usize> =
        valid.map(|tried| if let Change::Flip(at, _) = tried.change { at } else { 0 }).collect();
    println!("{}: {} bytes flipped, {} stay valid", original.path, tried.len(), found.len());
    let holes = tried.iter().filter(|tried| tried.is_hole());
    let covered: Vec<String> = holes.map(|tried| format!("{:x?}", tried.change)).collect();
    assert!(covered.is_empty(), "{} stays valid with {covered:#?}", original.path);
    if blessing {
        std::fs::write(&path, list(&names, &found)).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let expected: Vec<usize> = listed(&text).into_iter().filter(|offset| offset % step == 0).collect();
    assert_eq!(found, expected, "the places that no signature covers have changed: {}", path.display());
    assert_eq!(text, list(&names, &listed(&text)), "names of {}", path.display());
}

/// A sample of all other changes: nothing that is covered may change, nothing panics or takes long.
fn others(trial: &Trial, original: Original) {
    let bytes = original.bytes();
    let all: Vec<Change> = KINDS.into_iter().flat_map(|kind| changes(&bytes, kind)).collect();
    // An odd step does not fall in with the eight bits of a byte.
    let sample: Vec<Change> = all.iter().step_by((all.len() / SAMPLE) | 1).copied().collect();
    let tried = try_all(trial, &bytes, &sample);
    let valid = tried.iter().filter(|tried| tried.answer == Answer::Publishable).count();
    println!("{}: {} changes of {} tried, {valid} stay valid", original.path, tried.len(), all.len());
    for tried in tried {
        let Original { path, .. } = original;
        assert_ne!(tried.answer, Answer::Panicked, "{path}: {:?}", tried.change);
        assert!(!tried.is_hole(), "{path}: {:?} stays valid", tried.change);
        assert!(tried.took < LONGEST, "{path}: {:?} took {:?}", tried.change, tried.took);
    }
}

fn check(title: &str, step: usize) {
    let original = ORIGINALS.into_iter().find(|original| original.title == title).unwrap();
    let trial = Trial::new();
    assert_eq!(trial.answer(original.bytes()), Answer::Publishable, "{title}");
    flips(&trial, original, step);
    others(&trial, original);
}

#[test]
fn pe() {
    check("PE", 1);
}

#[test]
fn cab() {
    check("CAB", 1);
}

#[test]
fn msu() {
    check("MSU", 3);
}

#[test]
fn cat() {
    check("CAT", 3);
}

#[test]
fn msi() {
    check("MSI", 2);
}

#[test]
fn nested_msi() {
    check("MSI with a transform inside", 11);
}

#[test]
fn extended_msi() {
    check("MSI with MsiDigitalSignatureEx", 11);
}

#[test]
fn msp() {
    check("MSP", 3);
}
