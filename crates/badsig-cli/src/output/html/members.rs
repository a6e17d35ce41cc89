//! The members of a container as a folding tree.

use badsig::FileReport;
use maud::{Markup, html};

use super::{file, label, shown};
use crate::output::remark;

/// The members of a file, when it has any.
pub(super) fn members(file: &FileReport) -> Markup {
    html! {
        @if !file.members.is_empty() {
            h4 { "What is inside (" (count(file)) ")" }
            (list(file))
        }
    }
}

fn count(file: &FileReport) -> usize {
    file.members.iter().fold(0, |sum, member| sum.saturating_add(1).saturating_add(count(member)))
}

fn list(file: &FileReport) -> Markup {
    html! {
        ul.members {
            @for member in &file.members {
                li {
                    details {
                        summary { (label(member.verdict)) " " span.path { (shown(name(file, member))) }
                            span.muted { " " (shown(&remark::why(member))) } }
                        div.body {
                            (file::findings(member))
                            dl.facts {
                                dt { "Format" } dd { (member.format.description()) }
                                @if let Some(size) = member.size { dt { "Size" } dd { (size) " bytes" } }
                                @if let Some(digest) = &member.sha256 { dt { "SHA-256" } dd { code { (digest.to_string()) } } }
                            }
                            @if !member.members.is_empty() { (list(member)) }
                        }
                    }
                }
            }
        }
    }
}

/// The path below the container.
fn name<'r>(file: &FileReport, member: &'r FileReport) -> &'r str {
    member
        .path
        .strip_prefix(file.path.as_str())
        .and_then(|rest| rest.strip_prefix("!/"))
        .unwrap_or(&member.path)
}
