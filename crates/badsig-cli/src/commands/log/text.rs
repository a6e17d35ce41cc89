//! Failures as a person reads them.

use anstyle::Style;
use badsig::codes::{self, Explanation};
use badsig::logs::{Failure, Group};

use super::Told;
use crate::output::colour::{ADVICE, ERROR, FAINT, STRONG};
use crate::output::line::Line;

const INDENT: usize = 8;

/// Everything that was told, and the totals.
pub(super) fn told(told: &Told) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for part in told.failures.groups() {
        lines.extend(group(part));
        lines.push(Line::new(0, 0));
    }
    lines.extend(totals(told));
    lines
}

/// One failure with how often it was seen.
pub(super) fn group(group: &Group) -> Vec<Line> {
    let failure = &group.failure;
    let explanation = failure.explanation();
    let mut lines = vec![headline(failure, explanation.as_ref())];
    lines.extend(subject(failure));
    lines.push(seen(group));
    lines.extend(excerpt(failure));
    lines.extend(meaning(failure, explanation.as_ref()));
    lines.extend(advice(failure, explanation.as_ref()));
    lines
}

/// `FAILED  7z1604-x64.msi  content not signed  11516 SRVMSG_…`.
fn headline(failure: &Failure, explanation: Option<&Explanation>) -> Line {
    let subject = failure.file.as_deref().or(failure.title.as_deref()).or(failure.update.as_deref());
    let component = match failure.is_about_a_catalog() {
        true => Some("update catalog"),
        false => Some(failure.component.as_str()).filter(|component| !component.is_empty()),
    };
    let line = Line::new(0, INDENT).text(ERROR, "FAILED").up_to(INDENT);
    let line = line.text(STRONG, subject.or(component).unwrap_or(&failure.log)).gap(2);
    let title =
        explanation.map_or("a code that badsig does not know", |explanation| explanation.title.as_ref());
    let line = line.text(Style::new(), title).gap(2).text(STRONG, &failure.code());
    match explanation
        .and_then(|explanation| explanation.symbol.as_deref())
        .filter(|name| *name != failure.code())
    {
        Some(symbol) => line.gap(1).text(FAINT, symbol),
        None => line,
    }
}

/// Update, title, address, certificate, as far as the log names them.
fn subject(failure: &Failure) -> Vec<Line> {
    let shown = [
        ("update", &failure.update),
        ("title", &failure.title),
        ("from", &failure.url),
        ("certificate", &failure.certificate),
    ];
    let named = shown.into_iter().filter_map(|(label, value)| Some((label, value.as_deref()?)));
    named
        .map(|(label, value)| Line::new(INDENT, 2).text(FAINT, label).gap(1).text(Style::new(), value))
        .collect()
}

fn seen(group: &Group) -> Line {
    let failure = &group.failure;
    let by = Some(&failure.component).filter(|by| !by.is_empty()).map(|by| format!(", by {by}"));
    let when = failure.time.as_deref().map(|time| match (&group.last_time, group.count) {
        (Some(last), 2..) => format!(" first at {time}, last at {last}"),
        _ => format!(" at {time}"),
    });
    let times = if group.count > 1 { format!(" {} times", group.count) } else { String::new() };
    let text =
        format!("seen{times}{}{}, in {}", when.unwrap_or_default(), by.unwrap_or_default(), failure.log);
    Line::new(INDENT, 2).text(FAINT, &text)
}

/// The lines of the log, each with what it means.
fn excerpt(failure: &Failure) -> Vec<Line> {
    let lines = failure.lines.iter().flat_map(|line| {
        let elsewhere = Some(&line.log).filter(|log| **log != failure.log).map(|log| format!("{log}:"));
        let number = format!("{:>6}: ", format!("{}{}", elsewhere.unwrap_or_default(), line.line));
        let text = Line::new(INDENT, 8).text(FAINT, &number).text(Style::new(), &line.text);
        [text, Line::new(INDENT.saturating_add(8), 2).text(FAINT, "= ").text(FAINT, &line.meaning)]
    });
    lines.collect()
}

fn meaning(failure: &Failure, explanation: Option<&Explanation>) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(explanation) = explanation {
        lines.push(Line::new(INDENT, 2).text(STRONG, "cause: ").text(Style::new(), &explanation.meaning));
    }
    for code in &failure.consequences {
        let title = codes::explain(code).ok().and_then(|answers| Some(answers.into_iter().next()?.title));
        let title = title.unwrap_or_else(|| "not known".into());
        lines.push(Line::new(INDENT, 2).text(FAINT, "then: ").text(Style::new(), &format!("{code} {title}")));
    }
    lines
}

fn advice(failure: &Failure, explanation: Option<&Explanation>) -> Vec<Line> {
    let fixes = explanation.into_iter().flat_map(|explanation| &explanation.fix);
    let mut lines: Vec<Line> =
        fixes.map(|fix| Line::new(INDENT, 2).text(ADVICE, "→ ").text(Style::new(), fix)).collect();
    let before = Line::new(INDENT, 2).text(FAINT, "beforehand:").gap(1);
    lines.push(match failure.caught_by() {
        Some(command) => before.text(ADVICE, &command),
        None => before.text(FAINT, "nothing about the vendor's file would have told"),
    });
    lines.extend(explanation.map(|_| {
        let more = format!("badsig explain {}", failure.code());
        Line::new(INDENT, 2).text(FAINT, "more:").gap(1).text(ADVICE, &more)
    }));
    lines
}

fn totals(told: &Told) -> Vec<Line> {
    let lines = told.logs.iter().map(|log| log.lines).fold(0, u64::saturating_add);
    let count = told.failures.count();
    let groups = told.failures.groups().len();
    let plural = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let groups = u64::try_from(groups).unwrap_or(u64::MAX);
    let mut text = format!(
        "{}, {}: {}",
        plural(u64::try_from(told.logs.len()).unwrap_or(u64::MAX), "log"),
        plural(lines, "line"),
        plural(count, "failure")
    );
    if count > groups {
        text.push_str(&format!(" of {}", plural(groups, "kind")));
    }
    if told.passed > 0 {
        text.push_str(&format!("; content of {} passed the agent's check", plural(told.passed, "update")));
    }
    text.push('.');
    let mut all = vec![Line::plain(0, &text)];
    if told.failures.not_listed() > 0 {
        let more = format!(
            "{} are only counted: too many different ones.",
            plural(told.failures.not_listed(), "failure")
        );
        all.push(Line::plain(0, &more));
    }
    if told.other_errors > 0 {
        let more = format!(
            "Not explained: {} marked as errors without a known code.",
            plural(told.other_errors, "line")
        );
        all.push(Line::plain(0, &more));
    }
    all
}
