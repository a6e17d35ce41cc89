//! Runs that are ended at moments all over their time, by SIGTERM and SIGKILL in turn.
//!
//! `BADSIG_FAULT_KILLS=200` ends each kind of run so many times; the default is short.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Badsig, badsig, check, files, loopback};
use crate::disks::contents;
use testkit::repository;
use testkit::server::Site;

const KILLS: u64 = 12;

fn kills() -> u64 {
    std::env::var("BADSIG_FAULT_KILLS").map_or(KILLS, |count| count.parse().unwrap())
}

/// Runs the command to its end once for its duration, then ends it at moments all over that, and looks after each.
fn ended_at_any_moment(what: &str, start: impl Fn() -> Badsig, look: impl Fn(u64)) {
    let begun = Instant::now();
    start().run();
    let whole = begun.elapsed().max(Duration::from_millis(5));
    let (mut ended, count) = (0, kills());
    // A run may be faster than the first, so there are more rounds than ends that are wanted.
    for round in 0..4 * count {
        let mut command = start().into_command();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Moments in no order, so that what one leaves meets all kinds of later ones.
        let moment = u32::try_from(round * 61 % count.max(1)).unwrap();
        std::thread::sleep(whole * moment / u32::try_from(count).unwrap());
        if child.try_wait().unwrap().is_none() {
            let signal = if round % 2 == 0 { "-KILL" } else { "-TERM" };
            Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
            ended += 1;
        }
        child.wait().unwrap();
        look(round);
        if ended == count {
            break;
        }
    }
    println!("{what}: {ended} runs ended before their end (a whole one took {whole:?})");
    assert!(ended * 4 >= count, "{what}: only {ended} of {count} runs were still going on");
}

/// What is there without what a killed run leaves, which has a name of its own.
fn finished(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = contents(directory);
    found.retain(|(name, _)| !name.starts_with(".badsig-"));
    found
}

#[test]
fn reports_are_whole_or_the_old_ones() {
    let directory = tempfile::tempdir().unwrap();
    let out = |name: &str| directory.path().join(name);
    let formats = ["json", "html", "sarif", "csv", "jsonl"];
    let start = || {
        let outputs = formats.iter().flat_map(|format| {
            ["--output".to_owned(), format!("{format}={}", out(&format!("report.{format}")).display())]
        });
        check().args(["-q", "fixtures/exe", "fixtures/msi", "fixtures/cab"]).args(outputs)
    };
    start().run();
    let whole = finished(directory.path());
    assert_eq!(whole.len(), formats.len());
    let old: Vec<(String, Vec<u8>)> =
        whole.iter().map(|(name, _)| (name.clone(), format!("the old {name}").into_bytes())).collect();
    ended_at_any_moment("check with reports", start, |round| {
        let now = finished(directory.path());
        assert_eq!(now.len(), whole.len(), "round {round}: a report is gone");
        for (found, (new, old)) in now.iter().zip(whole.iter().zip(&old)) {
            assert!(found == new || found == old, "round {round}: {} is neither old nor new", found.0);
        }
        old.iter().for_each(|(name, bytes)| fs::write(out(name), bytes).unwrap());
    });
    start().run();
    assert_eq!(finished(directory.path()), whole);
}

#[test]
fn a_cache_of_facts_is_right_after_every_kill() {
    let directory = tempfile::tempdir().unwrap();
    let (inputs, cache) = (directory.path().join("inputs"), directory.path().join("cache"));
    fs::create_dir(&inputs).unwrap();
    for name in files(&repository().join("fixtures/exe")) {
        fs::copy(repository().join("fixtures/exe").join(&name), inputs.join(&name)).unwrap();
    }
    // Entries are only kept for files that have settled.
    std::thread::sleep(Duration::from_millis(2100));
    let start = || check().args(["--format", "jsonl", "--cache"]).arg(&cache).arg(&inputs);
    let plain = check().args(["--format", "jsonl"]).arg(&inputs).run().stdout();
    ended_at_any_moment("check --cache", start, |round| {
        let ran = start().run();
        assert!(ran.stdout() == plain, "round {round}");
        assert!(!ran.stderr().contains("collected again"), "round {round}: {}", ran.stderr());
        fs::remove_dir_all(&cache).unwrap();
    });
}

#[test]
fn a_trust_bundle_is_the_old_or_the_new_one() {
    let directory = tempfile::tempdir().unwrap();
    let bundle = directory.path().join("bundle");
    let root = ["--list-root", "tests/recipes/pki/test-root.pem"];
    let start = || {
        let command = badsig().args(["trust", "update", "--from", "tests/trust/sync", "--dir"]).arg(&bundle);
        command.args(root)
    };
    start().run().code(0);
    let whole = finished(&bundle);
    fs::remove_dir_all(&bundle).unwrap();
    ended_at_any_moment("trust update", start, |round| {
        let verified = badsig().args(["trust", "verify"]).arg(&bundle).args(root).run();
        if verified.exit_code() == Some(0) {
            assert_eq!(finished(&bundle), whole, "round {round}: half a bundle verifies");
        }
        start().run().code(0);
        assert_eq!(finished(&bundle), whole, "round {round}: the next run did not mend it");
        fs::remove_dir_all(&bundle).unwrap();
    });
}

#[test]
fn downloads_go_on_where_they_were() {
    let directory = tempfile::tempdir().unwrap();
    let body: Vec<u8> =
        (0..3_000_000u32).flat_map(|number| (number % 251).to_le_bytes()[..1].to_vec()).collect();
    let server = Site::new();
    server.serves("setup.exe", body.clone());
    let into = directory.path().join("into");
    let url = server.url("setup.exe");
    let start = || {
        let command = loopback(check(), directory.path());
        command.args(["--no-progress", "--download-dir"]).arg(&into).arg(&url)
    };
    ended_at_any_moment("check URL", start, |round| {
        for (name, bytes) in finished(&into) {
            assert!(bytes == body || name.ends_with(".json"), "round {round}: {name} is half a file");
        }
        if round % 4 == 3 {
            let ran = start().run();
            assert!(
                finished(&into).iter().any(|(_, bytes)| *bytes == body),
                "round {round}: {}",
                ran.stderr()
            );
            fs::remove_dir_all(&into).unwrap();
        }
    });
}
