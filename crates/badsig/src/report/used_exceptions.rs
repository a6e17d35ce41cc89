//! Which exceptions of the policy nothing in a run needed: known when all files were judged.

use std::collections::BTreeSet;

use super::{FileReport, FindingReport};
use crate::check::{EXCEPTION_UNMATCHED, Level};
use crate::policy::{Exception, Policy};
use crate::time::UtcTime;

/// Which exceptions were needed in a run, gathered file by file.
#[derive(Clone, Debug, Default)]
pub struct UsedExceptions(BTreeSet<(String, String)>);

impl UsedExceptions {
    /// Notes the exceptions that a file and its members needed, those that had run out too.
    pub fn add(&mut self, file: &FileReport) {
        let named = file.findings.iter().filter_map(|finding| finding.exception.as_ref());
        self.0.extend(named.map(|exception| (exception.check.clone(), exception.scope.clone())));
        file.members.iter().for_each(|member| self.add(member));
    }

    /// What is to be said of the others.
    pub fn unmatched(&self, policy: &Policy, at: UtcTime) -> Vec<FindingReport> {
        let unused = policy
            .exceptions
            .iter()
            .filter(|exception| !self.0.contains(&(exception.check.clone(), exception.scope.to_string())));
        unused.map(|exception| finding(exception, at)).collect()
    }
}

fn finding(exception: &Exception, at: UtcTime) -> FindingReport {
    let over = if exception.is_active(at) { "" } else { ", and it has run out" };
    FindingReport {
        check: EXCEPTION_UNMATCHED.id.to_owned(),
        level: Level::Warn,
        message: format!(
            "the exception for {} ({}) covers nothing here{over}: {}",
            exception.check, exception.scope, exception.reason
        ),
        help: EXCEPTION_UNMATCHED.fix.first().copied().unwrap_or_default().to_owned(),
        exception: Some(exception.excuse()),
    }
}
