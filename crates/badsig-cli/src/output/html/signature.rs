//! The tree of signatures of a file, each with its chain drawn on a time axis.

use badsig::FileReport;
use badsig::authenticode::facts::TimestampKind;
use badsig::report::{ReasonReport, RejectedReport, SignatureReport, TimestampReport};
use maud::{Markup, html};

use super::{Page, drawing, shown, time};

/// The signatures of a file; nested ones below theirs.
pub(super) fn tree<'r>(file: &'r FileReport, page: &Page<'r>) -> Markup {
    html! {
        @if file.signatures.is_empty() { p.muted { "No signature." } }
        @else { (below(None, file, page)) }
    }
}

fn below<'r>(parent: Option<usize>, file: &'r FileReport, page: &Page<'r>) -> Markup {
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
                    li { (one(signature, page)) (below(Some(signature.index), file, page)) }
                }
            }
        }
    }
}

fn one<'r>(signature: &'r SignatureReport, page: &Page<'r>) -> Markup {
    let valid = signature.reasons.is_empty();
    html! {
        h4 {
            "Signature " (signature.index) ": " (shown(&signature.place)) " "
            span.(if valid { "good" } else { "bad" }) { (if valid { "valid" } else { "not valid" }) }
        }
        (reasons(&signature.reasons))
        p { (said(signature, page)) }
        (chain(signature, page))
        @for stamp in &signature.timestamps { (stamp_notes(stamp)) }
        @if !signature.waived.is_empty() { p { "Not looked at because of WinTrust's State:" } (reasons(&signature.waived)) }
        @if !signature.other_paths.is_empty() { (other_paths(&signature.other_paths)) }
    }
}

/// What there is to say in sentences.
fn said<'r>(signature: &'r SignatureReport, page: &Page<'r>) -> Markup {
    html! {
        @if let Some(signer) = &signature.signer {
            "Signed by "
            @match page.chains.find(signature) {
                Some(chain) => a href={ "#k" (chain.number) } { (shown(&signer.common_name)) },
                None => { (shown(&signer.common_name)) }
            }
            " (" (shown(&signer.key)) "). "
        }
        @if let Some(name) = &signature.program.name { "The signer calls it \"" (shown(name)) "\". " }
        (digest(signature))
        @if let Some(pages) = &signature.page_hashes {
            "Page hashes " (if pages.matches { "match" } else { "do not match" }) ". "
        }
        @if let Some(revocation) = &signature.revocation {
            "Revocation: " (shown(revocation)) (listed(&signature.revocation_unknown)) ". "
        }
        // Against a signature that is not valid, the reasons stand above.
        @if signature.reasons.is_empty() && !signature.outlook.is_empty() { "Outlook: " (shown(&signature.outlook)) "." }
    }
}

fn digest(signature: &SignatureReport) -> Markup {
    html! {
        @if let (Some(algorithm), Some(stored)) = (signature.digest_algorithm, &signature.digest) {
            "Its " (algorithm.name()) " digest " code { (stored.to_string()) } " "
            @match (signature.digest_matches, &signature.computed_digest) {
                (Some(true), _) => { "matches the file. " }
                (Some(false), Some(computed)) => { span.bad { "does not match the file" } ", which has " code { (computed.to_string()) } ". " }
                (Some(false), None) => { span.bad { "does not match the file" } ". " }
                (None, _) => { "was not compared. " }
            }
        }
    }
}

/// ` (one; another)`.
fn listed(reasons: &[String]) -> Markup {
    html! { @if !reasons.is_empty() { " (" (shown(&reasons.join("; "))) ")" } }
}

/// The drawing of the chain, with what its lines mean.
fn chain<'r>(signature: &'r SignatureReport, page: &Page<'r>) -> Markup {
    let at = page.report.evidence.at;
    let stamp = signature.timestamp.as_ref();
    let stamped = stamp.and_then(|stamp| stamp.time);
    html! {
        @if let Some(drawn) = page.chains.find(signature) {
            figure.chain {
                figcaption {
                    "Certificates, root first. " span.key { "judged " (at.date()) }
                    @if let (Some(stamp), Some(when)) = (stamp, stamped) {
                        " " span.key.stamp { "stamped " (when.date()) " (" (kind(stamp.kind)) ")" }
                        @if !stamp.valid { ", which does not hold" }
                    }
                }
                (drawing::instance(drawn, at, stamped))
            }
        }
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

fn other_paths(paths: &[RejectedReport]) -> Markup {
    html! {
        p { "Other chains that were found:" }
        ul {
            @for path in paths {
                li {
                    @for (index, link) in path.chain.iter().enumerate() {
                        @if index > 0 { " ← " }
                        (shown(&link.common_name))
                    }
                    @if path.reasons.is_empty() { ": as good, but longer or found later" }
                    (reasons(&path.reasons))
                }
            }
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
                        span.muted { (shown(&reason.hresult)) " " (shown(&reason.symbol)) ", " (shown(&reason.confidence)) }
                    }
                }
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
