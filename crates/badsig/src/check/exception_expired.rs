//! `exception-expired`: an exception would cover a finding, but its time is over.

use super::{Check, Finding, Level, warns};
use crate::policy::Exception;

pub(super) static CHECK: Check = Check {
    id: "exception-expired",
    title: "exception has run out",
    meaning: "The policy has an exception for this finding, but the date until which it counts is over. The finding \
              blocks again.",
    causes: &["Exceptions are made for a while, so that somebody looks again."],
    fix: &[
        "Look again: is there a newer, better file? Otherwise decide anew, with a new date and reason.",
        "Remove the exception when it is not needed any more.",
    ],
    level: warns,
    // Found where exceptions are applied, after all checks.
    find: |_| Vec::new(),
};

/// What is said beside a finding that an exception does not cover any more.
pub(crate) fn finding(exception: &Exception, covered: &Finding) -> Finding {
    let message = format!(
        "the exception for {} ({}) ran out on {}: {}",
        covered.check,
        exception.scope,
        exception.expires.date(),
        exception.reason
    );
    let help = CHECK.fix.first().copied().unwrap_or_default();
    Finding { check: CHECK.id, level: Level::Warn, message, help, exception: Some(exception.excuse()) }
}
