//! Windows with default settings: WinVerifyTrust with WINTRUST_ACTION_GENERIC_VERIFY_V2.

use super::{PredictedOutcome, Prediction, Target};
use crate::codes::Confidence;
use crate::codes::HResult;
use crate::codes::hresult::{TRUST_E_NOSIGNATURE, TRUST_E_SUBJECT_FORM_UNKNOWN};
use crate::judge::{Judged, State};

pub(super) fn predict(judged: &Judged<'_>) -> Prediction {
    for_target(Target::Windows, judged)
}

/// What any target says that asks WinVerifyTrust and nothing else.
pub(super) fn for_target(target: Target, judged: &Judged<'_>) -> Prediction {
    let rejected =
        |confidence, reason: String| Prediction::new(target, PredictedOutcome::Rejected, confidence, reason);
    match judged.state() {
        State::Unread => Prediction::unknown(target),
        State::Unsigned => {
            let code = HResult(TRUST_E_NOSIGNATURE);
            rejected(Confidence::Documented, format!("there is no signature ({code})"))
        }
        State::Detached => {
            let code = HResult(TRUST_E_SUBJECT_FORM_UNKNOWN);
            rejected(
                Confidence::Inferred,
                format!("a signature without its file is nothing to verify ({code})"),
            )
        }
        State::Unreadable => rejected(Confidence::Inferred, "the signature cannot be read".to_owned()),
        State::Invalid(hresult) => {
            rejected(judged.primary_confidence(), format!("the signature is not valid ({hresult})"))
        }
        State::Valid if target.is_on_endpoints() && judged.refusing_endpoints().next().is_some() => {
            let refusing: Vec<String> = judged
                .refusing_endpoints()
                .map(|endpoint| format!("{} ({})", endpoint.endpoint, endpoint.hresult()))
                .collect();
            rejected(Confidence::Inferred, format!("endpoints refuse it: {}", refusing.join(", ")))
        }
        State::Valid if judged.appended_to_package() > 0 => rejected(
            Confidence::Inferred,
            "data is appended to the package, which Windows refuses since August 2020 (CVE-2020-1464); with which code is \
             not documented"
                .to_owned(),
        ),
        State::Valid => Prediction::new(
            target,
            PredictedOutcome::Accepted,
            Confidence::Inferred,
            "signed, unchanged, and the chain ends in a trusted root",
        ),
    }
}
