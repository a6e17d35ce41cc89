//! One root: its limits, what follows from them, and how sure that is.

use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::oid::ObjectIdentifier;
use badsig::report::CertificateReport;
use badsig::trust::Anchors;
use badsig::trust::root_program::{RootConstraints, RootEntry, RootProgram, RootStanding};
use serde::Serialize;

use super::USAGES;
use crate::commands::cert::names;
use crate::output::tree::Node;

/// Shorter pieces of a thumbprint are looked for in names.
const SHORTEST_THUMBPRINT: usize = 6;

/// A root and what it is trusted for.
#[derive(Serialize)]
pub(super) struct Shown {
    #[serde(flatten)]
    limits: RootConstraints,
    /// Null when the certificate cannot be read.
    certificate: Option<CertificateReport>,
    usages: Vec<UsageReport>,
}

/// What a root is trusted for, in words.
#[derive(Serialize)]
struct UsageReport {
    usage: &'static str,
    trusted: Trusted,
    /// What that means.
    meaning: String,
    /// How sure it is: `documented` or `inferred`.
    confidence: &'static str,
    /// What was inferred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inferred: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Trusted {
    Yes,
    No,
    /// Only what was stamped before a date.
    StampedBefore,
    /// Only certificates issued before a date, and what was stamped before it.
    IssuedBefore,
    /// It has limits that are not understood.
    Unknown,
}

/// The roots with this thumbprint, or how it starts, or with this in their names.
pub(super) fn find<'p>(program: &'p RootProgram, wanted: &str) -> Vec<&'p RootEntry> {
    let digits: String =
        wanted.chars().filter(|sign| !matches!(sign, ':' | ' ')).collect::<String>().to_ascii_lowercase();
    let is_thumbprint =
        digits.len() >= SHORTEST_THUMBPRINT && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has_thumbprint = |root: &&RootEntry| {
        let RootConstraints { sha1, sha256, .. } = &root.constraints;
        sha1.to_string().starts_with(&digits) || sha256.to_string().starts_with(&digits)
    };
    let found: Vec<&RootEntry> = program.roots.iter().filter(has_thumbprint).collect();
    if is_thumbprint && !found.is_empty() {
        return found;
    }
    let wanted = wanted.to_lowercase();
    let has_name = |root: &&RootEntry| {
        let own = root.constraints.name.to_lowercase();
        let subject = Certificate::from_der(&root.der).ok().map(|own| own.common_name().to_lowercase());
        own.contains(&wanted) || subject.is_some_and(|subject| subject.contains(&wanted))
    };
    program.roots.iter().filter(has_name).collect()
}

impl Shown {
    pub(super) fn new(entry: &RootEntry, anchors: &Anchors) -> Shown {
        let certificate = Certificate::from_der(&entry.der).ok();
        let required = certificate.as_ref().is_some_and(|root| anchors.is_exempt_from_cutoff(root));
        Shown {
            usages: USAGES
                .iter()
                .map(|(name, usage)| report(name, usage, &entry.constraints, required))
                .collect(),
            certificate: certificate.as_ref().map(CertificateReport::from),
            limits: entry.constraints.clone(),
        }
    }

    pub(super) fn node(&self) -> Node {
        let limits = &self.limits;
        let certificate = self.certificate.as_ref();
        let validity =
            certificate.map(|own| format!("{} to {}", own.not_before.date(), own.not_after.date()));
        let on = |usages: &[ObjectIdentifier]| match usages {
            [] => String::new(),
            some => format!(", for {}", words(some)),
        };
        let dated = |date: badsig::UtcTime, usages| format!("{date}{}", on(usages));
        let allowed = limits.allowed_usages.as_deref().map_or_else(|| "all".to_owned(), words);
        let removed = (limits.disabled_from.is_none() && !limits.disabled_usages.is_empty())
            .then(|| words(&limits.disabled_usages));
        let usages = self.usages.iter().map(|own| {
            let text = format!("{} ({})", own.meaning, own.confidence);
            Node::new(own.usage, text).with(own.inferred.iter().map(|why| Node::new("inferred", why.clone())))
        });
        Node::new(limits.name.clone(), "")
            .with(Node::maybe("subject", certificate.map(|own| &own.subject)))
            .with([Node::new("sha1", limits.sha1.upper()), Node::new("sha256", limits.sha256.upper())])
            .with(Node::maybe("valid", validity))
            .with(Node::maybe("key", certificate.map(|own| &own.key)))
            .with([Node::new("listed for", allowed)])
            .with(Node::maybe("taken away", removed))
            .with(Node::maybe(
                "disabled from",
                limits.disabled_from.map(|date| dated(date, &limits.disabled_usages)),
            ))
            .with(Node::maybe(
                "closed from",
                limits.not_before_cutoff.map(|date| dated(date, &limits.not_before_usages)),
            ))
            .with(usages)
    }
}

fn words(usages: &[ObjectIdentifier]) -> String {
    let word =
        |usage: &ObjectIdentifier| names::of_usage(usage).map_or_else(|| usage.to_string(), str::to_owned);
    usages.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// What the limits mean for one usage; see `docs/root-program.md`.
fn report(
    name: &'static str,
    usage: &ObjectIdentifier,
    limits: &RootConstraints,
    required: bool,
) -> UsageReport {
    let mut inferred = Vec::new();
    if let Some(from) = limits.disabled_for_others(usage) {
        inferred.push(format!(
            "the date {} is taken to concern only other usages; it may concern this one too",
            from.date()
        ));
    }
    let (trusted, meaning) = match limits.standing(usage) {
        RootStanding::NotAllowed => {
            (Trusted::No, "not trusted, stamped or not: the list does not allow it (EKU removal)".to_owned())
        }
        RootStanding::StampedBefore(from) => {
            if !limits.disabled_usages.is_empty() {
                inferred.push("the date concerns only the usages that are named beside it".to_owned());
            }
            let text =
                format!("not trusted from {} on, except what was stamped before (Disable)", from.date());
            (Trusted::StampedBefore, text)
        }
        RootStanding::IssuedBefore(cutoff) => {
            inferred.push("what counts is when the signer's own certificate was issued".to_owned());
            if required {
                let exempt = "stamped signatures are not held to the date: Windows requires this root";
                inferred.push(exempt.to_owned());
            }
            let text = format!(
                "certificates issued from {} on are not trusted, except what was stamped before (NotBefore)",
                cutoff.date()
            );
            (Trusted::IssuedBefore, text)
        }
        RootStanding::Added | RootStanding::Unlimited => (Trusted::Yes, "trusted without limit".to_owned()),
        RootStanding::LimitsUnknown => {
            (Trusted::Unknown, "has limits that badsig does not know, so it is not trusted".to_owned())
        }
    };
    let confidence = if inferred.is_empty() { "documented" } else { "inferred in part" };
    UsageReport { usage: name, trusted, meaning, confidence, inferred }
}
