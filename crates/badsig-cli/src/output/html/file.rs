//! The section of one file.

use badsig::target::PredictedOutcome;
use badsig::{FileReport, Outcome, Report};
use maud::{Markup, html};

use super::{label, members, shown, signature};
use crate::output::outcome_name;
use crate::output::remark::{self, Remark, Severity};

/// Everything about one file, folded.
pub(super) fn section(number: usize, file: &FileReport, report: &Report, few: bool) -> Markup {
    let open = few && file.verdict != Outcome::Publishable;
    html! {
        details.file #{ "d" (number) } open[open] {
            summary { (label(file.verdict)) " " span.path { (shown(&file.path)) } }
            div.body #{ "f" (number) } {
                h3.hidden { (shown(&file.path)) }
                (findings(file))
                (identity(file))
                h4 { "What each target is predicted to do" }
                (predictions(file, report))
                (signature::tree(file, report.evidence.at))
                (members::members(file))
            }
        }
    }
}

/// What was found in the file itself, worst first. What its members have stands with them.
pub(super) fn findings(file: &FileReport) -> Markup {
    let remarks = remark::of_file(file);
    let own: Vec<&Remark<'_>> = remarks.iter().filter(|remark| std::ptr::eq(remark.subject, file)).collect();
    html! {
        @if !own.is_empty() {
            ul.findings {
                @for remark in own {
                    li.(class(remark.severity)) {
                        p { strong { (shown(remark.title())) } @if remark.title() != remark.message { ": " (shown(remark.message)) } }
                        @if !remark.help.is_empty() { p.advice { "→ " (shown(remark.help)) } }
                        @if let Some(check) = remark.rule() {
                            p.muted { a href={ "#check-" (check.id) } { "About " code { (check.id) } } }
                        }
                    }
                }
            }
        }
    }
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn identity(file: &FileReport) -> Markup {
    html! {
        dl.facts {
            dt { "Format" } dd { (file.format.description()) }
            @if let Some(size) = file.size { dt { "Size" } dd { (size) " bytes" } }
            @if let Some(digest) = &file.sha256 { dt { "SHA-256" } dd { code { (digest.to_string()) } } }
            @if let Some(digest) = &file.sha1 { dt { "SHA-1" } dd { code { (digest.to_string()) } } }
            dt { "Code" } dd { code { (shown(&file.trust.hresult)) } " " (shown(&file.trust.symbol)) }
            @if let Some(vendor) = &file.vendor { dt { "Vendor catalog" } dd { (shown(&vendor.id)) ": " (shown(&vendor.relation)) } }
        }
    }
}

fn predictions(file: &FileReport, report: &Report) -> Markup {
    html! {
        ul.predictions {
            @for prediction in &file.predictions {
                li.(outcome_name(prediction.outcome)).asked[report.targets.contains(&prediction.target)] {
                    strong { (prediction.target.title()) } ": " (outcome_name(prediction.outcome))
                    span.muted { " (" (shown(&prediction.confidence)) ")" }
                    @if prediction.outcome != PredictedOutcome::Accepted {
                        br;
                        span.muted { (shown(&prediction.reason)) }
                        @if let Some(message) = &prediction.status_message {
                            br;
                            code { (shown(&message.symbol)) } @if let Some(id) = message.id { " (" (id) ")" }
                        }
                    }
                }
            }
        }
    }
}
