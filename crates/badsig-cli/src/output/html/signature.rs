//! The tree of signatures of a file, each with its chain drawn on a time axis.

use badsig::authenticode::facts::TimestampKind;
use badsig::report::{CertificateReport, ChainReport, ReasonReport, SignatureReport, TimestampReport};
use badsig::trust::chain::Role;
use badsig::{FileReport, UtcTime};
use maud::{Markup, html};

use super::scale::{Scale, percent};
use super::{date, shown, time};

/// The signatures of a file; nested ones below theirs.
pub(super) fn tree(file: &FileReport, at: UtcTime) -> Markup {
    html! {
        @if file.signatures.is_empty() { p.muted { "No signature." } }
        @else { (below(None, file, at)) }
    }
}

fn below(parent: Option<usize>, file: &FileReport, at: UtcTime) -> Markup {
    let children: Vec<&SignatureReport> = file
        .signatures
        .iter()
        // A signature that names itself or a later one as its parent would never be shown.
        .filter(|signature| signature.parent.filter(|parent| *parent < signature.index) == parent)
        .collect();
    html! {
        @if !children.is_empty() {
            ul.signatures {
                @for signature in children {
                    li { (one(signature, at)) (below(Some(signature.index), file, at)) }
                }
            }
        }
    }
}

fn one(signature: &SignatureReport, at: UtcTime) -> Markup {
    let valid = signature.reasons.is_empty();
    html! {
        h4 {
            "Signature " (signature.index) ": " (shown(&signature.place)) " "
            span.(if valid { "good" } else { "bad" }) { (if valid { "valid" } else { "not valid" }) }
        }
        (reasons(&signature.reasons))
        dl.facts {
            @if let Some(signer) = &signature.signer { (signer_facts(signer)) }
            @if let (Some(algorithm), Some(stored)) = (signature.digest_algorithm, &signature.digest) {
                dt { "Digest" }
                dd {
                    (algorithm.name()) " " code { (stored.to_string()) } " "
                    @match signature.digest_matches {
                        Some(true) => { "matches the file" }
                        Some(false) => span.bad { "does not match the file" },
                        None => {}
                    }
                }
            }
            @if let Some(pages) = &signature.page_hashes {
                dt { "Page hashes" } dd { (if pages.matches { "match" } else { "do not match" }) }
            }
            @if let Some(revocation) = &signature.revocation { dt { "Revocation" } dd { (shown(revocation)) } }
            @if !signature.outlook.is_empty() { dt { "Outlook" } dd { (shown(&signature.outlook)) } }
        }
        (drawing(signature, at))
        @for stamp in &signature.timestamps { (stamp_notes(stamp)) }
    }
}

fn signer_facts(signer: &CertificateReport) -> Markup {
    html! {
        dt { "Signer" } dd { (shown(&signer.subject)) }
        dt { "Issuer" } dd { (shown(&signer.issuer)) }
        dt { "Thumbprint" } dd { code { (shown(&signer.thumbprint_sha1)) } " (SHA-1), " (shown(&signer.key)) }
    }
}

fn stamp_notes(stamp: &TimestampReport) -> Markup {
    html! {
        @if !stamp.valid || !stamp.reasons.is_empty() {
            p { "Time stamp" @if let Some(when) = stamp.time { " of " (time(when)) } ": " span.bad { "does not hold" } }
            (reasons(&stamp.reasons))
        }
    }
}

pub(super) fn reasons(reasons: &[ReasonReport]) -> Markup {
    html! {
        @if !reasons.is_empty() {
            ul.reasons {
                @for reason in reasons {
                    li {
                        (shown(&reason.message)) " "
                        span.muted { code { (shown(&reason.hresult)) } " " (shown(&reason.symbol)) ", " (shown(&reason.confidence)) }
                    }
                }
            }
        }
    }
}

/// The signer's chain and that of the stamp, each certificate with a bar from its first to its last day.
fn drawing(signature: &SignatureReport, at: UtcTime) -> Markup {
    let chain = links(&signature.chain, signature.signer.as_ref());
    let stamp = signature.timestamp.as_ref();
    let authority = stamp.map(|stamp| links(&stamp.chain, stamp.signer.as_ref())).unwrap_or_default();
    let stamped = stamp.and_then(|stamp| stamp.time);
    let times = chain.iter().chain(&authority).flat_map(|link| [link.from, link.to]).chain(stamped);
    let scale = Scale::around(at, times);
    html! {
        @if !chain.is_empty() {
            figure.chain {
                figcaption {
                    "Certificates, root first, with the time in which each is valid"
                    @if let (Some(stamp), Some(when)) = (stamp, stamped) {
                        "; time stamp of " (date(when)) " (" (kind(stamp.kind)) ")"
                        @if !stamp.valid { ", which does not hold" }
                    }
                }
                div.axis {
                    (lines(&scale, at, stamped))
                    ol { @for link in chain.iter().rev() { (row(link, &scale, at, stamped)) } }
                    @if !authority.is_empty() {
                        p.of { "Authority of the time stamp" }
                        ol.authority { @for link in authority.iter().rev() { (row(link, &scale, at, stamped)) } }
                    }
                }
                (years(&scale))
                p.legend aria-hidden="true" {
                    span.key.now { "judged " (at.date()) }
                    @if let Some(when) = stamped { span.key.stamp { "stamped " (when.date()) } }
                }
            }
        }
    }
}

struct LinkShown<'r> {
    name: &'r str,
    role: &'static str,
    revocation: Option<&'r str>,
    from: UtcTime,
    to: UtcTime,
}

/// A chain that could not be built has at least its signer.
fn links<'r>(chain: &'r [ChainReport], signer: Option<&'r CertificateReport>) -> Vec<LinkShown<'r>> {
    let built: Vec<LinkShown<'r>> = chain
        .iter()
        .map(|link| LinkShown {
            name: &link.common_name,
            role: match link.role {
                Role::Signer => "signer",
                Role::Intermediate => "intermediate",
                Role::Root => "root",
            },
            revocation: link.revocation.as_deref(),
            from: link.not_before,
            to: link.not_after,
        })
        .collect();
    if !built.is_empty() {
        return built;
    }
    let alone = signer.map(|signer| LinkShown {
        name: &signer.common_name,
        role: "signer",
        revocation: None,
        from: signer.not_before,
        to: signer.not_after,
    });
    alone.into_iter().collect()
}

fn row(link: &LinkShown<'_>, scale: &Scale, at: UtcTime, stamped: Option<UtcTime>) -> Markup {
    let (from, to) = (scale.place(link.from), scale.place(link.to));
    let width = to.saturating_sub(from).max(4);
    let counted = stamped.unwrap_or(at);
    let state = if counted > link.to || counted < link.from { "outside" } else { "inside" };
    html! {
        li.(link.role) {
            span.name { (shown(link.name)) " " span.muted { (link.role)
                @if link.revocation == Some("revoked") { ", " strong.bad { "revoked" } } } }
            span.dates { (date(link.from)) " – " (date(link.to)) }
            svg.bar width="100%" height="10" aria-hidden="true" {
                rect.(state) x=(percent(from)) y="1" width=(percent(width)) height="8" rx="3" {}
            }
        }
    }
}

/// Lines through all rows: the date of judging and the stamp.
fn lines(scale: &Scale, at: UtcTime, stamped: Option<UtcTime>) -> Markup {
    let now = percent(scale.place(at));
    html! {
        svg.lines width="100%" height="100%" role="img" aria-label=(described(at, stamped)) {
            line.now x1=(now) x2=(now) y1="0" y2="100%" {}
            @if let Some(when) = stamped {
                @let place = percent(scale.place(when));
                line.stamp x1=(place) x2=(place) y1="0" y2="100%" {}
                circle.stamp cx=(place) cy="5" r="4" {}
            }
        }
    }
}

fn described(at: UtcTime, stamped: Option<UtcTime>) -> String {
    let stamp = stamped.map(|when| format!(", stamped {}", when.date())).unwrap_or_default();
    format!("Time axis: judged {}{stamp}", at.date())
}

/// The years below an axis.
pub(super) fn years(scale: &Scale) -> Markup {
    html! {
        svg.years width="100%" height="18" aria-hidden="true" {
            @for (year, place) in scale.years() {
                line x1=(percent(place)) x2=(percent(place)) y1="0" y2="4" {}
                text x=(percent(place)) y="15" text-anchor="middle" { (year) }
            }
        }
    }
}

fn kind(kind: TimestampKind) -> &'static str {
    match kind {
        TimestampKind::Rfc3161 => "RFC 3161",
        TimestampKind::Pkcs9 => "PKCS#9",
    }
}
