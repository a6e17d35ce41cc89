//! Reports that are read again: in memory and in pieces alike, whatever bytes they hold.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "test code")]

mod common;
#[path = "common/reports.rs"]
mod reports;

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use badsig::Limits;
use badsig::report::{ReportError, StoredReport};
use reports::{answer, fixtures, report_of};

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
