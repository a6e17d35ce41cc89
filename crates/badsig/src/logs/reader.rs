//! The records of one log, one after the other.

use std::io::{self, Read};

use super::LINE_BYTES;
use super::analyst::{Analyst, Place};
use super::decode::{Decoded, text};
use super::lines::Lines;
use super::record::{CLOSING, OPENING, Record};
use super::scan::worth_reading;

/// Lines after which a caller may take the failures that were found.
const LINES_AT_A_TIME: usize = 10_000;

/// Reads one log; a log that grows can be read on.
pub struct LogReader<R> {
    name: String,
    lines: Lines<Decoded<R>>,
    /// A record of several lines that is not complete yet.
    record: Vec<u8>,
    record_line: u64,
    count: u64,
}

impl<R: Read> LogReader<R> {
    /// Looks at the beginning of a log to learn its encoding.
    ///
    /// # Errors
    /// What the input says.
    pub fn new(name: impl Into<String>, input: R) -> io::Result<LogReader<R>> {
        let lines = Lines::new(Decoded::new(input)?);
        Ok(LogReader { name: name.into(), lines, record: Vec::new(), record_line: 0, count: 0 })
    }

    /// Reads finished lines, some thousands at most; gives whether there may be more now.
    ///
    /// # Errors
    /// What the input says.
    pub fn read(&mut self, analyst: &mut Analyst) -> io::Result<bool> {
        for _ in 0..LINES_AT_A_TIME {
            let Some(line) = self.lines.next()? else { return Ok(false) };
            let mut records =
                Records { name: &self.name, record: &mut self.record, line: &mut self.record_line, analyst };
            self.count = line.number;
            records.line(line.number, line.bytes);
        }
        Ok(true)
    }

    /// Reads what stands behind the last line end: the log is complete.
    pub fn finish(&mut self, analyst: &mut Analyst) {
        let mut records =
            Records { name: &self.name, record: &mut self.record, line: &mut self.record_line, analyst };
        if let Some(line) = self.lines.rest() {
            self.count = line.number;
            records.line(line.number, line.bytes);
        }
        records.end();
    }

    /// Lines read so far.
    pub fn lines(&self) -> u64 {
        self.count
    }
}

/// Puts lines together to records.
struct Records<'a> {
    name: &'a str,
    record: &'a mut Vec<u8>,
    line: &'a mut u64,
    analyst: &'a mut Analyst,
}

impl Records<'_> {
    fn line(&mut self, number: u64, bytes: &[u8]) {
        let opens = bytes.starts_with(OPENING.as_bytes());
        if opens {
            self.end();
        }
        let closes = || memchr::memmem::find(bytes, CLOSING.as_bytes()).is_some();
        if self.record.is_empty() {
            if opens && !closes() {
                self.record.extend_from_slice(bytes);
                *self.line = number;
            } else {
                self.give(number, bytes);
            }
            return;
        }
        let room = LINE_BYTES.saturating_sub(self.record.len());
        self.record.push(b' ');
        let closed = closes();
        // The end of a record tells component and thread, so there is always room for it.
        let kept = if closed { bytes } else { bytes.get(..room).unwrap_or(bytes) };
        self.record.extend_from_slice(kept);
        if closed || room == 0 {
            self.end();
        }
    }

    /// Gives what was put together so far.
    fn end(&mut self) {
        if !self.record.is_empty() {
            let bytes = std::mem::take(self.record);
            self.give(*self.line, &bytes);
        }
    }

    fn give(&mut self, line: u64, bytes: &[u8]) {
        if worth_reading(bytes) {
            self.analyst.record(&Record::read(&text(bytes)), &Place { log: self.name, line });
        }
    }
}
