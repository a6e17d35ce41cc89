//! What the verdict rests on, and what it does not.

use badsig::Report;
use maud::{Markup, html};

use super::{shown, time};
use crate::output::words;

/// What a reader might think was checked and was not.
pub(super) fn not_checked(report: &Report) -> Markup {
    html! {
        @if !report.not_checked.is_empty() {
            section.notice #not-checked aria-labelledby="not-checked-title" {
                h2 #not-checked-title { "Not checked" }
                ul { @for text in &report.not_checked { li { (shown(text)) } } }
            }
        }
    }
}

/// What was found of the run as a whole.
pub(super) fn of_the_run(report: &Report) -> Markup {
    html! {
        @if !report.findings.is_empty() {
            section.notice #run aria-labelledby="run-title" {
                h2 #run-title { "About this run" }
                ul {
                    @for finding in &report.findings {
                        li { (shown(&finding.message)) @if !finding.help.is_empty() { " → " (shown(&finding.help)) } }
                    }
                }
            }
        }
    }
}

/// Date, roots, revocation.
pub(super) fn evidence(report: &Report) -> Markup {
    let evidence = &report.evidence;
    let roots = &evidence.roots;
    html! {
        section #evidence aria-labelledby="evidence-title" {
            h2 #evidence-title { "Evidence used" }
            dl.facts {
                dt { "Judged for" } dd { (report.targets.iter().map(|target| target.title()).collect::<Vec<_>>().join(", ")) }
                dt { "At" } dd { (time(evidence.at)) }
                dt { "Roots" } dd { (shown(&words::roots(roots))) }
                @if let Some(digest) = &roots.ctl_sha256 { dt { "List" } dd { code { (digest.to_string()) } " (SHA-256)" } }
                @if let Some(distrust) = &roots.distrust {
                    dt { "Distrusted" } dd { (distrust.entries) " certificates, list of " (shown(&distrust.date)) }
                }
                @if let Some(state) = &evidence.wintrust_state { dt { "WinTrust State" } dd { (shown(state)) } }
                @if let Some(vendors) = &evidence.vendors {
                    dt { "Vendor catalog" }
                    dd { (shown(&vendors.source)) ", " (vendors.entries) " entries" br; code { (vendors.sha256.to_string()) } " (SHA-256)" }
                }
                dt { "Revocation" } dd { (shown(&evidence.revocation)) }
                @if let Some(policy) = &evidence.policy {
                    dt { "Policy" } dd { (shown(&policy.path)) br; code { (policy.sha256.to_string()) } " (SHA-256)" }
                }
            }
        }
    }
}
