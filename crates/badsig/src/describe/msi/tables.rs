//! Columns of text from the tables of a Windows Installer database.

use super::compound::Compound;
use super::database::Database;
use crate::describe::clip;
use crate::limits::Limits;
use crate::subject::ByteSource;

/// An opened database.
pub(crate) struct Tables<'a> {
    compound: Compound<'a>,
    database: Database,
}

impl<'a> Tables<'a> {
    /// Opens the database; `None` when the file has none, or none that can be read.
    pub(crate) fn open(source: &'a dyn ByteSource, limits: &Limits) -> Option<Tables<'a>> {
        let mut compound = Compound::open(source, limits).ok()?;
        let database = Database::open(&mut compound, limits).ok().flatten()?;
        Some(Tables { compound, database })
    }

    /// A column of numbers, row by row, at most `rows`; nothing when there is no such column.
    pub(crate) fn numbers(&mut self, table: &'static str, column: &str, rows: usize) -> Vec<Option<i64>> {
        let read = self.database.numbers(&mut self.compound, table, column, rows);
        read.ok().flatten().unwrap_or_default()
    }

    /// These columns of a table, row by row: at most `rows`, each text at most `length` bytes. Nothing when there is no
    /// such table, or when it cannot be read.
    pub(crate) fn texts(
        &mut self,
        table: &'static str,
        columns: &[&str],
        rows: usize,
        length: usize,
    ) -> Vec<Vec<String>> {
        let read = self.database.rows(&mut self.compound, table, columns, rows);
        let text = |reference: u32| clip(self.database.text(reference).unwrap_or_default(), length);
        let read = read.ok().flatten().unwrap_or_default();
        read.into_iter().map(|row| row.into_iter().map(text).collect()).collect()
    }
}
