//! What revocation lists say of a certificate (RFC 5280 6.3.3).

mod deltas;

use super::{Age, Question, Source, SourceKind, Tally, age};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::name;
use crate::limits;
use crate::trust::revocation::crl::RevocationList;
use crate::trust::revocation::distribution_point::{DistributionPoint, IssuingDistributionPoint};
use crate::trust::revocation::entries::RevokedEntry;
use crate::trust::revocation::reason::{ReasonSet, RevocationReason};
use deltas::{By, Continued};

/// Asks all lists. Those of the certificate's distribution points come first, then every other list of the
/// certificate's own issuer; the certificate is good when they cover all reasons together.
pub(super) fn ask(question: &Question<'_>, issuer: &Certificate, tally: &mut Tally) {
    let mut points = match DistributionPoint::of_certificate(question.certificate) {
        Ok(points) => points,
        Err(error) => return tally.doubt(format!("its distribution points cannot be read: {error}")),
    };
    let freshest = match DistributionPoint::freshest_of(question.certificate) {
        Ok(freshest) => freshest,
        Err(error) => return tally.doubt(format!("where its delta lists are cannot be read: {error}")),
    };
    points.push(DistributionPoint::of_issuer(question.certificate));
    deltas::revocations(question, issuer, &points, tally);
    let mut covered = ReasonSet::NONE;
    let mut by = Vec::new();
    for list in question.lists.iter().filter(|list| list.base_number().is_none()) {
        let reasons = reasons(question, &points, list);
        if reasons == ReasonSet::NONE {
            continue;
        }
        match signed(question, issuer, list) {
            Ok(()) if vouches(question, issuer, (list, &freshest), tally) => {
                covered = covered.either(reasons);
                by.push(source(list));
            }
            Ok(()) => {}
            Err(why) => tally.doubt(format!("{} does not count: {why}", source(list))),
        }
    }
    if covered.holds(ReasonSet::ALL) {
        tally.good.get_or_insert(by);
    } else if covered != ReasonSet::NONE {
        tally.doubt("the lists that are there do not cover all reasons for revocation");
    }
}

/// For which reasons a list covers the certificate by any of these points.
fn reasons(question: &Question<'_>, points: &[DistributionPoint], list: &RevocationList) -> ReasonSet {
    let covered = points.iter().filter_map(|point| covers(question.certificate, point, list));
    covered.fold(ReasonSet::NONE, ReasonSet::either)
}

fn source(list: &RevocationList) -> Source {
    Source {
        kind: SourceKind::Crl,
        by: name::display(list.issuer()),
        this_update: list.this_update(),
        next_update: list.next_update(),
    }
}

/// Whether the certificate is not on the list, with the delta list that continues it, if there is one; a
/// revocation is taken down. The delta says how current both together are (RFC 5280 5.2.4).
///
/// A list whose delta lists are announced, by itself or by the certificate (`freshest`), does not vouch without one, nor one beside a
/// newer delta list that cannot be used: what it does not know of yet may have been revoked.
fn vouches(
    question: &Question<'_>,
    issuer: &Certificate,
    (base, freshest): (&RevocationList, &[DistributionPoint]),
    tally: &mut Tally,
) -> bool {
    let Continued { by, newer } = deltas::continued(question, issuer, base);
    let base_age = age(question, base.this_update(), base.next_update());
    if base_age == Age::Future {
        tally.doubt(format!("{} is from after the time of checking", source(base)));
        return false;
    }
    let delta = match by {
        By::Delta(delta) => Some(delta),
        By::Nothing | By::Unknown => None,
    };
    let changed = delta.map(|delta| entries(question, delta)).unwrap_or_default();
    let stale = base_age == Age::Stale && delta.is_none();
    let is_removal = |entry: &RevokedEntry| entry.reason == RevocationReason::RemoveFromCrl;
    let (said, list) = match delta {
        Some(delta) if !changed.is_empty() => (changed, delta),
        _ => (entries(question, base), base),
    };
    let removed = delta.is_some() && !said.is_empty() && said.iter().all(is_removal);
    for entry in said.iter().filter(|_| !removed) {
        // A hold may have ended since.
        if stale && entry.reason == RevocationReason::CertificateHold {
            continue;
        }
        tally.revoke(entry.clone(), source(list));
    }
    if stale {
        tally.doubt(format!("{} is not current any more", source(base)));
    }
    let announced = !freshest.is_empty() || !base.freshest().is_empty();
    let outdated = announced && matches!(by, By::Unknown);
    if outdated {
        tally.doubt(format!(
            "{} is continued by a delta list, and none that is current is there",
            source(base)
        ));
        tally.deltas(freshest.iter().chain(base.freshest()));
    }
    if let Some(newer) = newer {
        tally.doubt(format!("{} is newer than {} and does not continue it", source(newer), source(base)));
        tally.deltas(freshest.iter().chain(base.freshest()));
    }
    !stale && !outdated && newer.is_none() && (said.is_empty() || removed)
}

fn entries(question: &Question<'_>, list: &RevocationList) -> Vec<RevokedEntry> {
    let certificate = question.certificate;
    list.entries_for(certificate.serial(), certificate.issuer_name()).collect()
}

/// Whether the certificate's issuer signed the list, or another certificate of that name or of the list's own
/// issuer that is trusted for it. Only the issuer's name and key count, so that one authority with two keys can
/// sign with either.
fn signed(question: &Question<'_>, issuer: &Certificate, list: &RevocationList) -> Result<(), String> {
    let mut why = "the certificate of its issuer is missing".to_owned();
    if issuer.subject_name() == list.issuer_name() {
        match list.verify_signed_by(issuer) {
            Ok(()) => return Ok(()),
            Err(error) => why = error.to_string(),
        }
    }
    let named = question.candidates.iter().filter(|candidate| candidate.subject_name() == list.issuer_name());
    for candidate in named.take(limits::REVOCATION_SIGNERS) {
        match list.verify_signed_by(candidate) {
            Ok(()) if (question.trusted_issuer)(candidate) => return Ok(()),
            Ok(()) => why = format!("its issuer \"{}\" is not trusted for it", candidate.common_name()),
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}

/// For which reasons a list covers the certificate by this distribution point (RFC 5280 6.3.3 (b) and (d));
/// `None` when it does not.
fn covers(certificate: &Certificate, point: &DistributionPoint, list: &RevocationList) -> Option<ReasonSet> {
    let everything = IssuingDistributionPoint::default();
    let scope = list.scope().unwrap_or(&everything);
    let issued = if point.crl_issuer.is_empty() {
        list.issuer_name() == certificate.issuer_name()
    } else {
        scope.indirect && point.crl_issuer.iter().any(|name| name.is_directory(list.issuer_name()))
    };
    if !issued || !named(certificate, point, scope, list.issuer()) || !kind(certificate, scope) {
        return None;
    }
    let reasons = scope.only_reasons.unwrap_or(ReasonSet::ALL);
    Some(reasons.both(point.reasons.unwrap_or(ReasonSet::ALL)))
}

/// Whether the list's own name is one of the point's names; a list without a name covers all of them.
fn named(
    certificate: &Certificate,
    point: &DistributionPoint,
    scope: &IssuingDistributionPoint,
    list_issuer: &[u8],
) -> bool {
    let Some(name) = &scope.name else { return true };
    let wanted = point.names(certificate.issuer());
    let given = name.full(list_issuer);
    given.iter().take(limits::REVOCATION_ITEMS).any(|name| wanted.contains(name))
}

/// Whether the list holds certificates of this kind. A certificate of version 1 does not say what it is, so no
/// list of one kind covers it.
fn kind(certificate: &Certificate, scope: &IssuingDistributionPoint) -> bool {
    let constraints = certificate.extensions().basic_constraints;
    let authority = constraints.is_some_and(|constraints| constraints.authority);
    let says = certificate.version() > 0;
    if scope.only_attribute_certificates {
        false
    } else if scope.only_user_certificates {
        says && !authority
    } else {
        !scope.only_authority_certificates || (says && authority)
    }
}
