//! Columns: of text, and of the page it is written on.

use std::io;

use terminal_size::terminal_size_of;
use unicode_width::UnicodeWidthStr as _;

/// Where there is no terminal: wide enough for the names of ConfigMgr, narrow enough for a log.
pub(crate) const WITHOUT_TERMINAL: usize = 100;
/// Wider lines are hard to read, narrower ones cannot hold a code and its name.
const SENSIBLE: std::ops::RangeInclusive<usize> = 50..=120;

/// Columns that text fills.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// Columns of standard output.
pub(crate) fn of_stdout() -> usize {
    terminal_size_of(io::stdout())
        .map_or(WITHOUT_TERMINAL, |(width, _)| usize::from(width.0).clamp(*SENSIBLE.start(), *SENSIBLE.end()))
}
