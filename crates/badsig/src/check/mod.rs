//! Checks: one rule each, with an id, that turns facts and trust into findings. One file a check; the list
//! is [`CHECKS`], and help, schema and documentation come from it.

mod appended_to_msi;
mod bad_digest;
mod bad_signature_value;
mod bad_timestamp;
mod broken_installer_member;
mod broken_member;
mod burn_engine_unsigned;
mod bytes_after_signature;
mod certificate_not_approved;
mod digest_not_covered;
mod endpoint_refuses;
mod exception_expired;
mod exception_unmatched;
mod expired;
mod expires_soon;
mod explicitly_distrusted;
mod extra_timestamp_invalid;
mod hash_mismatch;
mod incomplete_chain;
mod invalid_chain;
mod known_unsigned_vendor;
mod lifetime_signing;
mod limit_reached;
mod malformed_file;
mod malformed_signature;
mod member_not_read;
mod msi_cabinet_mismatch;
mod msi_extended_mismatch;
mod msi_unsigned_external_cab;
mod nested_signature_invalid;
mod no_msi_extended_signature;
mod no_signer_certificate;
mod not_timestamped;
mod not_yet_valid;
mod other_certificate_entries;
mod padding_after_signature;
mod page_hash_mismatch;
mod publisher_changed;
mod publisher_name_mismatch;
mod publisher_renewed;
mod revocation_unknown;
mod revoked;
mod security_catalog;
mod security_catalog_only;
mod several_signers;
mod signature_without_file;
mod small_key;
mod stuffed_certificates;
mod too_large;
mod truncated;
mod unallocated_msi_data;
mod unexpectedly_unsigned;
mod unknown_format;
mod unknown_unsigned_attribute;
mod unreadable;
mod unsigned;
mod unsigned_member;
mod unsupported_content;
mod untrusted_root;
pub(crate) mod update_catalog;
mod vendor_claimed;
mod vendor_now_signs;
mod vendor_words;
mod weak_digest;
mod weak_key;
mod words;
mod wrong_extension;
mod wrong_usage;

use serde::{Deserialize, Serialize};

pub(crate) use broken_member::{members_are_told, refused_members};
pub(crate) use exception_expired::finding as exception_expired;
pub(crate) use exception_unmatched::CHECK as EXCEPTION_UNMATCHED;
pub(crate) use hash_mismatch::CHECK as HASH_MISMATCH;
pub use update_catalog::CATALOG_CHECKS;

use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::Contents;
use crate::judge::{Judged, Role};
use crate::policy::{Excuse, Policy};
use crate::problem::ProblemKind;
use crate::target::Target;
use crate::time::UtcTime;
use crate::trust::reason::{Cause, Part, Reason};
use crate::trust::signature::SignatureVerdict;

/// What a finding does to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Worth mending; does not block.
    Warn,
    /// Blocks the subject.
    Block,
}

/// A rule.
pub struct Check {
    /// The id: also the name of its file, its page in the documentation and its fixtures.
    pub id: &'static str,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// What it means, in plain words.
    pub meaning: &'static str,
    /// What usually brings it about.
    pub causes: &'static [&'static str],
    /// What to do, most useful first.
    pub fix: &'static [&'static str],
    /// The level for a target, when the policy says nothing else.
    pub level: fn(Target) -> Level,
    /// One message for each finding.
    pub(crate) find: fn(&Judged<'_>) -> Vec<String>,
}

/// All checks, in the order of reports: what blocks, in the order in which Windows looks; what leaves a subject
/// undecided; warnings; notes.
pub static CHECKS: &[&Check] = &[
    &hash_mismatch::CHECK,
    &signature_without_file::CHECK,
    &unsigned::CHECK,
    &malformed_signature::CHECK,
    &bad_digest::CHECK,
    &digest_not_covered::CHECK,
    &no_signer_certificate::CHECK,
    &bad_signature_value::CHECK,
    &bad_timestamp::CHECK,
    &revoked::CHECK,
    &untrusted_root::CHECK,
    &incomplete_chain::CHECK,
    &invalid_chain::CHECK,
    &wrong_usage::CHECK,
    &expired::CHECK,
    &not_yet_valid::CHECK,
    &revocation_unknown::CHECK,
    &weak_key::CHECK,
    &explicitly_distrusted::CHECK,
    &padding_after_signature::CHECK,
    &other_certificate_entries::CHECK,
    &appended_to_msi::CHECK,
    &endpoint_refuses::CHECK,
    &certificate_not_approved::CHECK,
    &publisher_changed::CHECK,
    &msi_cabinet_mismatch::CHECK,
    &broken_installer_member::CHECK,
    &broken_member::CHECK,
    &unreadable::CHECK,
    &unknown_format::CHECK,
    &truncated::CHECK,
    &malformed_file::CHECK,
    &limit_reached::CHECK,
    &member_not_read::CHECK,
    &unsigned_member::CHECK,
    &expires_soon::CHECK,
    &not_timestamped::CHECK,
    &extra_timestamp_invalid::CHECK,
    &weak_digest::CHECK,
    &small_key::CHECK,
    &nested_signature_invalid::CHECK,
    &several_signers::CHECK,
    &page_hash_mismatch::CHECK,
    &msi_extended_mismatch::CHECK,
    &msi_unsigned_external_cab::CHECK,
    &burn_engine_unsigned::CHECK,
    &bytes_after_signature::CHECK,
    &unallocated_msi_data::CHECK,
    &security_catalog::CHECK,
    &unsupported_content::CHECK,
    &wrong_extension::CHECK,
    &exception_expired::CHECK,
    &exception_unmatched::CHECK,
    &unexpectedly_unsigned::CHECK,
    &vendor_claimed::CHECK,
    &lifetime_signing::CHECK,
    &stuffed_certificates::CHECK,
    &unknown_unsigned_attribute::CHECK,
    &publisher_name_mismatch::CHECK,
    &publisher_renewed::CHECK,
    &no_msi_extended_signature::CHECK,
    &security_catalog_only::CHECK,
    &too_large::CHECK,
    &known_unsigned_vendor::CHECK,
    &vendor_now_signs::CHECK,
];

/// The checks of files and those of update catalogs.
pub fn all_checks() -> impl Iterator<Item = &'static Check> {
    CHECKS.iter().chain(update_catalog::CATALOG_CHECKS).copied()
}

/// Checks that say something of the file that is published, and nothing of its members. That a member carries no
/// signature is `unsigned-member`.
const OUTER_ONLY: [&str; 10] = [
    "certificate-not-approved",
    "exception-expired",
    "exception-unmatched",
    "hash-mismatch",
    "publisher-changed",
    "publisher-renewed",
    "too-large",
    "unsigned",
    "unsupported-content",
    "wrong-extension",
];

/// Whether a check says nothing of members.
pub(crate) fn is_of_outer_files(id: &str) -> bool {
    OUTER_ONLY.contains(&id)
}

/// Whether a check is about an update catalog or what stands in one.
pub(crate) fn is_of_catalogs(id: &str) -> bool {
    update_catalog::CATALOG_CHECKS.iter().any(|check| check.id == id)
}

/// The check with this id.
pub fn check(id: &str) -> Option<&'static Check> {
    all_checks().find(|check| check.id == id)
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the check.
    pub check: &'static str,
    /// What it does to the verdict.
    pub level: Level,
    /// What was found, with names and numbers.
    pub message: String,
    /// What to do first.
    pub help: &'static str,
    /// The exception that it is about: why it does not block though its check says so, or which one has run out.
    pub exception: Option<Excuse>,
}

/// Runs every check. A finding has the strictest level that the targets of the policy give it, unless the policy sets
/// another.
pub(crate) fn run_all(judged: &Judged<'_>, policy: &Policy) -> Vec<Finding> {
    let outer = judged.role == Role::Outer;
    let mut findings: Vec<Finding> = CHECKS
        .iter()
        .filter(|check| outer || !OUTER_ONLY.contains(&check.id))
        .flat_map(|check| {
            let level = policy
                .targets
                .iter()
                .map(|target| level(check, *target, judged.role))
                .max()
                .unwrap_or(Level::Block);
            let level = policy.levels.get(check.id).copied().unwrap_or(level);
            let help = check.fix.first().copied().unwrap_or_default();
            (check.find)(judged).into_iter().map(move |message| Finding {
                check: check.id,
                level,
                message,
                help,
                exception: None,
            })
        })
        .collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

/// Whoever publishes a file does not look at the signatures of its members.
fn level(check: &Check, target: Target, role: Role) -> Level {
    match (check.level)(target) {
        Level::Block if role == Role::Member && !target.looks_inside() => Level::Warn,
        level => level,
    }
}

/// Blocks wherever the file's own signature is looked at.
pub(crate) fn blocks_where_signatures_count(target: Target) -> Level {
    if target.checks_signatures() { Level::Block } else { Level::Warn }
}

/// Blocks everywhere.
pub(crate) fn blocks(_: Target) -> Level {
    Level::Block
}

/// Warns everywhere.
pub(crate) fn warns(_: Target) -> Level {
    Level::Warn
}

/// A note everywhere.
pub(crate) fn notes(_: Target) -> Level {
    Level::Note
}

/// What was judged of the primary signature, the one that Windows looks at.
fn primary<'j>(judged: &'j Judged<'_>) -> Option<&'j SignatureVerdict> {
    judged.signatures.first()
}

/// What the primary signature says, when it can be read.
fn primary_contents<'j>(judged: &'j Judged<'_>) -> Option<&'j Contents> {
    judged.facts.signatures.first().and_then(|signature| signature.contents.as_ref().ok())
}

/// The messages of the primary signature's reasons with one of these causes; those about its time stamps
/// are left to `bad-timestamp`.
fn primary_reasons(judged: &Judged<'_>, causes: &[Cause]) -> Vec<String> {
    let reasons = primary(judged).map(|verdict| verdict.reasons.as_slice()).unwrap_or_default();
    let wanted = |reason: &&Reason| causes.contains(&reason.cause) && reason.part != Part::Timestamp;
    reasons.iter().filter(wanted).map(|reason| reason.message.clone()).collect()
}

/// When a signature that is valid now stops being so, and the certificate that ends first; `None` for an
/// invalid signature and for one whose time stamp keeps it valid.
fn end_of_validity<'j>(judged: &'j Judged<'_>) -> Option<(UtcTime, &'j Certificate)> {
    let verdict = primary(judged).filter(|verdict| verdict.is_valid() && verdict.stamped().is_none())?;
    let certificates = verdict.chain.iter().flat_map(|chain| &chain.links).map(|link| &link.certificate);
    certificates
        .map(|certificate| (certificate.not_after(), certificate))
        .min_by_key(|(end, _)| *end)
        // A State may waive that it has ended.
        .filter(|(end, _)| *end >= judged.evidence.at)
}

/// The messages of problems of these kinds.
fn problems(judged: &Judged<'_>, kinds: &[ProblemKind]) -> Vec<String> {
    let wanted = judged.facts.problems.iter().filter(|problem| kinds.contains(&problem.kind));
    wanted.map(|problem| problem.message.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::problem::Problem;
    use crate::trust::Evidence;
    use crate::trust::reason::primary;
    use crate::trust::root_program::StampedOrNow;
    use crate::trust::signature::TimestampVerdict;

    /// Every cause there is; a new one does not compile until it stands here.
    fn causes() -> Vec<Cause> {
        let mut all = vec![Cause::Malformed];
        while let Some(next) = all.last().copied().and_then(after) {
            all.push(next);
        }
        all
    }

    fn after(cause: Cause) -> Option<Cause> {
        Some(match cause {
            Cause::Malformed => Cause::Digest,
            Cause::Digest => Cause::DigestAlgorithm,
            Cause::DigestAlgorithm => Cause::DigestNotCovered,
            Cause::DigestNotCovered => Cause::ContentType,
            Cause::ContentType => Cause::NoSignerCertificate,
            Cause::NoSignerCertificate => Cause::SignatureValue,
            Cause::SignatureValue => Cause::Countersignature,
            Cause::Countersignature => Cause::TimeStamp,
            Cause::TimeStamp => Cause::NotSignedByIssuer,
            Cause::NotSignedByIssuer => Cause::WeakKey,
            Cause::WeakKey => Cause::WeakCertificateDigest,
            Cause::WeakCertificateDigest => Cause::UntrustedRoot,
            Cause::UntrustedRoot => Cause::RootLimitsUnknown,
            Cause::RootLimitsUnknown => Cause::MissingIssuer,
            Cause::MissingIssuer => Cause::SearchBudget,
            Cause::SearchBudget => Cause::WrongUsage,
            Cause::WrongUsage => Cause::RootUsage,
            Cause::RootUsage => Cause::Expired,
            Cause::Expired => Cause::NotYetValid,
            Cause::NotYetValid => Cause::BasicConstraints,
            Cause::BasicConstraints => Cause::CriticalExtension,
            Cause::CriticalExtension => Cause::UnreadableExtension,
            Cause::UnreadableExtension => Cause::RootDisabled,
            Cause::RootDisabled => Cause::IssuedAfterCutoff,
            Cause::IssuedAfterCutoff => Cause::NameConstraint,
            Cause::NameConstraint => Cause::Policy,
            Cause::Policy => Cause::Revoked,
            Cause::Revoked => Cause::RevocationUnknown,
            Cause::RevocationUnknown => Cause::Distrusted,
            Cause::Distrusted => Cause::UnknownPublisher,
            Cause::UnknownPublisher => return None,
        })
    }

    fn verdict_with(cause: Cause, at: UtcTime) -> SignatureVerdict {
        let stamped = matches!(cause, Cause::Countersignature | Cause::TimeStamp);
        let part = if stamped { Part::Timestamp } else { Part::Signer };
        let reasons = vec![Reason::new(cause, part, "why")];
        let stamp = TimestampVerdict { valid: false, chain: None, reasons: reasons.clone() };
        SignatureVerdict {
            hresult: primary(&reasons),
            reasons,
            waived: Vec::new(),
            chain: None,
            other_chains: Vec::new(),
            timestamps: vec![stamp].into_iter().filter(|_| stamped).collect(),
            stamp: None,
            effective: StampedOrNow::Now(at),
            lifetime_signing: false,
            revocation: crate::trust::revocation::RevocationMode::Offline,
        }
    }

    #[test]
    fn one_check_blocks_for_each_cause() {
        let at: UtcTime = "2026-11-21".parse().unwrap();
        let facts = Facts::unreadable("a.exe", Problem::new(ProblemKind::Unreadable, "not asked for"));
        let facts = Facts { problems: Vec::new(), ..facts };
        let evidence = Evidence::embedded(at);
        for cause in causes() {
            let signatures = [verdict_with(cause, at)];
            let policy = Policy::default();
            let judged = Judged {
                facts: &facts,
                signatures: &signatures,
                endpoints: &[],
                evidence: &evidence,
                policy: &policy,
                role: Role::Outer,
                members: &[],
                vendor: None,
            };
            let findings = run_all(&judged, &policy);
            let messages = findings.iter().filter(|finding| finding.message == "why");
            let levels: Vec<Level> = messages.map(|finding| finding.level).collect();
            assert_eq!(levels, [Level::Block], "{cause:?}: {findings:?}");
        }
    }
}
