//! Reports that are read again: in memory and in pieces alike, whatever bytes they hold.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "test code")]

mod common;

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use badsig::report::{EvidenceReport, Report, ReportError, StoredReport, Tool};
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, FileReport, Limits, Policy, Subject, Target, judge};
use common::{judged_at, repository, test_root};

fn evidence() -> Evidence {
    Evidence::new(judged_at(), Anchors::embedded().with([test_root()]))
}

fn answer(facts: &Facts) -> FileReport {
    FileReport::new(facts, &judge(facts, &evidence(), &Policy::default())).with_facts(facts)
}

fn report_of(files: Vec<FileReport>) -> Vec<u8> {
    let tool = Tool { name: "badsig".to_owned(), version: "0".to_owned() };
    let head = EvidenceReport::new(&evidence(), "embedded");
    serde_json::to_vec(&Report::new(tool, head, vec![Target::Configmgr], files)).unwrap()
}

fn fixtures() -> Vec<FileReport> {
    let names = ["exe/dual-signed.exe", "msi/signed-stamped.msi", "exe/tampered.exe", "cab/truncated.cab"];
    let facts = names.map(|name| {
        let path = repository().join("fixtures").join(name);
        badsig::inspect(&Subject::open(&path).unwrap(), &Limits::default())
    });
    facts.iter().map(answer).collect()
}

/// The answers to all facts that a report gives, and why it gives no more.
fn judged_again(stored: Result<StoredReport, ReportError>) -> (Vec<String>, Option<String>) {
    let mut answers = Vec::new();
    let outcome = stored.and_then(|mut stored| {
        stored.each(&Limits::default(), |facts| {
            answers.push(serde_json::to_string(&answer(&facts)).unwrap());
            Ok::<(), ReportError>(())
        })
    });
    (answers, outcome.err().map(|error| error.to_string()))
}

fn in_memory(bytes: &[u8]) -> (Vec<String>, Option<String>) {
    judged_again(StoredReport::from_bytes(bytes.to_vec()))
}

#[test]
fn facts_come_back_as_they_were() {
    let files = fixtures();
    let expected: Vec<String> = files.iter().map(|file| serde_json::to_string(file).unwrap()).collect();
    let bytes = report_of(files);
    assert_eq!(in_memory(&bytes), (expected.clone(), None));
    assert_eq!(judged_again(StoredReport::from_reader(Cursor::new(bytes))), (expected, None));
}

/// A report that was cut off is never taken for a shorter one.
#[test]
fn a_report_that_was_cut_off_is_an_error() {
    let bytes = report_of(fixtures());
    for length in (0..bytes.len()).step_by(211) {
        let cut = bytes.get(..length).unwrap();
        assert!(in_memory(cut).1.is_some(), "{length}");
    }
}

/// No change of a byte makes it panic, and both ways of reading agree.
#[test]
fn changed_bytes_do_no_harm() {
    let bytes = report_of(fixtures());
    let mut refused = 0;
    for place in (0..bytes.len()).step_by(193) {
        for value in [b'0', b'"', b'}', 0xff] {
            let mut changed = bytes.clone();
            changed[place] = value;
            let whole = in_memory(&changed);
            refused += usize::from(whole.1.is_some());
            // Columns of messages may differ by one.
            let pieces = judged_again(StoredReport::from_reader(Cursor::new(changed)));
            assert_eq!((pieces.0, pieces.1.is_some()), (whole.0, whole.1.is_some()), "{place}");
        }
    }
    assert!(refused > 100, "{refused}");
}

/// `{"files":[{"path":"aaaa…`: a path without an end.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let start = b"{\"files\":[{\"path\":\"";
        let mut count = 0;
        for byte in buffer.iter_mut() {
            let place = usize::try_from(self.0).unwrap();
            *byte = start.get(place).copied().unwrap_or(b'a');
            self.0 += 1;
            count += 1;
        }
        Ok(count)
    }
}

impl Seek for Endless {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(place) = place else { return Err(io::ErrorKind::Unsupported.into()) };
        self.0 = place;
        Ok(place)
    }
}

#[test]
fn an_entry_without_an_end_is_given_up() {
    let error = judged_again(StoredReport::from_reader(Endless(0))).1.unwrap();
    assert!(error.contains("more bytes than a report may hold in one"), "{error}");
}
