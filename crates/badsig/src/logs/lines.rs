//! Lines of any length in a buffer of fixed size.

use std::io::{self, Read};

use super::{LINE_BYTES, READ_BYTES};

/// One line, without its end.
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Its bytes; of a line longer than the bound only the first ones.
    pub(super) bytes: &'a [u8],
}

/// A source of lines. At the end of the input the rest of an unfinished line stays, as a log may grow.
pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Up to where no line end was found yet.
    searched: usize,
    /// Whether the rest of a line that was too long is being passed over.
    skipping: bool,
    number: u64,
}

/// Where the next line lies.
enum Found {
    Line { from: usize, to: usize },
    Nothing,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Lines<R> {
        Lines {
            input,
            buffer: vec![0; READ_BYTES],
            start: 0,
            end: 0,
            searched: 0,
            skipping: false,
            number: 0,
        }
    }

    /// The next finished line, or nothing when no more can be read now.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        loop {
            if let Found::Line { from, to } = self.find() {
                return Ok(Some(self.line(from, to)));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// What stands behind the last line end.
    pub(super) fn rest(&mut self) -> Option<Line<'_>> {
        let (from, to) = (self.start, self.end);
        self.start = to;
        self.searched = to;
        let nothing = std::mem::take(&mut self.skipping) || from == to;
        if nothing { None } else { Some(self.line(from, to)) }
    }

    fn line(&mut self, from: usize, to: usize) -> Line<'_> {
        self.number = self.number.saturating_add(1);
        let bytes = self.buffer.get(from..to).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Line { number: self.number, bytes: bytes.get(..LINE_BYTES).unwrap_or(bytes) }
    }

    fn find(&mut self) -> Found {
        loop {
            let unread = self.buffer.get(self.searched..self.end).unwrap_or_default();
            match memchr::memchr(b'\n', unread) {
                Some(index) => {
                    let (from, to) = (self.start, self.searched.saturating_add(index));
                    self.start = to.saturating_add(1);
                    self.searched = self.start;
                    if !std::mem::take(&mut self.skipping) {
                        return Found::Line { from, to };
                    }
                }
                None if self.skipping => {
                    self.start = self.end;
                    self.searched = self.end;
                    return Found::Nothing;
                }
                None if self.end.saturating_sub(self.start) > LINE_BYTES => {
                    let (from, to) = (self.start, self.end);
                    self.start = to;
                    self.searched = to;
                    self.skipping = true;
                    return Found::Line { from, to };
                }
                None => {
                    self.searched = self.end;
                    return Found::Nothing;
                }
            }
        }
    }

    /// Reads more behind what is there; gives whether anything came.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.searched = self.searched.saturating_sub(self.start);
        self.start = 0;
        let Some(space) = self.buffer.get_mut(self.end..) else { return Ok(false) };
        let count = loop {
            match self.input.read(space) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        self.end = self.end.saturating_add(count);
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<(u64, usize)> {
        let mut lines = Lines::new(text);
        let mut seen = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            seen.push((line.number, line.bytes.len()));
        }
        if let Some(line) = lines.rest() {
            seen.push((line.number, line.bytes.len()));
        }
        seen
    }

    #[test]
    fn ends_of_lines_are_no_part_of_them() {
        assert_eq!(all(b"a\r\nbb\n\nccc"), [(1, 1), (2, 2), (3, 0), (4, 3)]);
        assert_eq!(all(b""), []);
    }

    #[test]
    fn a_line_without_end_costs_no_memory() {
        let long = vec![b'x'; 3 * READ_BYTES];
        let text = [b"one\n", &long[..], b"\ntwo\n", &long[..]].concat();
        assert_eq!(all(&text), [(1, 3), (2, LINE_BYTES), (3, 3), (4, LINE_BYTES)]);
    }
}
