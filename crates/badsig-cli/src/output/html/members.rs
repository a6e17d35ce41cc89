//! The members of a container as a folding tree.

use badsig::FileReport;
use badsig::facts::PayloadFacts;
use maud::{Markup, html};

use super::{Page, file, label, shown};
use crate::output::remark;

/// The members of a file, when it has any.
pub(super) fn members<'r>(file: &'r FileReport, page: &Page<'r>) -> Markup {
    html! {
        @if !file.members.is_empty() || !file.payload.is_empty() {
            h4 { "What is inside" }
            @for payload in &file.payload { (summary(payload)) }
            (list(file, page))
        }
    }
}

/// What was found of one kind of payload, and what of it was not read.
fn summary(payload: &PayloadFacts) -> Markup {
    html! {
        p.inside {
            (shown(&payload.title))
            @if let Some(why) = &payload.not_opened { ", not opened: " (shown(why)) }
            @else {
                " with " (payload.members) (if payload.members == 1 { " member, " } else { " members, " }) (payload.judged) " that can be signed"
                @if payload.unread_members > 0 { "; " (payload.unread_members) " not read" }
                @if let Some(problem) = &payload.problem { "; not read to the end: " (shown(&problem.message)) }
            }
        }
        @if !payload.unread.is_empty() {
            ul.reasons {
                @for unread in &payload.unread { li { (shown(&unread.name)) ": " (shown(&unread.problem.message)) } }
            }
        }
    }
}

fn list<'r>(container: &'r FileReport, page: &Page<'r>) -> Markup {
    html! {
        @if !container.members.is_empty() {
            ul.members { @for member in &container.members { li { (one(container, member, page)) } } }
        }
    }
}

/// What has more to say than fits a line can be unfolded.
fn one<'r>(container: &'r FileReport, member: &'r FileReport, page: &Page<'r>) -> Markup {
    let more = !(member.findings.is_empty() && member.members.is_empty() && member.payload.is_empty());
    html! {
        @if more {
            details {
                summary { (line(container, member)) }
                div.body {
                    (file::findings(member))
                    (digest(member, page))
                    @for payload in &member.payload { (summary(payload)) }
                    (list(member, page))
                }
            }
        } @else {
            (line(container, member))
            (digest(member, page))
        }
    }
}

fn line(container: &FileReport, member: &FileReport) -> Markup {
    html! {
        (label(member.verdict)) " " span.path { (shown(name(container, member))) }
        " " span.muted { (shown(&remark::why(member))) }
    }
}

fn digest<'r>(member: &'r FileReport, page: &Page<'r>) -> Markup {
    let chain = member.signatures.first().and_then(|primary| page.chains.find(primary));
    html! {
        p.muted {
            (member.format.description())
            @if let Some(size) = member.size { ", " (file::bytes(size)) }
            @if let Some(digest) = &member.sha256 { ", SHA-256 " code { (digest.to_string()) } }
            @if let Some(same) = &member.same_as { ", the same as " (shown(same)) }
            @if let Some(chain) = chain { ", " a href={ "#k" (chain.number) } { "certificates" } }
        }
    }
}

/// The path below the container, or the name with which it is installed.
fn name<'r>(container: &FileReport, member: &'r FileReport) -> &'r str {
    let below = member.path.strip_prefix(container.path.as_str()).and_then(|rest| rest.strip_prefix("!/"));
    member.installed_as.as_deref().or(below).unwrap_or(&member.path)
}
