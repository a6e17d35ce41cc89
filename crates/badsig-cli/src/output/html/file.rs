//! The section of one file.

use badsig::target::PredictedOutcome;
use badsig::{FileReport, Outcome};
use maud::{Markup, html};

use super::{Page, label, members, prediction, shown, signature};
use crate::output::remark::{self, Remark, Severity};

/// Everything about one file, folded.
pub(super) fn section<'r>(number: usize, file: &'r FileReport, page: &Page<'r>, open: bool) -> Markup {
    let open = open && file.verdict != Outcome::Publishable;
    html! {
        details.file open[open] {
            summary { (label(file.verdict)) " " h3.path { (shown(&file.path)) } }
            // Browsers unfold what a link leads into, not what it leads to.
            div.body #{ "f" (number) } {
                (findings(file))
                (identity(file))
                (vendor(file))
                (prediction::of_file(file, &page.report.targets))
                (endpoints(file))
                (signature::tree(file, page))
                (members::members(file, page))
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
            ul.findings { @for remark in own { (finding(remark)) } }
        }
    }
}

fn finding(remark: &Remark<'_>) -> Markup {
    let excuse = remark
        .subject
        .findings
        .iter()
        .find(|finding| std::ptr::eq(finding.message.as_str(), remark.message))
        .and_then(|finding| finding.exception.as_ref());
    html! {
        li.(class(remark.severity)) {
            strong { (shown(remark.title())) }
            @if remark.title() != remark.message { ": " (shown(remark.message)) }
            @if let Some(excuse) = excuse {
                br; "Excepted (" (shown(&excuse.scope)) "): " (shown(&excuse.reason))
                @if let Some(end) = excuse.expires { ", until " (end.date()) }
            }
            @if !remark.help.is_empty() { br; "→ " (shown(remark.help)) }
            @if let Some(check) = remark.rule() { " " a href={ "#check-" (check.id) } { "About " (check.id) } }
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
        p {
            (file.format.description())
            @if let Some(size) = file.size { ", " (bytes(size)) }
            ". Code " (shown(&file.trust.hresult)) " " (shown(&file.trust.symbol)) "."
            @if let Some(digest) = &file.sha256 { " SHA-256 " code { (digest.to_string()) } }
            @if let Some(digest) = &file.sha1 { " SHA-1 " code { (digest.to_string()) } }
        }
    }
}

/// `1,234,567 bytes`.
pub(super) fn bytes(size: u64) -> String {
    let digits = size.to_string();
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(if size == 1 { " byte" } else { " bytes" });
    text
}

/// What the vendor catalog says, what that rests on, and what to do instead.
fn vendor(file: &FileReport) -> Markup {
    html! {
        @if let Some(vendor) = &file.vendor {
            p {
                "Vendor catalog: " strong { (shown(&vendor.id)) } ", " (shown(&vendor.relation)) "."
                @if let Some(seen) = &vendor.evidence {
                    " Evidence (" (seen.known.name()) @if seen.stale { ", stale" } "): " (shown(&seen.says))
                    @if let Some(place) = seen.sources.first() { " " code { (shown(place)) } }
                }
                @if !vendor.instead.is_empty() { br; "→ " (shown(&vendor.instead)) }
            }
        }
    }
}

fn endpoints(file: &FileReport) -> Markup {
    html! {
        @if !file.endpoints.is_empty() {
            h4 { "Endpoints" }
            ul.predictions {
                @for endpoint in &file.endpoints {
                    li.asked.(crate::output::outcome_name(outcome(endpoint.accepted))) {
                        strong { (shown(&endpoint.name)) } ": "
                        @if endpoint.accepted { "accepts it" } @else { "refuses it, " (shown(&endpoint.trust.hresult)) }
                        @for missing in &endpoint.missing {
                            br; "lacks " (shown(&missing.common_name)) " " code { (shown(&missing.thumbprint_sha1)) }
                        }
                    }
                }
            }
        }
    }
}

fn outcome(accepted: bool) -> PredictedOutcome {
    if accepted { PredictedOutcome::Accepted } else { PredictedOutcome::Rejected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_grouped() {
        let texts = [0, 1, 999, 1000, 1_234_567].map(bytes);
        assert_eq!(texts, ["0 bytes", "1 byte", "999 bytes", "1,000 bytes", "1,234,567 bytes"]);
    }
}
