//! The table of files and targets. The script adds filters and sorting; without it, worst files come first.

use badsig::target::{PredictedOutcome, TARGETS, Target};
use badsig::{FileReport, Report};
use maud::{Markup, html};

use super::{Numbered, label, shown};
use crate::output::outcome_name;
use crate::output::remark;

/// The table, one row for each file.
pub(super) fn table(report: &Report, files: &Numbered<'_>) -> Markup {
    html! {
        section #files aria-labelledby="files-title" tabindex="-1" {
            h2 #files-title { "Files" }
            div #tools.tools hidden {
                label { "Filter " input #filter type="search" autocomplete="off" placeholder="name, signer, reason"; }
                fieldset {
                    legend.hidden { "Verdicts that are shown" }
                    @for verdict in ["blocked", "undecided", "publishable"] {
                        label { input type="checkbox" name="verdict" value=(verdict) checked; " " (verdict) }
                    }
                }
                output #shown-count role="status" {}
            }
            @if files.is_empty() { p { "No file was judged." } }
            @else {
                div.scroll role="region" aria-label="Table of files" tabindex="0" {
                    table {
                        caption.hidden { "Files and what each target is predicted to do" }
                        thead {
                            tr {
                                th scope="col" data-key="verdict" { "Verdict" }
                                th scope="col" data-key="file" { "File" }
                                th scope="col" data-key="why" { "Why" }
                                @for target in TARGETS {
                                    th.target.asked[report.targets.contains(&target)] scope="col" data-key=(target.name())
                                        title=(target.title()) { (short(target)) }
                                }
                            }
                        }
                        tbody { @for (number, file) in files { (row(*number, file, report)) } }
                    }
                }
                p.muted { "✓ taken, ✗ refused, ? not known. Columns in bold decided; \"hardened\" is Windows with EnableCertPaddingCheck." }
            }
        }
    }
}

fn row(number: usize, file: &FileReport, report: &Report) -> Markup {
    html! {
        tr data-verdict=(file.verdict.name()) data-number=(number) {
            td { (label(file.verdict)) }
            th scope="row" { a href={ "#f" (number) } { (shown(&file.path)) } }
            td { (shown(&remark::why(file))) }
            @for target in TARGETS { (cell(file, target, report)) }
        }
    }
}

fn cell(file: &FileReport, target: Target, report: &Report) -> Markup {
    let prediction = file.predictions.iter().find(|prediction| prediction.target == target);
    let outcome = prediction.map_or(PredictedOutcome::Unknown, |prediction| prediction.outcome);
    let sign = match outcome {
        PredictedOutcome::Accepted => "✓",
        PredictedOutcome::Rejected => "✗",
        PredictedOutcome::Unknown => "?",
    };
    html! {
        td.target.(outcome_name(outcome)).asked[report.targets.contains(&target)] {
            span aria-hidden="true" { (sign) } span.hidden { (outcome_name(outcome)) }
        }
    }
}

fn short(target: Target) -> &'static str {
    match target {
        Target::Configmgr => "ConfigMgr",
        Target::Windows => "Windows",
        Target::WindowsHardened => "hardened",
        Target::Wsus => "WSUS",
        Target::PatchManagement => "agents",
    }
}
