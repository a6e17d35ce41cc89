//! One run divided among machines, and joined again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing helper fails the test")]

mod common;

use std::path::Path;

use common::{BLOCKED, Badsig, UNDECIDED, USAGE, badsig, check};
use serde_json::Value;

/// Everything that the fixtures hold, with facts.
fn fixtures() -> Badsig {
    check().arg("fixtures")
}

fn shard(directory: &Path, index: usize, count: usize) -> String {
    let file = directory.join(format!("shard-{index}-of-{count}.json"));
    let output = format!("json={}", file.display());
    fixtures().args(["--shard", &format!("{index}/{count}"), "-q", "--output", &output]).run();
    file.display().to_string()
}

#[test]
fn eight_processes_make_the_report_of_one() {
    let directory = tempfile::tempdir().unwrap();
    let workers: Vec<_> = (1..=8)
        .map(|index| {
            let directory = directory.path().to_owned();
            std::thread::spawn(move || shard(&directory, index, 8))
        })
        .collect();
    let mut parts: Vec<String> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    parts.reverse();
    let single = fixtures().args(["--format", "json"]).run().code(BLOCKED).stdout();
    let merged = badsig().args(["report", "merge", "--format", "json"]).args(&parts).run().code(BLOCKED);
    assert!(merged.stdout() == single, "the merged report differs from that of one run");
    let files = |part: &String| {
        let report: Value = serde_json::from_slice(&std::fs::read(part).unwrap()).unwrap();
        report["files"].as_array().unwrap().len()
    };
    assert!(parts.iter().all(|part| files(part) > 5));
    // Whatever format, as if it had been one run.
    let text = fixtures().run().stdout();
    let rendered = badsig().args(["report", "merge"]).args(&parts).run().stdout();
    assert_eq!(rendered, text);
    let joined = directory.path().join("joined.json");
    std::fs::write(&joined, single).unwrap();
    assert_eq!(badsig().args(["report", "render"]).arg(&joined).run().code(BLOCKED).stdout(), text);
}

#[test]
fn missing_and_duplicate_shards_are_no_pass() {
    let directory = tempfile::tempdir().unwrap();
    let run = |index: &str| {
        let file = directory.path().join(format!("{}.json", index.replace('/', "-")));
        let output = format!("json={}", file.display());
        check()
            .args(["fixtures/exe/signed.exe", "fixtures/exe/signed-stamped.exe", "fixtures/msi/signed.msi"])
            .args(["--shard", index, "--output", &output])
            .run();
        file
    };
    let parts = [run("1/3"), run("2/3"), run("3/3")];
    let merge = |parts: &[&std::path::PathBuf]| badsig().args(["report", "merge"]).args(parts).run();
    merge(&[&parts[0], &parts[1], &parts[2]]).code(0).says("3 files: 3 publishable");
    merge(&[&parts[0], &parts[2]]).code(UNDECIDED).says("shard 2 of 3 is missing");
    merge(&[&parts[0], &parts[1], &parts[1], &parts[2]])
        .code(UNDECIDED)
        .says("shard 2 of 3 is there 2 times");
    let other = run("2/2");
    merge(&[&parts[0], &other, &parts[2]]).code(UNDECIDED).says("shard 2 of 3 is missing");
    badsig().args(["report", "merge"]).arg("README.md").run().code(USAGE).complains("not a report");
    let later = directory.path().join("later.json");
    let output = format!("json={}", later.display());
    badsig()
        .args([
            "check",
            "--at",
            "2027-01-01",
            "fixtures/exe/signed.exe",
            "--shard",
            "1/3",
            "--output",
            &output,
        ])
        .run();
    merge(&[&parts[0], &later]).code(USAGE).complains("--at");
}

#[test]
fn the_environment_says_which_part() {
    let run = |options: &[&str], variables: &[(&str, &str)]| {
        let start = fixtures().args(["--format", "json", "--shard"]).args(options);
        variables.iter().fold(start, |ran, (name, value)| ran.env(name, value)).run()
    };
    let kubernetes = run(&["auto"], &[("JOB_COMPLETION_INDEX", "1"), ("JOB_COMPLETIONS", "4")]);
    assert_eq!(kubernetes.stdout(), run(&["2/4"], &[]).stdout());
    run(&["auto"], &[("JOB_COMPLETION_INDEX", "1")]).code(USAGE).complains("JOB_COMPLETIONS");
    run(&["5/4"], &[]).code(USAGE).complains("K/N");
}
