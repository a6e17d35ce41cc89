//! The table of files and targets. The script adds filters and sorting; without it, worst files come first.

use badsig::target::{PredictedOutcome, TARGETS, Target};
use badsig::{FileReport, Report};
use maud::{Markup, html};

use super::{Numbered, shown};
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
                    table role="table" {
                        caption.hidden { "Files and what each target is predicted to do" }
                        thead role="rowgroup" {
                            tr role="row" {
                                th scope="col" role="columnheader" data-key="verdict" { "Verdict" }
                                th scope="col" role="columnheader" data-key="file" { "File" }
                                th scope="col" role="columnheader" data-key="why" { "Why" }
                                @for target in TARGETS {
                                    th.target.asked[report.targets.contains(&target)] scope="col" role="columnheader" data-key=(target.name())
                                        title=(target.title()) { (short(target)) }
                                }
                            }
                        }
                        tbody role="rowgroup" { @for (number, file) in files { (row(*number, file, report)) } }
                    }
                }
                p.muted { "✓ taken, ✗ refused, ? not known. Columns in bold decided; \"hardened\" is Windows with EnableCertPaddingCheck." }
            }
        }
    }
}

/// Few elements: a report of thousands of files has as many rows. Signs are put before the words by the style.
fn row(number: usize, file: &FileReport, report: &Report) -> Markup {
    html! {
        tr role="row" {
            td.(file.verdict.name()) role="cell" { (file.verdict.name()) }
            th scope="row" role="rowheader" { a href={ "#f" (number) } { (shown(&file.path)) } }
            td role="cell" { (shown(&remark::why(file))) }
            @for target in TARGETS { (cell(file, target, report)) }
        }
    }
}

fn cell(file: &FileReport, target: Target, report: &Report) -> Markup {
    let prediction = file.predictions.iter().find(|prediction| prediction.target == target);
    let outcome = prediction.map_or(PredictedOutcome::Unknown, |prediction| prediction.outcome);
    let name = outcome_name(outcome);
    let asked = report.targets.contains(&target);
    html! { td.(name).asked[asked] role="cell" data-target=(short(target)) { (name) } }
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
