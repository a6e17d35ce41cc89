//! Checks: one rule each, with an id, that turns facts and trust into findings. One file a check; the list
//! is [`CHECKS`], and help, schema and documentation come from it.

mod bad_digest;
mod expired;
mod unsigned;

use serde::{Deserialize, Serialize};

use crate::judge::Judged;
use crate::policy::Policy;
use crate::target::Target;
use crate::trust::reason::{Cause, Part, Reason};

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

/// All checks, in the order of reports.
pub static CHECKS: &[&Check] = &[&unsigned::CHECK, &bad_digest::CHECK, &expired::CHECK];

/// The check with this id.
pub fn check(id: &str) -> Option<&'static Check> {
    CHECKS.iter().copied().find(|check| check.id == id)
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
}

/// Runs every check. A finding has the strictest level that the targets of the policy give it.
pub(crate) fn run_all(judged: &Judged<'_>, policy: &Policy) -> Vec<Finding> {
    let mut findings: Vec<Finding> = CHECKS
        .iter()
        .flat_map(|check| {
            let level =
                policy.targets.iter().map(|target| (check.level)(*target)).max().unwrap_or(Level::Block);
            let help = check.fix.first().copied().unwrap_or_default();
            (check.find)(judged).into_iter().map(move |message| Finding {
                check: check.id,
                level,
                message,
                help,
            })
        })
        .collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

/// Blocks wherever the file's own signature is looked at.
pub(crate) fn blocks_where_signatures_count(target: Target) -> Level {
    if target.checks_signatures() { Level::Block } else { Level::Warn }
}

/// Warns everywhere.
pub(crate) fn warns(_: Target) -> Level {
    Level::Warn
}

/// A note everywhere.
pub(crate) fn notes(_: Target) -> Level {
    Level::Note
}

/// The messages of the primary signature's reasons with one of these causes; those about its time stamps
/// are left to `bad-timestamp`.
pub(crate) fn primary_reasons(judged: &Judged<'_>, causes: &[Cause]) -> Vec<String> {
    judged
        .signatures
        .first()
        .map(|verdict| {
            let about_signer = |reason: &&Reason| reason.part != Part::Timestamp;
            let wanted = verdict.reasons.iter().filter(|reason| causes.contains(&reason.cause));
            wanted.filter(about_signer).map(|reason| reason.message.clone()).collect()
        })
        .unwrap_or_default()
}
