//! A JSON array that is written item by item, so that it need not fit into memory.

use std::io::{self, Write};

use serde::Serialize;

use super::json;

/// An array at work: one item a line.
pub(crate) struct Sequence<'w> {
    out: &'w mut dyn Write,
    first: bool,
}

impl<'w> Sequence<'w> {
    pub(crate) fn begin(out: &'w mut dyn Write) -> io::Result<Sequence<'w>> {
        out.write_all(b"[")?;
        Ok(Sequence { out, first: true })
    }

    pub(crate) fn item(&mut self, item: &impl Serialize) -> io::Result<()> {
        let before: &[u8] = if std::mem::take(&mut self.first) { b"\n  " } else { b",\n  " };
        self.out.write_all(before)?;
        json::compact(self.out, item)
    }

    pub(crate) fn end(self) -> io::Result<()> {
        self.out.write_all(if self.first { b"]\n" } else { b"\n]\n" })
    }
}
