//! Files and targets: who takes what.

use anstyle::Style;
use badsig::FileReport;
use badsig::target::{PredictedOutcome, Target};

use crate::output::colour::{FAINT, STRONG, of_outcome};
use crate::output::escape::escape;
use crate::output::line::Line;
use crate::output::width::columns;

/// Space between columns.
const GAP: usize = 2;

/// What the targets do with one file.
pub(super) struct Row {
    path: String,
    outcomes: Vec<(Target, PredictedOutcome)>,
}

impl Row {
    pub(super) fn new(report: &FileReport) -> Row {
        let outcomes = report.predictions.iter().map(|prediction| (prediction.target, prediction.outcome));
        Row { path: report.path.clone(), outcomes: outcomes.collect() }
    }
}

/// The table; nothing when there is no row. Paths come last, so that long ones keep the columns in order.
pub(super) fn lines(rows: &[Row]) -> Vec<Line> {
    let Some(first) = rows.first() else { return Vec::new() };
    let names: Vec<&str> = first.outcomes.iter().map(|(target, _)| target.name()).collect();
    let mut heading = Line::new(0, GAP);
    let mut end = 0usize;
    let mut ends = Vec::new();
    for name in &names {
        heading = heading.unbroken(STRONG, name);
        end = end.saturating_add(columns(name).max(columns("refuses"))).saturating_add(GAP);
        ends.push(end);
        heading = heading.up_to(end);
    }
    let mut lines = vec![heading.unbroken(STRONG, "file")];
    for row in rows {
        let mut line = Line::new(0, GAP);
        for ((_, outcome), end) in row.outcomes.iter().zip(&ends) {
            let (word, style) = word(*outcome);
            line = line.unbroken(style, word).up_to(*end);
        }
        lines.push(line.unbroken(Style::new(), &escape(&row.path)));
    }
    lines
}

fn word(outcome: PredictedOutcome) -> (&'static str, Style) {
    match outcome {
        PredictedOutcome::Accepted => ("takes", of_outcome(badsig::Outcome::Publishable)),
        PredictedOutcome::Rejected => ("refuses", of_outcome(badsig::Outcome::Blocked)),
        PredictedOutcome::Unknown => ("unknown", FAINT),
    }
}
