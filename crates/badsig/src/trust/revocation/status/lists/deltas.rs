//! Delta lists: which of them continues a complete list (RFC 5280 5.2.4), and what the others still say.

use super::{Age, Question, Tally, age, entries, reasons, signed, source};
use crate::authenticode::certificate::Certificate;
use crate::trust::revocation::crl::RevocationList;
use crate::trust::revocation::distribution_point::DistributionPoint;
use crate::trust::revocation::reason::{ReasonSet, RevocationReason};

/// Takes down what delta lists revoke, also those that are not current any more or that continue no list which is there: what is revoked
/// stays so. A hold can have ended since: it counts from the latest list, while that is current. removeFromCRL revokes nothing.
pub(super) fn revocations(
    question: &Question<'_>,
    issuer: &Certificate,
    points: &[DistributionPoint],
    tally: &mut Tally,
) {
    let deltas = question.lists.iter().filter(|list| list.base_number().is_some());
    for delta in deltas.filter(|delta| reasons(question, points, delta) != ReasonSet::NONE) {
        let age = age(question, delta.this_update(), delta.next_update());
        let mut revoked = entries(question, delta);
        revoked.retain(|entry| match entry.reason {
            RevocationReason::RemoveFromCrl => false,
            RevocationReason::CertificateHold => age == Age::Fresh && is_latest(question, issuer, delta),
            _ => age != Age::Future,
        });
        if revoked.is_empty() {
            continue;
        }
        match signed(question, issuer, delta) {
            Ok(()) => revoked.into_iter().for_each(|entry| tally.revoke(entry, source(delta))),
            Err(why) => tally.doubt(format!("{} does not count: {why}", source(delta))),
        }
    }
}

/// Whether no list of the same numbering, complete or delta, comes after this one (RFC 5280 5.2.3).
fn is_latest(question: &Question<'_>, issuer: &Certificate, delta: &RevocationList) -> bool {
    let own = number(delta.number());
    let later = |list: &&RevocationList| own.is_some() && number(list.number()) > own;
    !of_one_numbering(question, issuer, delta).any(|list| later(&list))
}

/// The lists that share issuer, scope and key with this one, which they must for their numbers to be compared. None is from
/// after the time of checking.
fn of_one_numbering<'a>(
    question: &Question<'a>,
    issuer: &Certificate,
    own: &RevocationList,
) -> impl Iterator<Item = &'a RevocationList> {
    let lists = question.lists.iter();
    lists
        .filter(move |list| list.issuer_name() == own.issuer_name() && list.scope() == own.scope())
        .filter(move |list| list.authority_key_identifier() == own.authority_key_identifier())
        .filter(move |list| age(question, list.this_update(), list.next_update()) != Age::Future)
        .filter(move |list| signed(question, issuer, list).is_ok())
}

/// The delta lists of a complete list.
pub(super) struct Continued<'a> {
    /// What continues it.
    pub(super) by: By<'a>,
    /// One that is newer than everything that can be used.
    pub(super) newer: Option<&'a RevocationList>,
}

/// What continues a complete list.
pub(super) enum By<'a> {
    /// This one is the newest, and current.
    Delta(&'a RevocationList),
    /// The newest is no newer than the list itself: both are made with one number (RFC 5280 5.2.3).
    Nothing,
    /// None is there that is current and continues this list.
    Unknown,
}

/// CRL numbers have no leading zeros, so the longer one is the greater.
type Number = Option<(usize, Vec<u8>)>;

fn number(octets: Option<&[u8]>) -> Number {
    octets.map(|octets| (octets.len(), octets.to_vec()))
}

/// The newest current delta list that continues this list: same issuer, scope and key, based on this list or an
/// older one, and newer than it (RFC 5280 5.2.4); and whether there is one with a greater number that does not.
pub(super) fn continued<'a>(
    question: &Question<'a>,
    issuer: &Certificate,
    base: &RevocationList,
) -> Continued<'a> {
    let own = number(base.number());
    let deltas: Vec<&RevocationList> =
        of_one_numbering(question, issuer, base).filter(|list| list.base_number().is_some()).collect();
    let usable = deltas
        .iter()
        .filter(|list| own.is_some() && number(list.base_number()) <= own && list.number().is_some())
        .filter(|list| age(question, list.this_update(), list.next_update()) == Age::Fresh)
        .max_by_key(|list| number(list.number()));
    let by = match usable {
        Some(delta) if number(delta.number()) > own => By::Delta(delta),
        Some(_) => By::Nothing,
        None => By::Unknown,
    };
    let known = match by {
        By::Delta(delta) => number(delta.number()),
        By::Nothing | By::Unknown => own,
    };
    // Without numbers nothing tells which is newer.
    let is_newer =
        |list: &&&RevocationList| known.is_none() || list.number().is_none() || number(list.number()) > known;
    let newer = deltas.iter().filter(is_newer).max_by_key(|list| number(list.number())).copied();
    Continued { by, newer }
}
