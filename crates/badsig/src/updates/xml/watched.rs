//! A reader that counts lines and refuses an endless piece of XML.

use std::io::{self, BufRead, Read};

use memchr::memchr_iter;

/// The message of the error for a piece that is too long; recognised by [`super::XmlError`].
pub(super) const TOO_LONG: &str = "longer than the limit";

/// Counts line ends as bytes are used, and fails when one piece (a tag, a comment, a text) passes the limit,
/// because the parser holds a piece in memory.
pub(super) struct Watched<R> {
    inner: R,
    line: u64,
    used: u64,
    limit: u64,
}

impl<R: BufRead> Watched<R> {
    pub(super) fn new(inner: R, limit: u64) -> Watched<R> {
        Watched { inner, line: 1, used: 0, limit }
    }

    /// The line that the next byte stands on, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// A new piece starts.
    pub(super) fn start_piece(&mut self) {
        self.used = 0;
    }
}

impl<R: BufRead> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used > self.limit {
            return Err(io::Error::other(TOO_LONG));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        let bytes = self.inner.fill_buf().unwrap_or_default();
        let lines = memchr_iter(b'\n', bytes.get(..count).unwrap_or(bytes)).count();
        self.line = self.line.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
        self.used = self.used.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        self.inner.consume(count);
    }
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
