//! Changes one signed file for each format in every way of `mutants::KINDS`, judges every changed file, and prints what
//! came out as the table of `docs/security.md`. Fails when a changed file stays valid whose signature covers the change,
//! when one panics, or when one takes longer than a second.
//!
//! ```text
//! cargo run --release -p badsig --example mutate                        every change: some minutes
//! cargo run --release -p badsig --example mutate -- --only PE --step 9  every ninth, of one format
//! cargo run --release -p badsig --example mutate -- --against osslsigncode --step 9
//! ```
//!
//! With `--against` the same changed PE, MSI and CAB files are given to `osslsigncode verify` (2.9) too, and the places
//! are counted where the two answer differently.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers"
)]

#[path = "../tests/trial/against.rs"]
mod against;
#[path = "../tests/places/mod.rs"]
mod places;
#[path = "../tests/trial/mod.rs"]
mod trial;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use mutants::{KINDS, Kind, changes};
use trial::{Answer, ORIGINALS, Original, Trial, Tried, try_all};

/// No changed file may take longer.
const LONGEST: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let only = option("--only");
    let step: usize = option("--step").map_or(1, |text| text.parse().unwrap());
    let chosen = |original: &Original| only.as_deref().is_none_or(|title| title == original.title);
    std::panic::set_hook(Box::new(|info| eprintln!("{info}")));
    if option("--against").is_some() {
        let read = |original: &Original| ["PE", "CAB", "MSI"].contains(&original.title);
        for original in ORIGINALS.into_iter().filter(read).filter(chosen) {
            against::compare(original, step);
        }
        return ExitCode::SUCCESS;
    }
    let mut sum = Sum::default();
    println!("| file | change | tried | refused | not decided | still valid |");
    println!("|---|---|---|---|---|---|");
    for original in ORIGINALS.into_iter().filter(chosen) {
        all_kinds(original, step, &mut sum);
    }
    sum.print()
}

/// What came out for all files together.
#[derive(Default)]
struct Sum {
    counts: [usize; 4],
    /// Changes that stay valid, by format and the places that they touch.
    places: BTreeMap<(&'static str, String), usize>,
    /// Of them, those that touch something that is covered.
    covered: usize,
    slowest: Duration,
}

fn all_kinds(original: Original, step: usize, sum: &mut Sum) {
    let bytes = original.bytes();
    let trial = Trial::new();
    for kind in KINDS {
        let all: Vec<_> = changes(&bytes, kind).into_iter().step_by(step).collect();
        let tried = try_all(&trial, &bytes, &all);
        row(original, kind, &tried, sum);
    }
}

fn row(original: Original, kind: Kind, tried: &[Tried], sum: &mut Sum) {
    let count = |answer| tried.iter().filter(|tried| tried.answer == answer).count();
    let counts = [Answer::Blocked, Answer::Undecided, Answer::Publishable, Answer::Panicked].map(count);
    let [blocked, undecided, publishable, _] = counts;
    let Original { title, path } = original;
    println!("| {title} | {} | {} | {blocked} | {undecided} | {publishable} |", kind.title(), tried.len());
    for (total, count) in sum.counts.iter_mut().zip(counts) {
        *total += count;
    }
    for tried in tried {
        sum.slowest = sum.slowest.max(tried.took);
        if tried.answer != Answer::Publishable {
            continue;
        }
        if tried.is_hole() {
            sum.covered += 1;
            eprintln!(
                "{path} stays valid although covered bytes change: {:?} {:?}",
                tried.change, tried.touched
            );
        }
        for place in &tried.touched {
            *sum.places.entry((title, (*place).to_owned())).or_default() += 1;
        }
    }
}

impl Sum {
    fn print(self) -> ExitCode {
        let [blocked, undecided, publishable, panicked] = self.counts;
        let tried: usize = self.counts.iter().sum();
        println!("| all | | {tried} | {blocked} | {undecided} | {publishable} |");
        println!("\nStill valid, by the places that are touched (a change may touch several):\n");
        for ((title, place), count) in &self.places {
            println!("- {title}: {place}: {count}");
        }
        println!(
            "\nStill valid with a covered byte changed: {}. Panics: {panicked}. Slowest: {:.0} ms. Peak memory: {}.",
            self.covered,
            self.slowest.as_secs_f64() * 1000.0,
            peak_memory()
        );
        let good = self.covered == 0 && panicked == 0 && self.slowest < LONGEST;
        if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The most memory that this process has taken, as Linux says.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |line| line.trim().to_owned())
}
