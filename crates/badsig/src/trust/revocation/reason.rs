//! Why a certificate was revoked (RFC 5280 5.3.1), and sets of such reasons (RFC 5280 4.2.1.13).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::authenticode::der::{DerError, DerProblem, Tlv, tag};

/// CRLReason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RevocationReason {
    /// Not said.
    Unspecified,
    /// The key is, or may be, in other hands.
    KeyCompromise,
    /// An authority's key is, or may be, in other hands.
    CaCompromise,
    /// The subject changed its name or affiliation.
    AffiliationChanged,
    /// Replaced by another certificate.
    Superseded,
    /// No longer needed.
    CessationOfOperation,
    /// Suspended; may be taken back.
    CertificateHold,
    /// The suspension ended; only in delta lists.
    RemoveFromCrl,
    /// A right was withdrawn.
    PrivilegeWithdrawn,
    /// An attribute authority's key is, or may be, in other hands.
    AaCompromise,
}

impl RevocationReason {
    /// Reads `CRLReason ::= ENUMERATED`.
    ///
    /// # Errors
    /// When the number is not defined: nothing can be said of what it means.
    pub(super) fn read(value: &Tlv<'_>) -> Result<RevocationReason, DerError> {
        match (value.tag, value.value) {
            (tag::ENUMERATED, [0]) => Ok(RevocationReason::Unspecified),
            (tag::ENUMERATED, [1]) => Ok(RevocationReason::KeyCompromise),
            (tag::ENUMERATED, [2]) => Ok(RevocationReason::CaCompromise),
            (tag::ENUMERATED, [3]) => Ok(RevocationReason::AffiliationChanged),
            (tag::ENUMERATED, [4]) => Ok(RevocationReason::Superseded),
            (tag::ENUMERATED, [5]) => Ok(RevocationReason::CessationOfOperation),
            (tag::ENUMERATED, [6]) => Ok(RevocationReason::CertificateHold),
            (tag::ENUMERATED, [8]) => Ok(RevocationReason::RemoveFromCrl),
            (tag::ENUMERATED, [9]) => Ok(RevocationReason::PrivilegeWithdrawn),
            (tag::ENUMERATED, [10]) => Ok(RevocationReason::AaCompromise),
            _ => Err(value.error("CRLReason", DerProblem::Value("no reason that RFC 5280 defines"))),
        }
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RevocationReason::Unspecified => "no reason given",
            RevocationReason::KeyCompromise => "key compromise",
            RevocationReason::CaCompromise => "compromise of the authority",
            RevocationReason::AffiliationChanged => "affiliation changed",
            RevocationReason::Superseded => "superseded",
            RevocationReason::CessationOfOperation => "cessation of operation",
            RevocationReason::CertificateHold => "on hold",
            RevocationReason::RemoveFromCrl => "hold lifted",
            RevocationReason::PrivilegeWithdrawn => "privilege withdrawn",
            RevocationReason::AaCompromise => "compromise of the attribute authority",
        })
    }
}

/// `ReasonFlags ::= BIT STRING`: which reasons a list covers. The first bit of the string is bit 0 here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonSet(u16);

impl ReasonSet {
    /// No reason.
    pub const NONE: ReasonSet = ReasonSet(0);
    /// Every reason: keyCompromise (1) to aACompromise (8). Bit 0 is unused.
    pub const ALL: ReasonSet = ReasonSet(0b1_1111_1110);

    /// Reads the flags; undefined ones are ignored.
    pub(super) fn read(value: &Tlv<'_>) -> Result<ReasonSet, DerError> {
        let problem = |why| value.error("ReasonFlags", DerProblem::Value(why));
        let (unused, octets) = value.value.split_first().ok_or_else(|| problem("an empty BIT STRING"))?;
        if *unused > 7 || (octets.is_empty() && *unused > 0) || octets.len() > 4 {
            return Err(problem("a BIT STRING that is no set of reasons"));
        }
        let first = u16::from(octets.first().copied().unwrap_or(0).reverse_bits());
        let second = u16::from(octets.get(1).copied().unwrap_or(0).reverse_bits());
        Ok(ReasonSet((first | (second << 8)) & ReasonSet::ALL.0))
    }

    /// Reasons that are in both.
    #[must_use]
    pub fn both(self, other: ReasonSet) -> ReasonSet {
        ReasonSet(self.0 & other.0)
    }

    /// Reasons that are in either.
    #[must_use]
    pub fn either(self, other: ReasonSet) -> ReasonSet {
        ReasonSet(self.0 | other.0)
    }

    /// Whether all of `other` is in this.
    pub fn holds(self, other: ReasonSet) -> bool {
        self.0 & other.0 == other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticode::der::Reader;

    #[test]
    fn flags_are_read_from_the_left() {
        // keyCompromise (1) and cACompromise (2), then aACompromise (8) alone.
        let two = Reader::new(&[0x83, 2, 5, 0b0110_0000]).any("flags").unwrap();
        assert_eq!(ReasonSet::read(&two).unwrap(), ReasonSet(0b110));
        let last = Reader::new(&[0x83, 3, 7, 0, 0x80]).any("flags").unwrap();
        assert_eq!(ReasonSet::read(&last).unwrap(), ReasonSet(0x100));
        assert!(ReasonSet::ALL.holds(ReasonSet(0x100)) && !ReasonSet(0b110).holds(ReasonSet::ALL));
        assert!(ReasonSet::read(&Reader::new(&[0x83, 0]).any("flags").unwrap()).is_err());
    }

    #[test]
    fn seven_is_no_reason() {
        let seven = Reader::new(&[0x0a, 1, 7]).any("reason").unwrap();
        assert!(RevocationReason::read(&seven).is_err());
    }
}
