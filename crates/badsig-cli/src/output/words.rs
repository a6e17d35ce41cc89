//! What every format says in the same words.

use badsig::report::{EvidenceReport, RootsReport};

use crate::roots::EMBEDDED;

/// Which roots counted: `Microsoft 2026-10-23 and 1 added`. A list in a directory need not be Microsoft's.
pub(super) fn roots(roots: &RootsReport) -> String {
    let program = match (&roots.ctl_date, roots.source.as_str()) {
        (Some(date), EMBEDDED) => format!("Microsoft {date}"),
        (Some(date), directory) => format!("{directory}, list of {date}"),
        (None, directory) => return directory.to_owned(),
    };
    match roots.added {
        0 => program,
        added => format!("{program} and {added} added"),
    }
}

/// Which policy file counted.
pub(super) fn policy(evidence: &EvidenceReport) -> Option<&str> {
    evidence.policy.as_ref().map(|policy| policy.path.as_str())
}
