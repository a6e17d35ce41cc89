//! What a reader might think was checked and was not: revocation, and the age of the root program.

use super::{EvidenceReport, FileReport};
use crate::time::UtcTime;

/// Reasons that are told; what is beyond stands in the report.
const MOST_REASONS: usize = 5;
/// A root program that is older than this at the time of judging is worth a note: Microsoft changes it about every
/// month.
const OLD_AFTER_DAYS: i64 = 90;
const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// What is known of the revocation of many signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RevocationTally {
    /// Signatures whose revocation is not known.
    unknown: usize,
    /// Signatures whose revocation was not asked for.
    unasked: usize,
    /// Why it is not known, each reason once.
    reasons: Vec<String>,
    more_reasons: bool,
    /// Issuers that files lack and that were fetched, each once.
    fetched: Vec<String>,
}

impl RevocationTally {
    pub(super) fn add(&mut self, file: &FileReport) {
        for signature in &file.signatures {
            match signature.revocation.as_deref() {
                Some("unknown") => self.unknown = self.unknown.saturating_add(1),
                Some("off") => self.unasked = self.unasked.saturating_add(1),
                _ => {}
            }
            for reason in &signature.revocation_unknown {
                self.add_reason(reason);
            }
            for address in &signature.fetched_issuers {
                if !self.fetched.contains(address) {
                    self.fetched.push(address.clone());
                }
            }
        }
    }

    fn add_reason(&mut self, reason: &String) {
        if self.reasons.contains(reason) {
            return;
        }
        if self.reasons.len() < MOST_REASONS {
            self.reasons.push(reason.clone());
        } else {
            self.more_reasons = true;
        }
    }

    /// In words.
    pub(super) fn lines(&self, evidence: &EvidenceReport) -> Vec<String> {
        let mut lines = Vec::new();
        if self.unasked > 0 {
            lines.push("revocation: switched off".to_owned());
        }
        if self.unknown > 0 {
            let plural = if self.unknown == 1 { "signature" } else { "signatures" };
            let mode = match evidence.revocation.as_str() {
                "online" => "online",
                _ => "offline; --crl, --ocsp",
            };
            let unknown = self.unknown;
            lines.push(format!("revocation of {unknown} {plural}: no list or OCSP answer tells ({mode})"));
        }
        lines.extend(self.reasons.iter().map(|reason| format!("- {reason}")));
        if self.more_reasons {
            lines.push("- further reasons stand in the report (--format json)".to_owned());
        }
        if !self.fetched.is_empty() {
            let shown: Vec<&str> = self.fetched.iter().take(MOST_REASONS).map(String::as_str).collect();
            lines.push(format!(
                "whether endpoints get issuers that files lack ({} fetched here: {})",
                self.fetched.len(),
                shown.join(", ")
            ));
        }
        lines
    }
}

/// The note on a root program that is old at the time that is judged for.
pub(super) fn old_roots(evidence: &EvidenceReport) -> Option<String> {
    let date = evidence.roots.ctl_date.as_ref()?;
    let made: UtcTime = date.parse().ok()?;
    let days = evidence.at.unix().saturating_sub(made.unix()).checked_div(SECONDS_A_DAY)?;
    (days > OLD_AFTER_DAYS).then(|| {
        format!(
            "changes to the root program after {date}, {days} days before the time judged for \
             (badsig trust update)"
        )
    })
}

/// The note that nothing told which certificates Microsoft distrusts beside its root program.
pub(super) fn no_distrust(evidence: &EvidenceReport) -> Option<String> {
    let roots = &evidence.roots;
    let none = roots.ctl_date.is_some() && roots.distrust.is_none() && roots.distrusted_besides == 0;
    none.then(|| {
        "whether certificates are distrusted: no list of them is in use (badsig trust update)".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::RootsReport;

    fn evidence(at: &str, list: Option<&str>) -> EvidenceReport {
        let roots = RootsReport {
            source: "embedded".to_owned(),
            ctl_date: list.map(str::to_owned),
            ctl_sha256: None,
            added: 0,
            distrust: None,
            distrusted_besides: 0,
        };
        EvidenceReport {
            at: at.parse().unwrap(),
            roots,
            revocation: "offline".to_owned(),
            wintrust_state: None,
            endpoints: Vec::new(),
            vendors: None,
            policy: None,
        }
    }

    #[test]
    fn roots_are_old_after_ninety_days() {
        let note = |at, list| old_roots(&evidence(at, list));
        assert_eq!(note("2026-03-31T00:00:00Z", Some("2026-01-01")), None, "89 days");
        assert_eq!(note("2026-04-01T23:59:59Z", Some("2026-01-01")), None, "90 days");
        let text = note("2026-04-02", Some("2026-01-01")).unwrap();
        assert!(text.contains("after 2026-01-01, 91 days before"), "{text}");
        assert_eq!(note("2025-01-01", Some("2026-01-01")), None, "judged for a day before the list");
        assert_eq!(note("2030-01-01", None), None, "no list");
    }

    #[test]
    fn a_root_program_without_a_list_of_distrusted_certificates_is_told() {
        let mut evidence = evidence("2026-01-01", Some("2026-01-01"));
        assert!(no_distrust(&evidence).unwrap().contains("badsig trust update"));
        evidence.roots.distrusted_besides = 1;
        assert_eq!(no_distrust(&evidence), None, "--distrust");
        evidence.roots = RootsReport { distrusted_besides: 0, ctl_date: None, ..evidence.roots };
        assert_eq!(no_distrust(&evidence), None, "roots of one's own");
    }

    #[test]
    fn reasons_are_told_once_and_not_without_end() {
        let mut tally = RevocationTally { unknown: 9, ..RevocationTally::default() };
        for number in 0..9 {
            tally.add_reason(&format!("reason {}", number % 7));
        }
        let lines = tally.lines(&evidence("2026-01-01", None));
        assert_eq!(lines.len(), 7, "{lines:?}");
        assert_eq!(
            lines[0],
            "revocation of 9 signatures: no list or OCSP answer tells (offline; --crl, --ocsp)"
        );
        assert_eq!(lines[5], "- reason 4");
        assert!(lines[6].contains("further reasons"));
    }
}
