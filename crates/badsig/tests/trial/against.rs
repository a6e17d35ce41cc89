//! The same changed files as badsig and as `osslsigncode verify` judge them, and where the two differ.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use mutants::{Change, KINDS, Kind, changes};

use crate::places;
use crate::trial::{AT, Answer, Original, Trial, on_all_cores, touched};
use testkit::repository;

const PKI: &str = "tests/recipes/pki/test-root.pem";

/// Changes of one place that are shown.
const SHOWN: usize = 40;

/// What osslsigncode answers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Theirs {
    Accepts,
    Refuses,
    /// It was ended by a signal or took longer than ten seconds.
    Dies,
}

/// Where the two differ: who accepts, and the kind and place of the change.
type Difference = (&'static str, String);

/// Judges every `step`th change of a file by both, and prints how often they agree and where they do not.
pub(crate) fn compare(original: Original, step: usize) {
    let bytes = original.bytes();
    let trial = Trial::new();
    let names = places::names(&bytes);
    let fields: BTreeMap<usize, &'static str> = mutants::headers(&bytes)
        .iter()
        .flat_map(|field| (field.at..field.at + field.width).map(|at| (at, field.name)))
        .collect();
    // Fields are few and tell most.
    let step_of = |kind| if kind == Kind::Field { (step / 12).max(1) } else { step };
    let all: Vec<Change> =
        KINDS.into_iter().flat_map(|kind| changes(&bytes, kind).into_iter().step_by(step_of(kind))).collect();
    let directory = tempfile::tempdir().unwrap();
    let results = on_all_cores(all.len(), |index| {
        let mutant = all[index].apply(&bytes)?;
        let path = directory.path().join(format!("{index}.bin"));
        std::fs::write(&path, &mutant).unwrap();
        let theirs = theirs(&path);
        std::fs::remove_file(&path).unwrap();
        let touched = touched(&bytes, &mutant, &names);
        let field = match all[index] {
            Change::Truncate(_) => Some("end"),
            _ => (0..bytes.len())
                .find(|at| mutant.get(*at) != bytes.get(*at))
                .and_then(|at| fields.get(&at).copied()),
        };
        Some((all[index], trial.answer(mutant), theirs, touched, field))
    });
    report(original, results.into_iter().flatten().collect());
}

type Compared = (Change, Answer, Theirs, BTreeSet<&'static str>, Option<&'static str>);

fn report(original: Original, results: Vec<Compared>) {
    let mut agree = [0; 2];
    let mut differences: BTreeMap<Difference, Vec<Change>> = BTreeMap::new();
    for (change, ours, theirs, touched, field) in &results {
        let who = match (*ours == Answer::Publishable, theirs) {
            (_, Theirs::Dies) => "osslsigncode dies",
            (true, Theirs::Accepts) => {
                agree[0] += 1;
                continue;
            }
            (false, Theirs::Refuses) => {
                agree[1] += 1;
                continue;
            }
            (true, Theirs::Refuses) => "badsig accepts",
            (false, Theirs::Accepts) => "osslsigncode accepts",
        };
        let mut place: Vec<&str> = touched.iter().copied().collect();
        place.truncate(3);
        let place = format!("{} / {}", place.join(" + "), field.unwrap_or("-"));
        differences.entry((who, place)).or_default().push(*change);
    }
    println!(
        "{}: {} changed files, both accept {}, both refuse {}",
        original.title,
        results.len(),
        agree[0],
        agree[1]
    );
    for ((who, place), changes) in &differences {
        println!("  {who}: {} × {place}", changes.len());
        for change in changes.iter().take(SHOWN) {
            println!("    {change:x?}");
        }
    }
}

fn theirs(path: &std::path::Path) -> Theirs {
    let at: badsig::UtcTime = AT.parse().unwrap();
    let mut command = Command::new("timeout");
    command.args(["10", "osslsigncode", "verify", "-ignore-crl", "-time", &at.unix().to_string()]);
    for option in ["-CAfile", "-TSA-CAfile"] {
        command.arg(option).arg(repository().join(PKI));
    }
    let output = command.arg("-in").arg(path).output().unwrap();
    match output.status.code() {
        Some(0) => Theirs::Accepts,
        Some(1) => Theirs::Refuses,
        // 124: out of time; 128 and more: a signal; -1 (255) is an error of its own.
        Some(255) => Theirs::Refuses,
        _ => Theirs::Dies,
    }
}
