//! What is wrong with a path, certificate by certificate (RFC 5280 6.1 as Windows applies it).

use super::build::{End, Path};
use super::policies::PolicyProblem;
use super::{Chain, Link, Purpose, Question, Role, name_constraints, policies, usage, weak};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;
use crate::trust::reason::{Cause, Part, Reason};
use crate::trust::root_program::{RootVerdict, StampedOrNow};

/// Judges one path.
pub(super) fn judge(question: &Question<'_>, path: Path) -> Chain {
    let mut reasons = Vec::new();
    let links = links(question, path.certificates, &path.end);
    ending(question, &links, &path.end, &mut reasons);
    for (position, link) in links.iter().enumerate() {
        let before = reasons.len();
        validity(question, link, &mut reasons);
        weak::key(question, link, &mut reasons);
        weak::digest(question, link, &links, &mut reasons);
        extensions(link, &mut reasons);
        if link.role == Role::Signer {
            for problem in usage::problems(question.purpose, &link.certificate) {
                wrong_usage(Part::Signer, problem, &mut reasons);
            }
        } else {
            authority(question.purpose, link, position, &links, &mut reasons);
        }
        reasons.iter_mut().skip(before).for_each(|reason| reason.link = Some(position));
    }
    names(&links, &mut reasons);
    let policies = policies(question, &links, &path.end, &mut reasons);
    reasons.iter_mut().for_each(|reason| reason.part = question.purpose.part_of(reason.part));
    Chain { links, reasons, policies }
}

fn links(question: &Question<'_>, certificates: Vec<Certificate>, end: &End) -> Vec<Link> {
    let last = certificates.len().saturating_sub(1);
    let usage = question.purpose.usage();
    let ends_in_root = matches!(end, End::Anchor | End::SelfSigned);
    certificates
        .into_iter()
        .enumerate()
        .map(|(position, certificate)| {
            let role = match position {
                0 => Role::Signer,
                position if position == last && ends_in_root => Role::Root,
                _ => Role::Intermediate,
            };
            let standing = usage.as_ref().filter(|_| role == Role::Root);
            let standing = standing.and_then(|usage| question.anchors.standing(&certificate, usage));
            Link { certificate, role, revocation: None, standing }
        })
        .collect()
}

/// The name of a certificate, cut where it gets too long for a sentence: every message about a chain may repeat it.
pub(super) fn quoted(certificate: &Certificate) -> String {
    crate::authenticode::name::quoted(&certificate.common_name())
}

fn ending(question: &Question<'_>, links: &[Link], end: &End, reasons: &mut Vec<Reason>) {
    let Some(last) = links.last().map(|link| &link.certificate) else { return };
    let position = links.len().saturating_sub(1);
    let before = reasons.len();
    reasons.extend(reason_of_end(question, links, last, end));
    if !matches!(end, End::Budget) {
        reasons.iter_mut().skip(before).for_each(|reason| reason.link = Some(position));
    }
}

fn reason_of_end(question: &Question<'_>, links: &[Link], last: &Certificate, end: &End) -> Option<Reason> {
    let issuer = crate::authenticode::name::display(last.issuer());
    Some(match end {
        End::Anchor => return root_reason(question, last),
        End::SelfSigned => Reason::new(
            Cause::UntrustedRoot,
            Part::Root,
            format!("the chain ends in {}, which is not a trusted root", quoted(last)),
        ),
        End::NoIssuer => Reason::new(
            Cause::MissingIssuer,
            Part::Intermediate,
            format!(
                "the issuer of {} is missing: {issuer} is neither in the file nor a trusted root",
                quoted(last)
            ),
        ),
        End::NotSignedByIssuer(error) => Reason::new(
            Cause::NotSignedByIssuer,
            links.last().map_or(Role::Signer, |link| link.role).part(),
            format!("{} was not signed by {issuer}: {error}", quoted(last)),
        ),
        End::Budget => Reason::new(
            Cause::SearchBudget,
            Part::Intermediate,
            "the search for a chain was given up: too many certificates with the same names",
        ),
    })
}

fn root_reason(question: &Question<'_>, root: &Certificate) -> Option<Reason> {
    let verdict = verdict_of_root(question, root);
    let name = quoted(root);
    let purpose = question.purpose.describe();
    Some(match verdict {
        Some(RootVerdict::Trusted) => return None,
        Some(RootVerdict::UsageNotAllowed) => Reason::new(
            Cause::RootUsage,
            Part::Root,
            format!("Microsoft's root program does not trust the root {name} for {purpose}"),
        ),
        Some(RootVerdict::Disabled { from }) => Reason::new(
            Cause::RootDisabled,
            Part::Root,
            format!(
                "Microsoft's root program disabled the root {name} from {}: only signatures stamped before count",
                from.date()
            ),
        ),
        Some(RootVerdict::IssuedAfterCutoff { cutoff }) => Reason::new(
            Cause::IssuedAfterCutoff,
            Part::Root,
            format!(
                "Microsoft's root program trusts under the root {name} only certificates issued before {}, this \
                 one was issued on {}",
                cutoff.date(),
                question.leaf.not_before().date()
            ),
        ),
        Some(_) => Reason::new(
            Cause::RootLimitsUnknown,
            Part::Root,
            format!("Microsoft's root program limits the root {name} in a way that is not understood"),
        ),
        None => Reason::new(Cause::UntrustedRoot, Part::Root, format!("{name} is not a trusted root")),
    })
}

/// What the root program says; for any use, whether it trusts the root for one use at least.
fn verdict_of_root(question: &Question<'_>, root: &Certificate) -> Option<RootVerdict> {
    let verdict = |usage: &ObjectIdentifier| {
        question.anchors.verdict(root, usage, question.effective, question.leaf.not_before())
    };
    match question.purpose.usage() {
        Some(usage) => verdict(&usage),
        None => [spc::TIME_STAMPING, spc::SERVER_AUTH]
            .iter()
            .map(&verdict)
            .find(|verdict| *verdict == Some(RootVerdict::Trusted))
            .unwrap_or_else(|| verdict(&spc::CODE_SIGNING)),
    }
}

fn validity(question: &Question<'_>, link: &Link, reasons: &mut Vec<Reason>) {
    let time = question.effective.time();
    let certificate = &link.certificate;
    let name = quoted(certificate);
    let when = match question.effective {
        StampedOrNow::Stamped(_) => format!("at the time of the stamp, {}", time.date()),
        StampedOrNow::Now(_) => format!("on {}", time.date()),
    };
    let (cause, message) = if time > certificate.not_after() {
        let end = certificate.not_after().date();
        (Cause::Expired, format!("the certificate {name} expired on {end}: {when} it was not valid any more"))
    } else if time < certificate.not_before() {
        let start = certificate.not_before().date();
        (
            Cause::NotYetValid,
            format!("the certificate {name} is valid from {start}: {when} it was not valid yet"),
        )
    } else {
        return;
    };
    reasons.push(Reason::new(cause, link.role.part(), message));
}

fn extensions(link: &Link, reasons: &mut Vec<Reason>) {
    let extensions = link.certificate.extensions();
    if let Some(unknown) = extensions.unknown_critical.first() {
        let message = format!(
            "{} has a critical extension that is not understood: {unknown}",
            quoted(&link.certificate)
        );
        reasons.push(Reason::new(Cause::CriticalExtension, link.role.part(), message));
    }
    // Roots are trusted as they are, except that a limit they put on themselves must not be lost.
    let mut unreadable =
        extensions.unreadable.iter().filter(|oid| link.role != Role::Root || **oid == spc::NAME_CONSTRAINTS);
    if let Some(broken) = unreadable.next() {
        let message = format!("{} has an extension that cannot be read: {broken}", quoted(&link.certificate));
        reasons.push(Reason::new(Cause::UnreadableExtension, link.role.part(), message));
    }
}

fn wrong_usage(part: Part, message: String, reasons: &mut Vec<Reason>) {
    reasons.push(Reason::new(Cause::WrongUsage, part, message));
}

/// What a certificate that issued others must fulfil.
fn authority(purpose: Purpose, link: &Link, position: usize, links: &[Link], reasons: &mut Vec<Reason>) {
    let certificate = &link.certificate;
    let extensions = certificate.extensions();
    let name = quoted(certificate);
    let mut constraint = |message: String| {
        reasons.push(Reason::new(Cause::BasicConstraints, link.role.part(), message));
    };
    match extensions.basic_constraints {
        Some(constraints) if !constraints.authority => {
            constraint(format!("{name} issued a certificate but is no certification authority"));
        }
        Some(constraints) => {
            let below = intermediates_below(position, links);
            if let Some(limit) = constraints.path_length
                && below > u64::from(limit)
            {
                constraint(format!("{name} allows {limit} authorities below it, the chain has {below}"));
            }
        }
        // Roots are trusted as they are; old ones are v1 or leave the extension out.
        None if link.role == Role::Root => {}
        None => constraint(format!("{name} issued a certificate but does not say that it is an authority")),
    }
    // For what is no authority at all, the missing right to sign certificates is no news.
    let is_authority = extensions.basic_constraints.is_none_or(|constraints| constraints.authority);
    if let Some(usage) = extensions.key_usage
        && !usage.certificate_signing
        && is_authority
    {
        wrong_usage(
            link.role.part(),
            format!("the key of {name} may not sign certificates (key usage)"),
            reasons,
        );
    }
    if link.role == Role::Intermediate && !purpose.is_allowed_by(certificate) {
        let message = format!("the authority {name} may not issue certificates for {}", purpose.describe());
        wrong_usage(link.role.part(), message, reasons);
    }
}

/// Authorities between this one and the signer; self-issued ones do not count (RFC 5280 4.2.1.9).
fn intermediates_below(position: usize, links: &[Link]) -> u64 {
    let below = links.iter().take(position).skip(1).filter(|link| !link.certificate.is_self_issued());
    u64::try_from(below.count()).unwrap_or(u64::MAX)
}

fn names(links: &[Link], reasons: &mut Vec<Reason>) {
    let path: Vec<&Certificate> = links.iter().map(|link| &link.certificate).collect();
    for problem in name_constraints::check(&path) {
        let Some(link) = links.get(problem.position) else { continue };
        let message = format!("{} {}", quoted(&link.certificate), problem.what);
        reasons.push(Reason::new(Cause::NameConstraint, link.role.part(), message).of_link(problem.position));
    }
}

/// Policies are judged in chains that have an end; the root itself has none (RFC 5280 6.1.1 d).
fn policies(
    question: &Question<'_>,
    links: &[Link],
    end: &End,
    reasons: &mut Vec<Reason>,
) -> Vec<ObjectIdentifier> {
    if !matches!(end, End::Anchor | End::SelfSigned) {
        return Vec::new();
    }
    let below: Vec<&Link> = links.iter().filter(|link| link.role != Role::Root).rev().collect();
    let path: Vec<&Certificate> = below.iter().map(|link| &link.certificate).collect();
    let name = |index: &usize| below.get(*index).map_or_else(String::new, |link| quoted(&link.certificate));
    let message = match policies::evaluate(&path, question.policies) {
        Ok(policies) => return policies,
        Err(PolicyProblem::NoneLeft(index)) => format!(
            "an acceptable certificate policy is required, and with {} none is left that the whole chain has",
            name(&index)
        ),
        Err(PolicyProblem::MapsAnyPolicy(index)) => {
            format!("{} maps from or to anyPolicy, which no authority may", name(&index))
        }
        Err(PolicyProblem::TooMany) => {
            "the chain has more certificate policies than are looked at".to_owned()
        }
    };
    reasons.push(Reason::new(Cause::Policy, Part::Intermediate, message));
    Vec::new()
}
