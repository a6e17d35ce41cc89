//! Reports of fixtures, as `badsig check --format json` writes them.

#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "test code; not every test file uses everything"
)]

use badsig::report::{EvidenceReport, Report, Tool};
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, FileReport, Limits, Policy, Subject, Target, judge};

use super::common::{judged_at, test_root};
use testkit::repository;

pub fn evidence() -> Evidence {
    Evidence::new(judged_at(), Anchors::embedded().with([test_root()]))
}

pub fn answer(facts: &Facts) -> FileReport {
    FileReport::new(facts, &judge(facts, &evidence(), &Policy::default())).with_facts(facts)
}

pub fn report_of(files: Vec<FileReport>) -> Vec<u8> {
    let tool = Tool { name: "badsig".to_owned(), version: "0".to_owned() };
    let head = EvidenceReport::new(&evidence(), "embedded");
    serde_json::to_vec(&Report::new(tool, head, vec![Target::Configmgr], files)).unwrap()
}

pub fn fixtures() -> Vec<FileReport> {
    let names = ["exe/dual-signed.exe", "msi/signed-stamped.msi", "exe/tampered.exe", "cab/truncated.cab"];
    let facts = names.map(|name| {
        let path = repository().join("fixtures").join(name);
        badsig::inspect(&Subject::open(&path).unwrap(), &Limits::default())
    });
    facts.iter().map(answer).collect()
}
