//! The status of one certificate, from lists and answers that are there (RFC 5280 6.3.3, RFC 6960 3).

mod lists;
mod responses;

use std::fmt;

use super::crl::RevocationList;
use super::distribution_point::DistributionPoint;
use super::entries::RevokedEntry;
use super::ocsp::OcspResponse;
use super::ocsp_request::ocsp_request;
use super::reason::RevocationReason;
use crate::authenticode::certificate::Certificate;
use crate::limits;
use crate::time::UtcTime;

/// What is asked, and what may be answered from.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The certificate that is asked about.
    pub certificate: &'a Certificate,
    /// The certificate of the authority that issued it: its signature was verified by the caller. `None` when it
    /// is not known, which leaves the status unknown.
    pub issuer: Option<&'a Certificate>,
    /// The lists that are there, complete and delta, in any order.
    pub lists: &'a [RevocationList],
    /// The OCSP responses that are there.
    pub responses: &'a [OcspResponse],
    /// Certificates that may have signed lists in the issuer's place.
    pub candidates: &'a [&'a Certificate],
    /// Whether a candidate's chain is trusted; it must end in the same root (RFC 5280 6.3.3 (f)).
    pub trusted_issuer: &'a dyn Fn(&Certificate) -> bool,
    /// The time of checking, by which lists and responses are fresh or not.
    pub at: UtcTime,
    /// Lists and responses from before do not count, whatever they say of themselves.
    pub oldest: Option<UtcTime>,
}

/// What is known of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// It is not revoked.
    Good {
        /// Who says so: one OCSP response, or the lists that together cover all reasons.
        by: Vec<Source>,
    },
    /// It is revoked.
    Revoked(Revocation),
    /// Nothing that is there decides.
    Unknown {
        /// Why not: what was there and could not be used. Empty when nothing was there.
        why: Vec<String>,
        /// What could decide: alternatives, the best first.
        needs: Vec<Need>,
    },
}

impl CertificateStatus {
    /// The word of the report.
    pub fn name(&self) -> &'static str {
        match self {
            CertificateStatus::Good { .. } => "good",
            CertificateStatus::Revoked(_) => "revoked",
            CertificateStatus::Unknown { .. } => "unknown",
        }
    }
}

/// A revocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// When the certificate was revoked.
    pub at: UtcTime,
    /// Why.
    pub reason: RevocationReason,
    /// Since when it is, or may be, bad.
    pub invalidity_date: Option<UtcTime>,
    /// Who says so.
    pub by: Source,
    /// Delta lists that are not there and may say that a hold has ended.
    pub may_be_lifted: Vec<Need>,
}

/// A list or an OCSP response that said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which of both.
    pub kind: SourceKind,
    /// The list's issuer or the responder.
    pub by: String,
    /// When it was made.
    pub this_update: UtcTime,
    /// When the next one comes.
    pub next_update: Option<UtcTime>,
}

/// Kinds of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A certificate revocation list.
    Crl,
    /// An OCSP response.
    Ocsp,
}

/// What would decide, for those who can get it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// A certificate revocation list.
    Crl {
        /// Where it is.
        url: String,
    },
    /// The certificate of the issuer, without which nothing can be asked.
    Issuer {
        /// Where it is.
        url: String,
    },
    /// An answer of an OCSP responder.
    Ocsp {
        /// Where to ask.
        url: String,
        /// What to ask: the DER of the request.
        request: Vec<u8>,
    },
}

impl Revocation {
    /// Whether this revocation counts against a signature that was stamped at `stamp` (a verified time stamp).
    ///
    /// Documented: a stamped signature verifies after its certificate was revoked, when the certificate was valid
    /// at the time of the stamp (Microsoft, "Time Stamping Authenticode Signatures"). Without a stamp, and from
    /// the date of revocation on, it counts.
    ///
    /// Inferred: that an invalidityDate before the date of revocation moves that date forward. The page does not
    /// mention it; it says since when the key cannot be trusted (RFC 5280 5.3.2), whatever the reason.
    pub fn counts_against(&self, stamp: Option<UtcTime>) -> bool {
        stamp.is_none_or(|stamp| stamp >= self.effective())
    }

    /// Since when the certificate counts as revoked.
    pub fn effective(&self) -> UtcTime {
        self.invalidity_date.map_or(self.at, |date| date.min(self.at))
    }
}

impl fmt::Display for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "revoked on {} ({}", self.at.date(), self.reason)?;
        match self.invalidity_date {
            Some(date) => write!(f, ", invalid since {})", date.date()),
            None => write!(f, ")"),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            SourceKind::Crl => "the revocation list of",
            SourceKind::Ocsp => "the OCSP response of",
        };
        write!(f, "{kind} {} of {}", self.by, self.this_update.date())
    }
}

/// What the answers so far amount to.
#[derive(Default)]
struct Tally {
    good: Option<Vec<Source>>,
    revoked: Vec<Revocation>,
    why: Vec<String>,
    /// Where delta lists are that are announced and not there.
    deltas: Vec<String>,
}

impl Tally {
    fn revoke(&mut self, entry: RevokedEntry, by: Source) {
        let RevokedEntry { at, reason, invalidity_date } = entry;
        self.revoked.push(Revocation { at, reason, invalidity_date, by, may_be_lifted: Vec::new() });
    }

    /// What may lift the holds among the revocations.
    fn lift_holds(&mut self) {
        let deltas: Vec<Need> = self.deltas.iter().map(|url| Need::Crl { url: url.clone() }).collect();
        let holds = |own: &&mut Revocation| own.reason == RevocationReason::CertificateHold;
        self.revoked.iter_mut().filter(holds).for_each(|own| own.may_be_lifted.clone_from(&deltas));
    }

    fn doubt(&mut self, why: impl fmt::Display) {
        let why = why.to_string();
        if !self.why.contains(&why) {
            self.why.push(why);
        }
    }

    fn deltas<'a>(&mut self, points: impl Iterator<Item = &'a DistributionPoint>) {
        self.deltas.extend(points.flat_map(DistributionPoint::addresses).map(str::to_owned));
    }
}

/// Asks everything that is there about one certificate.
///
/// One revocation is enough, whatever else says that the certificate is good, and the earliest counts. A stale
/// source still revokes (only a hold can have ended since), but no longer vouches.
pub fn status(question: &Question<'_>) -> CertificateStatus {
    let mut tally = Tally::default();
    match question.issuer {
        Some(issuer) => {
            responses::ask(question, issuer, &mut tally);
            lists::ask(question, issuer, &mut tally);
        }
        None => tally.doubt("its issuer is not known"),
    }
    tally.lift_holds();
    match tally.revoked.into_iter().min_by_key(Revocation::effective) {
        Some(revocation) => CertificateStatus::Revoked(revocation),
        None => match tally.good {
            Some(by) => CertificateStatus::Good { by },
            None => CertificateStatus::Unknown { why: tally.why, needs: needs(question, tally.deltas) },
        },
    }
}

/// What would decide: the issuer first of all, then an OCSP answer, which is small, then the lists, and the delta
/// lists (`deltas` and those that the certificate names) that continue them.
fn needs(question: &Question<'_>, deltas: Vec<String>) -> Vec<Need> {
    let certificate = question.certificate;
    let extensions = certificate.extensions();
    let mut needs = Vec::new();
    match question.issuer {
        None => needs.extend(extensions.issuer_certificates.iter().cloned().map(|url| Need::Issuer { url })),
        Some(issuer) => {
            if let Ok(request) = ocsp_request(certificate, issuer) {
                let asked = |url: &String| Need::Ocsp { url: url.clone(), request: request.clone() };
                needs.extend(extensions.ocsp_responders.iter().map(asked));
            }
        }
    }
    let points = DistributionPoint::of_certificate(certificate).unwrap_or_default();
    let freshest = DistributionPoint::freshest_of(certificate).unwrap_or_default();
    let addresses = points.iter().chain(&freshest).flat_map(DistributionPoint::addresses);
    for url in addresses.map(str::to_owned).chain(deltas) {
        let need = Need::Crl { url };
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs.truncate(limits::REVOCATION_ITEMS);
    needs
}

/// Where the time of checking stands between thisUpdate and nextUpdate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Fresh,
    Stale,
    /// From after the time of checking: says nothing of that time.
    Future,
}

fn age(question: &Question<'_>, this_update: UtcTime, next_update: Option<UtcTime>) -> Age {
    let (at, this) = (question.at.unix(), this_update.unix());
    let end = match next_update {
        Some(next) => next.unix(),
        None => this.saturating_add(limits::AGE_WITHOUT_NEXT_UPDATE),
    };
    if this > at.saturating_add(limits::CLOCK_TOLERANCE) {
        Age::Future
    } else if end < at || question.oldest.is_some_and(|oldest| this_update < oldest) {
        Age::Stale
    } else {
        Age::Fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revocation(at: &str, invalid: Option<&str>) -> Revocation {
        let at = at.parse().unwrap();
        let by = Source { kind: SourceKind::Crl, by: String::new(), this_update: at, next_update: None };
        let invalidity_date = invalid.map(|date| date.parse().unwrap());
        let reason = RevocationReason::KeyCompromise;
        Revocation { at, reason, invalidity_date, by, may_be_lifted: Vec::new() }
    }

    #[test]
    fn a_stamp_before_the_revocation_saves_a_signature() {
        let stamp = |date: &str| Some(date.parse().unwrap());
        let plain = revocation("2020-09-01", None);
        assert!(plain.counts_against(None));
        assert!(!plain.counts_against(stamp("2020-08-31")));
        assert!(plain.counts_against(stamp("2020-09-01")));
        let earlier = revocation("2020-09-01", Some("2020-06-01"));
        assert!(earlier.counts_against(stamp("2020-08-31")));
        assert!(!earlier.counts_against(stamp("2020-05-31")));
    }
}
