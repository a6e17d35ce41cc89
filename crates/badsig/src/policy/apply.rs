//! Exceptions and baselines applied to what the checks found.

use super::Policy;
use super::exception::{Exception, Excuse};
use crate::check::{Finding, Level};
use crate::facts::Facts;
use crate::target::{PredictedOutcome, Prediction, Target};
use crate::time::UtcTime;

/// Lowers every blocking finding that an exception covers, and tells of exceptions that have run out.
pub(crate) fn apply(findings: Vec<Finding>, facts: &Facts, policy: &Policy, at: UtcTime) -> Vec<Finding> {
    let mut expired = Vec::new();
    let mut applied: Vec<Finding> = findings
        .into_iter()
        .map(|finding| match excuse(&finding, facts, policy, at) {
            Some(Cover::Active(excuse)) => Finding { level: Level::Note, exception: Some(excuse), ..finding },
            Some(Cover::Expired(exception)) => {
                expired.push(crate::check::exception_expired(exception, &finding));
                finding
            }
            None => finding,
        })
        .collect();
    applied.extend(expired);
    applied.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    applied
}

enum Cover<'p> {
    Active(Excuse),
    Expired(&'p Exception),
}

/// What covers a finding that would block. One that still counts comes before one that does not.
fn excuse<'p>(finding: &Finding, facts: &Facts, policy: &'p Policy, at: UtcTime) -> Option<Cover<'p>> {
    if finding.level != Level::Block {
        return None;
    }
    if policy.baseline.covers(facts, finding.check) {
        let (scope, reason) = ("baseline".to_owned(), policy.baseline.source().to_owned());
        return Some(Cover::Active(Excuse { check: finding.check.to_owned(), scope, reason, expires: None }));
    }
    let covers = |exception: &&Exception| exception.covers(finding.check, facts);
    let mut covering: Vec<&Exception> = policy.exceptions.iter().filter(covers).collect();
    covering.sort_by_key(|exception| !exception.is_active(at));
    let exception = covering.first()?;
    if !exception.is_active(at) {
        return Some(Cover::Expired(exception));
    }
    Some(Cover::Active(exception.excuse()))
}

/// Whether a predicted refusal was decided to be lived with: every check that blocks for this target by itself was
/// lowered, by an exception or by a level of the policy, and there is at least one. A refusal that no check explains is
/// never excused.
pub(crate) fn is_excused(prediction: &Prediction, findings: &[Finding]) -> bool {
    let explains = |finding: &&Finding| blocks_by_itself(finding.check, prediction.target);
    let mut explaining = findings.iter().filter(explains).peekable();
    prediction.outcome == PredictedOutcome::Rejected
        && explaining.peek().is_some()
        && explaining.all(|finding| finding.level != Level::Block)
}

fn blocks_by_itself(check: &str, target: Target) -> bool {
    crate::check::check(check).is_some_and(|check| (check.level)(target) == Level::Block)
}
