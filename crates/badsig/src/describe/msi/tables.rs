//! Columns of text from the tables of a Windows Installer database.

use super::compound::Compound;
use super::database::Database;
use crate::describe::DescribeError;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// An opened database.
pub(crate) struct Tables<'a> {
    compound: Compound<'a>,
    database: Database,
}

impl<'a> Tables<'a> {
    /// Opens the database; `None` when the file has none.
    ///
    /// # Errors
    /// A [`Problem`] when there is one that cannot be read.
    pub(crate) fn open(source: &'a dyn ByteSource, limits: &Limits) -> Result<Option<Tables<'a>>, Problem> {
        let mut compound = Compound::open(source, limits).map_err(unread)?;
        let database = Database::open(&mut compound, limits).map_err(unread)?;
        Ok(database.map(|database| Tables { compound, database }))
    }

    /// "Word Count Summary": how the files of a package are stored; `None` when it does not say.
    pub(crate) fn word_count(&mut self, limits: &Limits) -> Option<i64> {
        let summary = super::summary::read(&mut self.compound, limits).ok()??;
        summary.word_count.map(i64::from)
    }

    /// A column of numbers, row by row; nothing when there is no such table or column.
    ///
    /// # Errors
    /// A [`Problem`] when the table cannot be read, or has more than `rows` rows.
    pub(crate) fn numbers(
        &mut self,
        table: &'static str,
        column: &str,
        rows: usize,
    ) -> Result<Vec<Option<i64>>, Problem> {
        let read = self.database.numbers(&mut self.compound, table, column, rows.saturating_add(1));
        within(read.map_err(unread)?.unwrap_or_default(), table, rows)
    }

    /// These columns of a table, row by row, each text at most `length` bytes. Nothing when there is no such table.
    ///
    /// # Errors
    /// A [`Problem`] when the table cannot be read, or has more than `rows` rows.
    pub(crate) fn texts(
        &mut self,
        table: &'static str,
        columns: &[&str],
        rows: usize,
        length: usize,
    ) -> Result<Vec<Vec<String>>, Problem> {
        let read = self.database.rows(&mut self.compound, table, columns, rows.saturating_add(1));
        let read = within(read.map_err(unread)?.unwrap_or_default(), table, rows)?;
        let text = |reference: u32| self.database.text(reference, length).unwrap_or_default();
        Ok(read.into_iter().map(|row| row.into_iter().map(text).collect()).collect())
    }
}

fn within<T>(rows: Vec<T>, table: &str, limit: usize) -> Result<Vec<T>, Problem> {
    if rows.len() <= limit {
        return Ok(rows);
    }
    let message = format!("the table {table} has more than {limit} rows");
    Err(Problem::new(ProblemKind::LimitReached, message))
}

fn unread(error: DescribeError) -> Problem {
    let problem = Problem::from(error);
    Problem { message: format!("a table of the package cannot be read: {problem}"), ..problem }
}
