//! What the checks mean that found something in this report, each once.

use std::collections::BTreeSet;

use badsig::check::{CHECKS, Check};
use badsig::{FileReport, Report};
use maud::{Markup, html};

/// A section for each check that found something.
pub(super) fn help(report: &Report) -> Markup {
    let mut seen = BTreeSet::new();
    report.files.iter().for_each(|file| collect(file, &mut seen));
    let known: Vec<&Check> = CHECKS.iter().copied().filter(|check| seen.contains(check.id)).collect();
    html! {
        @if !known.is_empty() {
            section #checks aria-labelledby="checks-title" {
                h2 #checks-title { "About the findings" }
                @for check in known { (about(check)) }
            }
        }
    }
}

fn collect<'r>(file: &'r FileReport, seen: &mut BTreeSet<&'r str>) {
    seen.extend(file.findings.iter().map(|finding| finding.check.as_str()));
    file.members.iter().for_each(|member| collect(member, seen));
}

fn about(check: &Check) -> Markup {
    let list = |title: &str, items: &[&str]| {
        html! { @if !items.is_empty() { h3 { (title) } ul { @for item in items { li { (item) } } } } }
    };
    html! {
        details.check #{ "c-" (check.id) } {
            summary { code { (check.id) } ": " (check.title) }
            div.body #{ "check-" (check.id) } {
                p { (check.meaning) }
                (list("Usual causes", check.causes))
                (list("What to do", check.fix))
            }
        }
    }
}
