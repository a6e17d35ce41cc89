//! Windows with `EnableCertPaddingCheck` = 1 (Microsoft advisory 2915720): data hidden behind the signature
//! makes a file count as unsigned.

use super::{PredictedOutcome, Prediction, Target, windows};
use crate::codes::Confidence;
use crate::judge::{Judged, State};

pub(super) fn predict(judged: &Judged<'_>) -> Prediction {
    if judged.state() == State::Valid && judged.data_in_padding().next().is_some() {
        // The advisory says "unsigned"; the page on WinVerifyTrust names TRUST_E_SUBJECT_NOT_TRUSTED instead.
        return Prediction::new(
            Target::WindowsHardened,
            PredictedOutcome::Rejected,
            Confidence::Documented,
            "data stands behind the signature inside its area, which counts as unsigned here",
        );
    }
    if judged.state() == State::Valid && !judged.facts.storage.other_entries.is_empty() {
        return Prediction::new(
            Target::WindowsHardened,
            PredictedOutcome::Rejected,
            Confidence::Inferred,
            "the certificate table holds other entries than signatures, which is taken to count as unsigned here",
        );
    }
    windows::for_target(Target::WindowsHardened, judged)
}
