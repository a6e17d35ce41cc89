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

/// What is wrong, as checks tell it apart. The code of Windows follows from it ([`Cause::code`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The signature cannot be read.
    Malformed,
    /// The file's digest is not the one the signature vouches for.
    Digest,
    /// The digest algorithm of the signature is not supported.
    DigestAlgorithm,
    /// messageDigest is not the digest of the content: the signature does not cover its own digest.
    DigestNotCovered,
    /// contentType contradicts the content.
    ContentType,
    /// The signer's certificate is not in the signature.
    NoSignerCertificate,
    /// The signature value does not belong to the signer's key.
    SignatureValue,
    /// A PKCS#9 countersignature is wrong or not trusted.
    Countersignature,
    /// An RFC 3161 time stamp is wrong or not trusted.
    TimeStamp,
    /// A certificate was not signed by the one that it names as its issuer.
    NotSignedByIssuer,
    /// The key is too short.
    WeakKey,
    /// A certificate is signed with MD5.
    WeakCertificateDigest,
    /// The chain ends in a self-signed certificate that is no trusted root.
    UntrustedRoot,
    /// The root program limits the root in a way that is not understood.
    RootLimitsUnknown,
    /// An issuer is missing.
    MissingIssuer,
    /// The search for a chain was given up.
    SearchBudget,
    /// A certificate is not for this use.
    WrongUsage,
    /// The root program does not trust the root for this use.
    RootUsage,
    /// A certificate had expired.
    Expired,
    /// A certificate was not valid yet.
    NotYetValid,
    /// A certificate issued others but is no authority, or too many follow it.
    BasicConstraints,
    /// A critical extension is not understood.
    CriticalExtension,
    /// An extension cannot be read.
    UnreadableExtension,
    /// A name that an authority above does not allow.
    NameConstraint,
    /// No acceptable certificate policy, although one is required.
    Policy,
    /// A certificate was revoked.
    Revoked,
    /// Whether a certificate was revoked is not known, although it must be.
    RevocationUnknown,
    /// The root program disabled the root.
    RootDisabled,
    /// The root program no longer trusts certificates issued at that time.
    IssuedAfterCutoff,
    /// A certificate is on a list of distrusted certificates.
    Distrusted,
    /// Only trusted publishers are accepted, and this one is not among them.
    UnknownPublisher,
}

impl Cause {
    /// The code that Windows gives for this cause alone, and whether that is documented for it.
    pub fn code(self) -> (u32, Confidence) {
        use Confidence::{Documented, Inferred};
        match self {
            Cause::Malformed | Cause::ContentType => (TRUST_E_MALFORMED_SIGNATURE, Inferred),
            Cause::Digest => (TRUST_E_BAD_DIGEST, Documented),
            Cause::DigestAlgorithm | Cause::DigestNotCovered => (TRUST_E_BAD_DIGEST, Inferred),
            Cause::NoSignerCertificate => (TRUST_E_NO_SIGNER_CERT, Documented),
            Cause::SignatureValue | Cause::WeakKey | Cause::WeakCertificateDigest => {
                (TRUST_E_CERT_SIGNATURE, Inferred)
            }
            Cause::Countersignature => (TRUST_E_COUNTER_SIGNER, Inferred),
            Cause::TimeStamp => (TRUST_E_TIME_STAMP, Inferred),
            Cause::NotSignedByIssuer => (TRUST_E_CERT_SIGNATURE, Documented),
            Cause::UntrustedRoot => (CERT_E_UNTRUSTEDROOT, Documented),
            Cause::RootLimitsUnknown => (CERT_E_UNTRUSTEDROOT, Inferred),
            Cause::MissingIssuer => (CERT_E_CHAINING, Documented),
            Cause::SearchBudget => (CERT_E_CHAINING, Inferred),
            Cause::WrongUsage => (CERT_E_WRONG_USAGE, Documented),
            Cause::RootUsage => (CERT_E_WRONG_USAGE, Inferred),
            Cause::Expired | Cause::NotYetValid => (CERT_E_EXPIRED, Documented),
            Cause::BasicConstraints => (TRUST_E_BASIC_CONSTRAINTS, Documented),
            Cause::CriticalExtension => (CERT_E_CRITICAL, Documented),
            Cause::UnreadableExtension => (CERT_E_CRITICAL, Inferred),
            Cause::NameConstraint => (CERT_E_INVALID_NAME, Documented),
            Cause::Policy => (CERT_E_INVALID_POLICY, Documented),
            Cause::Revoked => (CERT_E_REVOKED, Documented),
            Cause::RevocationUnknown => (CERT_E_REVOCATION_FAILURE, Documented),
            Cause::UnknownPublisher => (TRUST_E_SUBJECT_NOT_TRUSTED, Inferred),
            Cause::Distrusted => (TRUST_E_EXPLICIT_DISTRUST, Documented),
            Cause::RootDisabled | Cause::IssuedAfterCutoff => (TRUST_E_EXPLICIT_DISTRUST, Inferred),
        }
    }
}

/// One reason, with the code that Windows would give for it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What is wrong.
    pub cause: Cause,
    /// The code.
    pub hresult: HResult,
    /// What it is about.
    pub part: Part,
    /// What is wrong, in plain words with names and dates.
    pub message: String,
    /// Whether the code is documented for this case or inferred.
    pub confidence: Confidence,
    /// The place in its chain, from 0, of the certificate that it is about; `None` for what no single certificate
    /// has wrong.
    pub link: Option<usize>,
}

impl Reason {
    /// A reason; code and confidence follow from the cause.
    pub fn new(cause: Cause, part: Part, message: impl Into<String>) -> Reason {
        let (code, confidence) = cause.code();
        Reason { cause, hresult: HResult(code), part, message: message.into(), confidence, link: None }
    }

    /// The same, about the certificate at this place of its chain.
    #[must_use]
    pub fn of_link(self, position: usize) -> Reason {
        Reason { link: Some(position), ..self }
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
    TRUST_E_SUBJECT_NOT_TRUSTED,
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
        let expired = Reason::new(Cause::Expired, Part::Signer, "");
        let tampered = Reason::new(Cause::Digest, Part::File, "");
        let untrusted = Reason::new(Cause::UntrustedRoot, Part::Root, "");
        assert_eq!(primary([&expired, &untrusted, &tampered]).0, TRUST_E_BAD_DIGEST);
        assert_eq!(primary([&expired, &untrusted]).0, CERT_E_UNTRUSTEDROOT);
        assert_eq!(primary([]).0, S_OK);
    }
}
