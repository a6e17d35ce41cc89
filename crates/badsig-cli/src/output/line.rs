//! A paragraph of styled words that is wrapped with a hanging indent. Whatever is put in is escaped.

use std::io::{self, Write};

use anstyle::Style;

use super::escape::escape;
use super::width::columns;

/// A paragraph.
pub(crate) struct Line {
    indent: usize,
    hang: usize,
    words: Vec<Word>,
    gap: usize,
}

/// What is never broken: pieces without a space between them.
struct Word {
    /// Spaces before it, unless a line begins with it.
    gap: usize,
    pieces: Vec<(Style, String)>,
    columns: usize,
}

/// How lines are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// Columns that a line may fill.
    pub(crate) width: usize,
    /// Whether styles are written.
    pub(crate) colour: bool,
}

impl Line {
    /// An empty paragraph; lines after the first begin `hang` columns further.
    pub(crate) fn new(indent: usize, hang: usize) -> Line {
        Line { indent, hang, words: Vec::new(), gap: 0 }
    }

    /// A paragraph of plain text.
    pub(crate) fn plain(indent: usize, text: &str) -> Line {
        Line::new(indent, 0).text(Style::new(), text)
    }

    /// Adds text that may be broken at its spaces.
    #[must_use]
    pub(crate) fn text(mut self, style: Style, text: &str) -> Line {
        for (index, word) in escape(text).split(' ').enumerate() {
            if index > 0 {
                self.gap = self.gap.saturating_add(1);
            }
            self.push(style, word);
        }
        self
    }

    /// Adds text that must not be broken.
    #[must_use]
    pub(crate) fn unbroken(mut self, style: Style, text: &str) -> Line {
        self.push(style, &escape(text));
        self
    }

    /// Adds space.
    #[must_use]
    pub(crate) fn gap(mut self, columns: usize) -> Line {
        self.gap = self.gap.saturating_add(columns);
        self
    }

    /// Adds space up to a column.
    #[must_use]
    pub(crate) fn up_to(self, column: usize) -> Line {
        let missing = column.saturating_sub(self.columns());
        self.gap(missing)
    }

    /// Adds all words of another paragraph.
    #[must_use]
    pub(crate) fn followed_by(mut self, other: Line) -> Line {
        for mut word in other.words {
            word.gap = word.gap.saturating_add(std::mem::take(&mut self.gap));
            self.words.push(word);
        }
        self
    }

    /// The columns it fills when it is not wrapped.
    pub(crate) fn columns(&self) -> usize {
        let words = self.words.iter().map(|word| word.gap.saturating_add(word.columns));
        words.fold(self.indent.saturating_add(self.gap), usize::saturating_add)
    }

    fn push(&mut self, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        let piece = (style, text.to_owned());
        match self.words.last_mut() {
            Some(word) if self.gap == 0 => {
                word.columns = word.columns.saturating_add(columns(text));
                word.pieces.push(piece);
            }
            _ => {
                let gap = std::mem::take(&mut self.gap);
                self.words.push(Word { gap, pieces: vec![piece], columns: columns(text) });
            }
        }
    }

    /// Writes it.
    pub(crate) fn write(&self, out: &mut dyn Write, page: Page) -> io::Result<()> {
        let hang = self.indent.saturating_add(self.hang);
        let mut pen = Pen { out, colour: page.colour, style: Style::new() };
        pen.spaces(self.indent, Style::new())?;
        let mut column = self.indent;
        for (index, word) in self.words.iter().enumerate() {
            let end = column.saturating_add(word.gap).saturating_add(word.columns);
            if end > page.width && index > 0 {
                pen.line_end()?;
                pen.spaces(hang, Style::new())?;
                column = hang;
            } else {
                pen.spaces(word.gap, word.style())?;
                column = column.saturating_add(word.gap);
            }
            word.pieces.iter().try_for_each(|(style, text)| pen.text(*style, text))?;
            column = column.saturating_add(word.columns);
        }
        pen.line_end()
    }
}

impl Word {
    fn style(&self) -> Style {
        self.pieces.first().map(|(style, _)| *style).unwrap_or_default()
    }
}

/// Writes text and changes style only where it changes.
struct Pen<'a> {
    out: &'a mut dyn Write,
    colour: bool,
    style: Style,
}

impl Pen<'_> {
    fn change(&mut self, style: Style) -> io::Result<()> {
        if self.colour && style != self.style {
            write!(self.out, "{:#}{style}", self.style)?;
        }
        self.style = style;
        Ok(())
    }

    fn text(&mut self, style: Style, text: &str) -> io::Result<()> {
        self.change(style)?;
        self.out.write_all(text.as_bytes())
    }

    /// Space before text of this style: in the same style when that goes on, in none otherwise.
    fn spaces(&mut self, count: usize, next: Style) -> io::Result<()> {
        if next != self.style {
            self.change(Style::new())?;
        }
        write!(self.out, "{:count$}", "")
    }

    fn line_end(&mut self) -> io::Result<()> {
        self.change(Style::new())?;
        writeln!(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;

    fn written(line: &Line, width: usize, colour: bool) -> String {
        let mut out = Vec::new();
        line.write(&mut out, Page { width, colour }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn wrapped_with_a_hanging_indent() {
        let line = Line::new(2, 3).text(Style::new(), "one two three four").gap(2).text(Style::new(), "five");
        assert_eq!(written(&line, 100, false), "  one two three four  five\n");
        assert_eq!(written(&line, 12, false), "  one two\n     three\n     four\n     five\n");
    }

    #[test]
    fn pieces_without_space_stay_together() {
        let red = AnsiColor::Red.on_default();
        let line = Line::new(0, 0).text(Style::new(), "a b").text(red, "c").text(Style::new(), ", d");
        assert_eq!(written(&line, 3, false), "a\nbc,\nd\n");
        assert_eq!(written(&line, 9, true), "a b\u{1b}[31mc\u{1b}[0m, d\n");
    }

    #[test]
    fn columns_are_counted_as_a_terminal_shows_them() {
        let line = Line::new(0, 0).unbroken(Style::new(), "日本").up_to(6).text(Style::new(), "x");
        assert_eq!(written(&line, 20, false), "日本  x\n");
    }

    #[test]
    fn what_is_put_in_is_escaped() {
        assert_eq!(written(&Line::plain(0, "a\nb"), 20, false), "a\\u{a}b\n");
    }
}
