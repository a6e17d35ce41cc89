//! Why a signature is not accepted: a code of Windows, the part it concerns, and how sure that is.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::codes::{Confidence, HResult, hresult::*};

/// What a reason is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Part {
    /// The file itself: its bytes and its format.
    File,
    /// The signature: its structure and its arithmetic.
    Signature,
    /// The signer's certificate.
    Signer,
    /// A certificate between the signer and the root.
    Intermediate,
    /// The root certificate.
    Root,
    /// The time stamp and the chain of its authority.
    Timestamp,
}

impl Part {
    /// The word of the report.
    pub fn name(self) -> &'static str {
        match self {
            Part::File => "file",
            Part::Signature => "signature",
            Part::Signer => "signer",
            Part::Intermediate => "intermediate",
            Part::Root => "root",
            Part::Timestamp => "timestamp",
        }
    }
}

/// One reason, with the code that Windows would give for it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code.
    pub hresult: HResult,
    /// What it is about.
    pub part: Part,
    /// What is wrong, in plain words with names and dates.
    pub message: String,
    /// Whether the code is documented for this case or inferred.
    pub confidence: Confidence,
}

impl Reason {
    /// A reason whose code is documented for this case.
    pub fn documented(hresult: u32, part: Part, message: impl Into<String>) -> Reason {
        Reason {
            hresult: HResult(hresult),
            part,
            message: message.into(),
            confidence: Confidence::Documented,
        }
    }

    /// A reason whose code is inferred.
    pub fn inferred(hresult: u32, part: Part, message: impl Into<String>) -> Reason {
        Reason { hresult: HResult(hresult), part, message: message.into(), confidence: Confidence::Inferred }
    }
}

/// The order in which Windows is predicted to decide: first the steps of WinVerifyTrust (no signature,
/// unreadable signature, digest, signer, time stamp), then the chain errors in the order in which
/// Microsoft's page on CERT_CHAIN_POLICY_STATUS lists them; explicit distrust last. That the list is the
/// precedence is inferred (Wine orders some of them otherwise), so a report always holds all reasons.
const PRECEDENCE: &[u32] = &[
    CRYPT_E_FILE_ERROR,
    TRUST_E_SUBJECT_FORM_UNKNOWN,
    TRUST_E_NOSIGNATURE,
    DIGSIG_E_DECODE,
    TRUST_E_MALFORMED_SIGNATURE,
    TRUST_E_BAD_DIGEST,
    TRUST_E_NO_SIGNER_CERT,
    TRUST_E_CERT_SIGNATURE,
    TRUST_E_COUNTER_SIGNER,
    TRUST_E_TIME_STAMP,
    CERT_E_REVOKED,
    CERT_E_UNTRUSTEDROOT,
    CERT_E_UNTRUSTEDTESTROOT,
    CERT_E_CHAINING,
    CERT_E_WRONG_USAGE,
    CERT_E_EXPIRED,
    CERT_E_INVALID_NAME,
    CERT_E_INVALID_POLICY,
    TRUST_E_BASIC_CONSTRAINTS,
    CERT_E_CRITICAL,
    CERT_E_VALIDITYPERIODNESTING,
    CRYPT_E_NO_REVOCATION_CHECK,
    CRYPT_E_REVOCATION_OFFLINE,
    CERT_E_PURPOSE,
    CERT_E_REVOCATION_FAILURE,
    TRUST_E_EXPLICIT_DISTRUST,
];

fn rank(code: HResult) -> usize {
    PRECEDENCE.iter().position(|known| *known == code.0).unwrap_or(PRECEDENCE.len())
}

/// Which of two codes Windows is predicted to report.
pub fn precedence(left: HResult, right: HResult) -> Ordering {
    rank(left).cmp(&rank(right))
}

/// The code that Windows is predicted to report for all of these reasons; `S_OK` for none.
pub fn primary<'r>(reasons: impl IntoIterator<Item = &'r Reason>) -> HResult {
    reasons
        .into_iter()
        .map(|reason| reason.hresult)
        .min_by(|left, right| precedence(*left, *right))
        .unwrap_or(HResult(S_OK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failing_step_decides() {
        let expired = Reason::documented(CERT_E_EXPIRED, Part::Signer, "");
        let tampered = Reason::documented(TRUST_E_BAD_DIGEST, Part::File, "");
        let untrusted = Reason::documented(CERT_E_UNTRUSTEDROOT, Part::Root, "");
        assert_eq!(primary([&expired, &untrusted, &tampered]).0, TRUST_E_BAD_DIGEST);
        assert_eq!(primary([&expired, &untrusted]).0, CERT_E_UNTRUSTEDROOT);
        assert_eq!(primary([]).0, S_OK);
    }
}
