//! Standard output, whose reader may leave at any time.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use anstream::AutoStream;

use super::colour;
use super::line::Page;
use super::width;
use crate::args::When;

/// Standard output. When the reader is gone (`badsig check … | head`), the rest is dropped quietly: the exit
/// code still tells the verdict.
pub(crate) struct Stdout {
    writer: BufWriter<Box<dyn Write>>,
    gone: bool,
}

impl Stdout {
    /// For text in lines.
    pub(crate) fn page(when: When) -> (Stdout, Page) {
        let colour = colour::wanted(when, io::stdout().is_terminal());
        let lock = io::stdout().lock();
        // An old console of Windows needs its colours set by calls.
        let writer: Box<dyn Write> = if colour { Box::new(AutoStream::always(lock)) } else { Box::new(lock) };
        let page = Page { width: width::of_stdout(), colour };
        (Stdout { writer: BufWriter::new(writer), gone: false }, page)
    }

    /// For bytes as they are.
    pub(crate) fn plain() -> Stdout {
        Stdout { writer: BufWriter::new(Box::new(io::stdout().lock())), gone: false }
    }

    /// Whether the reader has left.
    pub(crate) fn is_gone(&self) -> bool {
        self.gone
    }

    fn unless_gone<T>(&mut self, result: io::Result<T>, otherwise: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(otherwise)
            }
            result => result,
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        let written = self.writer.write(bytes);
        self.unless_gone(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let flushed = self.writer.flush();
        self.unless_gone(flushed, ())
    }
}
