//! Publishing through the WSUS interface (SCUP and other publishers): the vendor's file is wrapped in a
//! cabinet that is signed with the publisher's own certificate, so its own signature is not asked for.

use super::{PredictedOutcome, Prediction, Target};
use crate::codes::Confidence;
use crate::judge::{Judged, State};

pub(super) fn predict(judged: &Judged<'_>) -> Prediction {
    if !judged.facts.problems.is_empty() {
        return Prediction::unknown(Target::Wsus);
    }
    if let Some(expected) = &judged.evidence.expected {
        let facts = judged.facts;
        let found = expected.differences(facts.size, facts.sha1.as_ref(), facts.sha256.as_ref());
        if let Some(difference) = found.into_iter().next() {
            return Prediction::new(
                Target::Wsus,
                PredictedOutcome::Rejected,
                Confidence::Inferred,
                difference,
            );
        }
    }
    match judged.state() {
        State::Unread => Prediction::unknown(Target::Wsus),
        State::Detached => Prediction::new(
            Target::Wsus,
            PredictedOutcome::Rejected,
            Confidence::Inferred,
            "publishers take EXE, MSI and MSP files; a signature without its file is none",
        ),
        State::Unsigned | State::Valid => Prediction::new(
            Target::Wsus,
            PredictedOutcome::Accepted,
            Confidence::Documented,
            "WSUS signs the cabinet around the file; the file itself need not be signed",
        ),
        State::Unreadable | State::Invalid(_) => Prediction::new(
            Target::Wsus,
            PredictedOutcome::Accepted,
            Confidence::Inferred,
            "WSUS signs the cabinet around the file and is not known to look at the file's own signature",
        ),
    }
}
