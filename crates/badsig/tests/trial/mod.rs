//! Trying changed files: which files are changed, what badsig answers to a changed one, and whether a change that leaves
//! a file publishable touched anything that its signature covers. For the mutation test and `examples/mutate.rs`.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    dead_code,
    reason = "test code; not every user uses everything"
)]

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use badsig::authenticode::certificate::Certificate;
use badsig::trust::{Anchors, Evidence};
use badsig::{Limits, Outcome, Policy, UtcTime};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mutants::Change;

use crate::places;
use testkit::repository;

/// A signed fixture that is changed. At the time that it is judged for its signer has expired, so that a lost time stamp
/// does not go unnoticed.
#[derive(Clone, Copy)]
pub(crate) struct Original {
    /// What reports call it.
    pub(crate) title: &'static str,
    /// Below `fixtures`.
    pub(crate) path: &'static str,
}

/// One file for each format.
pub(crate) const ORIGINALS: [Original; 8] = [
    Original { title: "PE", path: "exe/expired-stamped.exe" },
    Original { title: "CAB", path: "cab/expired-stamped.cab" },
    Original { title: "MSU", path: "msu/expired-stamped.msu" },
    Original { title: "CAT", path: "cat/signed-stamped.cat" },
    Original { title: "MSI", path: "msi/expired-stamped.msi" },
    Original { title: "MSI with a transform inside", path: "msi/transform-inside-expired-stamped.msi" },
    Original { title: "MSI with MsiDigitalSignatureEx", path: "msi/extended.msi" },
    Original { title: "MSP", path: "msp/expired-stamped.msp" },
];

/// The time that changed files are judged for: all signers have expired, the authorities have not.
pub(crate) const AT: &str = "2039-06-01";

impl Original {
    /// Its bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(repository().join("fixtures").join(self.path)).unwrap()
    }
}

/// What badsig says of a changed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Publishable,
    Blocked,
    Undecided,
    Panicked,
}

/// Judges changed files with `TEST Root` as the only root.
pub(crate) struct Trial {
    evidence: Evidence,
}

impl Trial {
    pub(crate) fn new() -> Trial {
        let pem = std::fs::read_to_string(repository().join("tests/recipes/pki/test-root.pem")).unwrap();
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let root = Certificate::from_der(&BASE64_STANDARD.decode(body).unwrap()).unwrap();
        let at: UtcTime = AT.parse().unwrap();
        Trial { evidence: Evidence::new(at, Anchors::only(vec![root])) }
    }

    pub(crate) fn answer(&self, bytes: Vec<u8>) -> Answer {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let subject = badsig::Subject::from_bytes("mutant", bytes);
            let facts = badsig::inspect(&subject, &Limits::default());
            badsig::judge(&facts, &self.evidence, &Policy::default()).outcome
        }));
        match outcome {
            Ok(Outcome::Publishable) => Answer::Publishable,
            Ok(Outcome::Blocked) => Answer::Blocked,
            Ok(_) => Answer::Undecided,
            Err(_) => Answer::Panicked,
        }
    }
}

/// One change that was tried.
pub(crate) struct Tried {
    pub(crate) change: Change,
    pub(crate) answer: Answer,
    pub(crate) took: Duration,
    /// The names of the places whose bytes differ, when the file stayed publishable.
    pub(crate) touched: BTreeSet<&'static str>,
}

impl Tried {
    /// Whether the file stayed publishable although its signature covers what was changed.
    pub(crate) fn is_hole(&self) -> bool {
        let entries_moved = matches!(self.change, Change::Swap(..));
        self.touched.contains(places::COVERED) || (self.touched.contains(places::ENTRY) && !entries_moved)
    }
}

/// Tries changes on all cores; what changes nothing is left out. In the order of `changes`.
pub(crate) fn try_all(trial: &Trial, bytes: &[u8], changes: &[Change]) -> Vec<Tried> {
    let names = places::names(bytes);
    let one = |change: Change| {
        let mutant = change.apply(bytes)?;
        let (started, on_processor) = (Instant::now(), processor_time());
        let answer = trial.answer(mutant.clone());
        let took = match (on_processor, processor_time()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => started.elapsed(),
        };
        let touched =
            if answer == Answer::Publishable { touched(bytes, &mutant, &names) } else { BTreeSet::new() };
        Some(Tried { change, answer, took, touched })
    };
    on_all_cores(changes.len(), |index| one(changes[index])).into_iter().flatten().collect()
}

/// What this thread has had of a processor, where Linux says it: other work on the machine does not count.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}

/// What a function says of every number, in order, asked on all cores.
pub(crate) fn on_all_cores<T: Send>(count: usize, ask: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(count));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    let answer = ask(index);
                    answers.lock().unwrap().push((index, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap();
    answers.sort_unstable_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// The names of the places whose bytes differ or are gone.
pub(crate) fn touched(bytes: &[u8], mutant: &[u8], names: &[&'static str]) -> BTreeSet<&'static str> {
    let differs = |offset: &usize| mutant.get(*offset) != bytes.get(*offset);
    (0..bytes.len()).filter(differs).map(|offset| names[offset]).collect()
}
