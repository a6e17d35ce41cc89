//! When which update stops validating, over all files.

use std::collections::BTreeMap;

use badsig::{FileReport, Report, UtcTime};
use maud::{Markup, html};

use super::drawing::years;
use super::scale::{Scale, percent};
use super::{Numbered, shown};

/// Dates that are listed before the rest is folded.
const FIRST: usize = 8;
/// Files that are named for a date.
const NAMED: usize = 25;

type Ends<'r> = BTreeMap<String, (UtcTime, Vec<(usize, &'r FileReport)>)>;

/// The time line and the list of dates.
pub(super) fn forecast(report: &Report, files: &Numbered<'_>) -> Markup {
    let at = report.evidence.at;
    let ends = ends(files, at);
    let counted: usize = ends.values().map(|(_, files)| files.len()).sum();
    let lasting = files.iter().filter(|(_, file)| lasts(file)).count();
    html! {
        section #forecast aria-labelledby="forecast-title" {
            h2 #forecast-title { "When signatures stop validating" }
            p {
                @if counted > 0 { "Files with a date on which their signature ends: " (counted) " of " (files.len()) ". " }
                @else { "No file has a known date on which its signature ends. " }
                @if lasting > 0 { "Files that are stamped, with no end known: " (lasting) "." }
            }
            @if !ends.is_empty() {
                figure.timeline {
                    (line(&ends, at))
                    figcaption { span.key { "judged " (at.date()) } }
                }
                ul.ends { @for end in ends.values().take(FIRST) { (entry(end)) } }
                @if ends.len() > FIRST {
                    details { summary { "Later dates (" (ends.len().saturating_sub(FIRST)) ")" }
                        ul.ends { @for end in ends.values().skip(FIRST) { (entry(end)) } } }
                }
            }
        }
    }
}

/// By day, the files whose first signature is valid now and ends then.
fn ends<'r>(files: &Numbered<'r>, at: UtcTime) -> Ends<'r> {
    let mut ends: Ends<'r> = BTreeMap::new();
    for (number, file) in files {
        let primary = file.signatures.first().filter(|primary| primary.reasons.is_empty());
        let Some(end) = primary.and_then(|primary| primary.stops_validating).filter(|end| *end > at) else {
            continue;
        };
        ends.entry(end.date()).or_insert_with(|| (end, Vec::new())).1.push((*number, *file));
    }
    ends
}

fn lasts(file: &FileReport) -> bool {
    file.signatures
        .first()
        .is_some_and(|primary| primary.reasons.is_empty() && primary.stops_validating.is_none())
}

fn scale(ends: &Ends<'_>, at: UtcTime) -> Scale {
    Scale::around(at, ends.values().map(|(end, _)| *end))
}

/// A column for each day, as high as the number of its files.
fn line(ends: &Ends<'_>, at: UtcTime) -> Markup {
    let scale = scale(ends, at);
    let most = ends.values().map(|(_, files)| files.len()).max().unwrap_or(1).max(1);
    let now = percent(scale.place(at));
    let text = format!("Time line of {} dates; the list below says the same", ends.len());
    html! {
        svg.line width="100%" height="92" role="img" aria-label=(text) {
            line.base x1="0" x2="100%" y1="70" y2="70" {}
            line.now x1=(now) x2=(now) y1="0" y2="70" {}
            @for (end, files) in ends.values() {
                @let place = percent(scale.place(*end));
                @let top = 62usize.saturating_sub(files.len().saturating_mul(46).checked_div(most).unwrap_or_default());
                line.end x1=(place) x2=(place) y1="70" y2=(top) {}
                circle.end cx=(place) cy=(top) r="5" {}
            }
            (years(&scale, 72))
        }
    }
}

fn link(number: usize, file: &FileReport) -> Markup {
    html! { a href={ "#f" (number) } { (shown(&file.path)) } }
}

fn entry((end, files): &(UtcTime, Vec<(usize, &FileReport)>)) -> Markup {
    html! {
        li {
            strong { (end.date()) } " "
            @if files.len() == 1 { @for (number, file) in files { (link(*number, file)) } }
            @else {
                details {
                    summary { (files.len()) " files" }
                    ul {
                        @for (number, file) in files.iter().take(NAMED) { li { (link(*number, file)) } }
                        @if files.len() > NAMED { li.muted { "and " (files.len().saturating_sub(NAMED)) " more" } }
                    }
                }
            }
        }
    }
}
