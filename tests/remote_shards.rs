//! One run over addresses, divided among machines that do not talk to each other, and joined again.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

mod common;

use std::path::Path;

use common::{BLOCKED, Badsig, UNDECIDED, badsig, check, loopback};
use serde_json::Value;
use testkit::repository;
use testkit::server::{Server, TAG, answer};

/// Servers need not say sizes before they send: this one refuses to.
fn serving() -> Server {
    Server::new(|_, asked, to| {
        let mut words = asked.head.split(' ');
        if words.next() != Some("get") {
            return answer(to, 405, "", b"");
        }
        let path = words.next().unwrap().trim_start_matches('/').split('?').next().unwrap();
        match std::fs::read(repository().join("fixtures").join(path)) {
            Ok(body) => answer(to, 200, TAG, &body),
            Err(_) => answer(to, 404, "", b"not here"),
        }
    })
}

fn part(start: Badsig, directory: &Path, index: usize, count: usize) -> String {
    let file = directory.join(format!("shard-{index}.json")).display().to_string();
    let shard = format!("{index}/{count}");
    start.args(["--shard", &shard, "-q", "--output", &format!("json={file}")]).run();
    file
}

fn files(report: &str) -> usize {
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    report["files"].as_array().unwrap().len()
}

#[test]
fn addresses_are_divided_by_their_number() {
    let (server, home) = (serving(), tempfile::tempdir().unwrap());
    let names = ["exe/signed-stamped.exe", "exe/unsigned.exe", "msi/signed-stamped.msi", "exe/absent.exe"];
    let urls: Vec<String> = (0..12).map(|n| server.url(&format!("{}?n={n}", names[n % 4]))).collect();
    let run = || loopback(check(), home.path()).args(&urls);
    let parts: Vec<String> = (1..=4).map(|index| part(run(), home.path(), index, 4)).collect();
    assert_eq!(parts.iter().map(|part| files(part)).collect::<Vec<_>>(), [3, 3, 3, 3]);
    // Each was asked for once, by the machine that judges it.
    assert_eq!(server.asked().len(), 12);
    for format in ["text", "json", "sarif", "html"] {
        let single = run().args(["--format", format]).run().code(BLOCKED).stdout();
        let merged = badsig().args(["report", "merge", "--format", format]).args(&parts).run().code(BLOCKED);
        assert!(merged.stdout() == single, "{format}: the merged report differs from that of one run");
    }
    badsig().args(["report", "merge"]).args(&parts[1..]).run().says("shard 1 of 4 is missing").code(BLOCKED);
}

/// Files here and files elsewhere: what is unknown counts as an average file.
#[test]
fn files_and_addresses_together() {
    let (server, home) = (serving(), tempfile::tempdir().unwrap());
    let large = home.path().join("large.bin");
    std::fs::write(&large, vec![7; 1_000_000]).unwrap();
    let urls: Vec<String> = (0..6).map(|n| server.url(&format!("exe/signed-stamped.exe?n={n}"))).collect();
    let run = || loopback(check(), home.path()).arg(&large).args(&urls);
    // All sizes that are known are of one file, so all count the same.
    let parts: Vec<String> = (1..=2).map(|index| part(run(), home.path(), index, 2)).collect();
    assert_eq!(parts.iter().map(|part| files(part)).collect::<Vec<_>>(), [4, 3]);
    let single = run().args(["--format", "json"]).run().code(UNDECIDED).stdout();
    let merged = badsig().args(["report", "merge", "--format", "json"]).args(&parts).run().code(UNDECIDED);
    assert!(merged.stdout() == single);
}
