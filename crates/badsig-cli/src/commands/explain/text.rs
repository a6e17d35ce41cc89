//! An explanation as a short page of text.

use anstyle::Style;
use badsig::check::{Check, Level};
use badsig::codes::Explanation;
use badsig::target::TARGETS;

use crate::output::colour::{ADVICE, ERROR, FAINT, STRONG, WARNING};
use crate::output::line::Line;
use crate::output::page_of;

const INDENT: usize = 2;

/// The page of a check.
pub(super) fn check(check: &Check) -> Vec<Line> {
    let mut lines = vec![Line::new(0, INDENT).text(STRONG, check.id).gap(2).text(Style::new(), check.title)];
    lines.push(Line::plain(INDENT, check.meaning));
    lines.extend(list("Causes", check.causes.iter().copied()));
    lines.extend(steps(check.fix.iter().copied()));
    lines.push(heading("Level"));
    for level in [Level::Block, Level::Warn, Level::Note] {
        let targets: Vec<&str> = TARGETS
            .iter()
            .filter(|target| (check.level)(**target) == level)
            .map(|target| target.name())
            .collect();
        let (word, style) = level_word(level);
        if !targets.is_empty() {
            let line = Line::new(INDENT, 8).text(style, word).up_to(10);
            lines.push(line.text(Style::new(), &targets.join(", ")));
        }
    }
    lines.push(Line::new(INDENT, 2).text(FAINT, "Page:").gap(1).unbroken(FAINT, &page_of(check)));
    lines
}

fn level_word(level: Level) -> (&'static str, Style) {
    match level {
        Level::Block => ("blocks", ERROR),
        Level::Warn => ("warns", WARNING),
        Level::Note => ("notes", FAINT),
    }
}

/// The page of a code.
pub(super) fn code(explanation: &Explanation) -> Vec<Line> {
    let mut title = Line::new(0, INDENT).text(STRONG, &explanation.id);
    if let Some(symbol) = explanation.symbol.as_deref().filter(|symbol| *symbol != explanation.id) {
        title = title.gap(2).text(STRONG, symbol);
    }
    let mut lines = vec![title.gap(2).text(Style::new(), &explanation.title)];
    lines.push(Line::plain(INDENT, &explanation.meaning));
    lines.extend(list("Causes", explanation.causes.iter().map(AsRef::as_ref)));
    lines.extend(steps(explanation.fix.iter().map(AsRef::as_ref)));
    lines.extend(list("Notes", explanation.notes.iter().map(AsRef::as_ref)));
    lines.extend(state(explanation));
    lines.extend(footer(explanation));
    lines
}

/// What `setreg` of a WinTrust State shows.
fn state(explanation: &Explanation) -> Vec<Line> {
    let Some(reading) = &explanation.wintrust_state else { return Vec::new() };
    let answers = reading.setreg.iter().map(|line| {
        let (word, style) = if line.value { ("true", ADVICE) } else { ("false", FAINT) };
        Line::new(INDENT, 6)
            .text(style, word)
            .up_to(INDENT.saturating_add(6))
            .text(Style::new(), &format!("{} {}", line.number, line.label))
    });
    [heading("As setreg shows it")].into_iter().chain(answers).collect()
}

fn heading(text: &str) -> Line {
    Line::new(INDENT, 0).text(STRONG, text)
}

fn list<'a>(title: &str, items: impl Iterator<Item = &'a str>) -> Vec<Line> {
    let items: Vec<Line> =
        items.map(|item| Line::new(INDENT, 2).text(FAINT, "- ").text(Style::new(), item)).collect();
    if items.is_empty() { items } else { [heading(title)].into_iter().chain(items).collect() }
}

fn steps<'a>(items: impl Iterator<Item = &'a str>) -> Vec<Line> {
    let items: Vec<Line> = items
        .enumerate()
        .map(|(index, item)| {
            let number = format!("{}. ", index.saturating_add(1));
            Line::new(INDENT, 3).text(ADVICE, &number).text(Style::new(), item)
        })
        .collect();
    if items.is_empty() { items } else { [heading("What to do")].into_iter().chain(items).collect() }
}

fn footer(explanation: &Explanation) -> Vec<Line> {
    let also = explanation.also_written.join(", ");
    let see: Vec<&str> = explanation.see_also.iter().map(AsRef::as_ref).collect();
    let source = match explanation.source {
        "" => explanation.confidence.name().to_owned(),
        source => format!("{}: {source}", explanation.confidence.name()),
    };
    [("Also written:", also), ("See also:", see.join(", ")), ("Known how:", source)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| Line::new(INDENT, 2).text(FAINT, label).gap(1).text(FAINT, &text))
        .collect()
}
