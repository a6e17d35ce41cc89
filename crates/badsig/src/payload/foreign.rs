//! Between badsig and the libraries that unpack: sources as they want to read them, their errors as ours, and a
//! wall against panics.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range as Span;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::budget::TOO_LONG;
#[cfg(any(feature = "inno", feature = "nsis", feature = "sevenz"))]
use super::{Stop, Visitor};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// A part of a source, read in order.
pub(super) struct SpanReader<'a> {
    source: &'a dyn ByteSource,
    span: Span<u64>,
    position: u64,
    /// Bytes that may still be read, for a library that puts what it reads into memory.
    budget: Option<u64>,
    limits: &'a Limits,
    /// Bytes that were read since the deadline was asked.
    unasked: u64,
}

/// Bytes that are read before the deadline is asked again: what is read may unpack to nothing, and then nobody else asks.
const ASK_AFTER: u64 = 1024 * 1024;

impl<'a> SpanReader<'a> {
    pub(super) fn new(source: &'a dyn ByteSource, span: Span<u64>, limits: &'a Limits) -> SpanReader<'a> {
        SpanReader { source, span, position: 0, budget: None, limits, unasked: 0 }
    }

    /// At most this many bytes may be read.
    #[cfg(feature = "zip")]
    pub(super) fn with_budget(mut self, bytes: u64) -> SpanReader<'a> {
        self.budget = Some(bytes);
        self
    }

    fn pay(&mut self, bytes: u64) -> io::Result<()> {
        self.unasked = self.unasked.saturating_add(bytes);
        if self.unasked >= ASK_AFTER {
            self.unasked = 0;
            if self.limits.deadline.is_over() {
                return Err(io::Error::other(Problem::new(ProblemKind::LimitReached, TOO_LONG)));
            }
        }
        Ok(())
    }

    fn length(&self) -> u64 {
        self.span.end.saturating_sub(self.span.start)
    }
}

impl Read for SpanReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length().saturating_sub(self.position)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..wanted).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        let count = self.source.read_at(self.span.start.saturating_add(self.position), buffer)?;
        let bytes = u64::try_from(count).unwrap_or(u64::MAX);
        if let Some(budget) = &mut self.budget {
            *budget = budget.checked_sub(bytes).ok_or_else(|| {
                io::Error::other(Problem::new(
                    ProblemKind::LimitReached,
                    "the list of its members is longer than what badsig reads into memory",
                ))
            })?;
        }
        self.pay(bytes)?;
        self.position = self.position.saturating_add(bytes);
        Ok(count)
    }
}

impl Seek for SpanReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(distance) => self.length().checked_add_signed(distance),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

/// A reader of a library, whose errors become a [`Problem`] of the container. After an error the library is not asked again: its
/// state is that of the damage, and `libbz2-rs-sys` 0.2.6 ends the program when it goes on from there (an index or a subtraction
/// out of range, in a function that cannot unwind).
pub(super) struct Told<'a> {
    inner: &'a mut dyn Read,
    /// What is read, for the message: `the ZIP archive`.
    what: &'static str,
    failed: Option<Problem>,
}

impl<'a> Told<'a> {
    pub(super) fn new(inner: &'a mut dyn Read, what: &'static str) -> Told<'a> {
        Told { inner, what, failed: None }
    }
}

impl Read for Told<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let what = self.what;
        let inner = &mut *self.inner;
        let failed = match &self.failed {
            Some(problem) => problem.clone(),
            None => match walled(what, || inner.read(buffer)) {
                Ok(Ok(count)) => return Ok(count),
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Ok(Err(error)) => problem(what, error),
                Err(problem) => problem,
            },
        };
        self.failed = Some(failed.clone());
        Err(io::Error::other(failed))
    }
}

/// The problem that an error of a library stands for.
pub(super) fn problem(what: &str, error: io::Error) -> Problem {
    match error.downcast::<Problem>() {
        Ok(problem) => problem,
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            Problem::new(ProblemKind::NotSupported, format!("{what} cannot be unpacked here: {error}"))
        }
        Err(error) => malformed(what, &error),
    }
}

/// The container is damaged, in the words of a library.
pub(super) fn malformed(what: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(ProblemKind::Malformed, format!("{what} is damaged: {error}"))
}

/// Runs code of a library. A panic in it (none is known) becomes a problem of the container.
pub(super) fn walled<T>(what: &str, run: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| {
        Problem::new(ProblemKind::Malformed, format!("{what} is damaged in a way that stopped its reader"))
    })
}

/// Unpacks what the visitor left of a member and lets it pay.
#[cfg(any(feature = "inno", feature = "nsis", feature = "sevenz"))]
pub(super) fn skip(reader: &mut dyn Read, visitor: &mut dyn Visitor) -> Result<(), Stop> {
    let mut buffer = [0u8; 16 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => visitor.unpacked(u64::try_from(count).unwrap_or(u64::MAX))?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Stop::Problem(problem("the archive", error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Deadline;

    /// The libraries go on from whatever state the damage left them in.
    #[test]
    fn what_failed_is_not_asked_again() {
        struct Once(bool);
        impl Read for Once {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                assert!(!std::mem::replace(&mut self.0, true), "asked again");
                Err(io::Error::other("damaged"))
            }
        }
        let mut once = Once(false);
        let mut told = Told::new(&mut once, "the archive");
        for _ in 0..2 {
            let problem = problem("the archive", told.read(&mut [0]).unwrap_err());
            assert_eq!(problem.message, "the archive is damaged: damaged");
        }
    }

    /// What is read may unpack to nothing: the deadline is asked all the same, once for each MiB.
    #[test]
    fn the_deadline_counts_while_nothing_comes_out() {
        let source = vec![0u8; 4 * 1024 * 1024];
        let limits = Limits { deadline: Deadline::new(|| true), ..Limits::default() };
        let mut read = SpanReader::new(&source, 0..source.size(), &limits);
        let error = io::copy(&mut read, &mut io::sink()).unwrap_err();
        assert!(read.position <= ASK_AFTER, "{}", read.position);
        let problem = problem("the archive", error);
        assert_eq!((problem.kind, problem.message.as_str()), (ProblemKind::LimitReached, TOO_LONG));
        let mut read = SpanReader::new(&source, 0..1000, &limits);
        assert_eq!(io::copy(&mut read, &mut io::sink()).unwrap(), 1000);
    }
}
