//! Exceptions and baselines applied to what the checks found.

use super::exception::{Exception, Excuse};
use crate::check::{Finding, Level};
use crate::facts::Facts;
use crate::judge::Judged;
use crate::target::{PredictedOutcome, Prediction, Target};

/// Lowers every blocking finding that an exception covers, and tells of exceptions that have run out. `outer` is the path of
/// the file that is to be published.
pub(crate) fn apply(findings: Vec<Finding>, judged: &Judged<'_>, outer: &str) -> Vec<Finding> {
    let mut expired = Vec::new();
    let mut applied: Vec<Finding> = findings
        .into_iter()
        .map(|finding| match excuse(&finding, judged, outer) {
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
fn excuse<'p>(finding: &Finding, judged: &Judged<'p>, outer: &str) -> Option<Cover<'p>> {
    if finding.level != Level::Block {
        return None;
    }
    let (facts, policy, at) = (judged.facts, judged.policy, judged.evidence.at);
    let known = |member: &Facts, against: &Finding| policy.baseline.knew_inside(member, against.check);
    if policy.baseline.covers(facts, finding.check) && holds_for_members(finding.check, judged, known) {
        let (scope, reason) = ("baseline".to_owned(), policy.baseline.source().to_owned());
        return Some(Cover::Active(Excuse { check: finding.check.to_owned(), scope, reason, expires: None }));
    }
    let covers = |exception: &&Exception| {
        let lived_with = |_: &Facts, against: &Finding| exception.lives_with_inside(against);
        exception.covers(finding.check, facts, outer) && holds_for_members(finding.check, judged, lived_with)
    };
    let mut covering: Vec<&Exception> = policy.exceptions.iter().filter(covers).collect();
    covering.sort_by_key(|exception| !exception.is_active(at));
    let exception = covering.first()?;
    if !exception.is_active(at) {
        return Some(Cover::Expired(exception));
    }
    Some(Cover::Active(exception.excuse()))
}

/// Whether this holds for everything that speaks against a member that the check tells of. The outer file says only that
/// some member is refused: what was decided of one reason says nothing of another, or of another member.
fn holds_for_members(check: &str, judged: &Judged<'_>, holds: impl Fn(&Facts, &Finding) -> bool) -> bool {
    let told = crate::check::refused_members(check, judged);
    told.iter().all(|(member, against)| against.iter().all(|finding| holds(member, finding)))
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
