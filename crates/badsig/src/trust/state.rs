//! What the WinTrust `State` value changes about a verdict.
//!
//! | condition | bit that waives it | code when it is not waived |
//! |---|---|---|
//! | a certificate has expired, no time stamp | WTPF_IGNOREEXPIRATION | 0x800B0101 |
//! | revocation servers cannot be reached | WTPF_OFFLINEOK_COM or _IND, WTPF_IGNOREREVOKATION | 0x800B010E |
//! | a certificate is revoked | WTPF_IGNOREREVOKATION | 0x800B010C |
//! | either, for the time stamp's authority | WTPF_IGNOREREVOCATIONONTS | the same |
//! | a test root | WTPF_TRUSTTEST, WTPF_TESTCANBEVALID | 0x800B010D |
//! | the publisher is not in Trusted Publishers | none; WTPF_ALLOWONLYPERTRUST asks for it | 0x800B0004 |
//!
//! Sources: Microsoft, `WintrustSetRegPolicyFlags` and SetReg; the code for publishers is inferred. Whether a
//! program is asked for the individual or the commercial bits follows from SpcStatementType in the signature.
//!
//! Revocation itself is not looked up here: a policy says how its evidence counts, and acts on whatever reasons a
//! verdict has. A server that cannot be reached is, for badsig, one whose answer is not in the evidence. Microsoft's
//! test root is not recognised; a chain that ends in it ends in an untrusted root. Whether Configuration Manager, which runs as SYSTEM, heeds the value is not known.

use super::reason::{Cause, Part, Reason, primary};
use super::revocation::{RevocationEvidence, RevocationMode, RevocationRules};
use super::signature::SignatureVerdict;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::SignatureFacts;
use crate::authenticode::program::StatementType;
use crate::codes::HResult;
use crate::codes::hresult::{
    CERT_E_EXPIRED, CERT_E_REVOCATION_FAILURE, CERT_E_REVOKED, CERT_E_UNTRUSTEDTESTROOT,
    CRYPT_E_NO_REVOCATION_CHECK, CRYPT_E_REVOCATION_OFFLINE,
};
use crate::codes::wintrust_state::WintrustState;

/// A State value as options of judging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatePolicy {
    /// Certificates that have expired are accepted.
    pub ignore_expiration: bool,
    /// Certificates are checked for revocation.
    pub check_revocation: bool,
    /// Individual publishers: an unreachable revocation server is accepted.
    pub offline_ok_individual: bool,
    /// Commercial publishers: an unreachable revocation server is accepted.
    pub offline_ok_commercial: bool,
    /// The authorities of time stamps are checked for revocation.
    pub check_timestamp_revocation: bool,
    /// Objects signed the version 1 way are refused. No format that badsig reads has such signatures.
    pub refuse_version_1: bool,
    /// Only publishers in the store Trusted Publishers are accepted.
    pub trusted_publishers_only: bool,
    /// Certificates under a test root are accepted.
    pub accept_test_root: bool,
}

/// A verdict under a State value.
#[derive(Clone, Debug)]
pub struct StateVerdict {
    /// The code that Windows is predicted to give.
    pub hresult: HResult,
    /// What is wrong still.
    pub reasons: Vec<Reason>,
    /// What the value waives.
    pub waived: Vec<Reason>,
}

impl Default for StatePolicy {
    /// The policy of a fresh user profile, 0x23C00.
    fn default() -> StatePolicy {
        WintrustState::DEFAULT.into()
    }
}

impl From<WintrustState> for StatePolicy {
    fn from(state: WintrustState) -> StatePolicy {
        StatePolicy {
            ignore_expiration: state.ignore_expiration(),
            check_revocation: !state.ignore_revocation(),
            offline_ok_individual: state.offline_ok_individual(),
            offline_ok_commercial: state.offline_ok_commercial(),
            check_timestamp_revocation: !state.ignore_revocation() && !state.ignore_revocation_on_timestamp(),
            refuse_version_1: state.v1_off(),
            trusted_publishers_only: state.only_trusted_publishers(),
            accept_test_root: state.test_root(),
        }
    }
}

impl StatePolicy {
    /// Whether an unreachable revocation server is accepted for this kind of publisher.
    pub fn offline_ok(&self, statement: StatementType) -> bool {
        match statement {
            // Signing tools write "individual" into the signatures of companies too, and Microsoft's own patches
            // are cured by the commercial bit: it counts for all (inferred).
            StatementType::Individual => self.offline_ok_individual || self.offline_ok_commercial,
            StatementType::Commercial => self.offline_ok_commercial,
        }
    }

    /// How evidence of revocation counts for this kind of publisher. What was switched off stays off, what is
    /// required stays required.
    pub fn revocation_rules(
        &self,
        evidence: &RevocationEvidence,
        statement: StatementType,
    ) -> RevocationRules {
        let rules = evidence.rules();
        RevocationRules {
            mode: if self.check_revocation { rules.mode } else { RevocationMode::Off },
            timestamps: self.check_timestamp_revocation,
            required: rules.required || !self.offline_ok(statement),
        }
    }

    /// Whether the value waives a reason.
    pub fn waives(&self, reason: &Reason, statement: StatementType) -> bool {
        let check_revocation = match reason.part {
            Part::Timestamp => self.check_timestamp_revocation,
            _ => self.check_revocation,
        };
        match reason.hresult.0 {
            CERT_E_EXPIRED => self.ignore_expiration && reason.cause != Cause::NotYetValid,
            CERT_E_REVOKED => !check_revocation,
            CERT_E_REVOCATION_FAILURE | CRYPT_E_REVOCATION_OFFLINE | CRYPT_E_NO_REVOCATION_CHECK => {
                !check_revocation || self.offline_ok(statement)
            }
            CERT_E_UNTRUSTEDTESTROOT => self.accept_test_root,
            _ => false,
        }
    }

    /// The verdict on a signature as this policy changes it. `publishers` are the certificates in the store
    /// Trusted Publishers; they are looked at only when the policy asks for them.
    ///
    /// A reason that makes a time stamp worthless is not undone: the stamp was judged without this policy.
    pub fn apply(
        &self,
        facts: &SignatureFacts,
        verdict: &SignatureVerdict,
        publishers: &[Certificate],
    ) -> StateVerdict {
        let statement = statement_type(facts);
        let (waived, mut reasons): (Vec<Reason>, Vec<Reason>) =
            verdict.reasons.iter().cloned().partition(|reason| self.waives(reason, statement));
        reasons.extend(self.unknown_publisher(facts, publishers));
        StateVerdict { hresult: primary(&reasons), reasons, waived }
    }

    fn unknown_publisher(&self, facts: &SignatureFacts, publishers: &[Certificate]) -> Option<Reason> {
        let signer = facts.contents.as_ref().ok()?.signer_certificate()?;
        if !self.trusted_publishers_only || publishers.contains(signer) {
            return None;
        }
        let message = format!("the publisher \"{}\" is not in Trusted Publishers", signer.common_name());
        Some(Reason::new(Cause::UnknownPublisher, Part::Signer, message))
    }
}

/// What the signer says it is; commercial, as nearly all are, when it does not say.
pub fn statement_type(facts: &SignatureFacts) -> StatementType {
    let contents = facts.contents.as_ref().ok();
    contents.and_then(|contents| contents.program.statement_type).unwrap_or(StatementType::Commercial)
}
