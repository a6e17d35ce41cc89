//! Patch management agents (Symantec/Broadcom, Qualys and others on the same engine): they verify the
//! vendor's file on the endpoint before it is started. Where the endpoint cannot build the chain, AexPatchDeployment ends
//! with CERT_E_CHAINING as a decimal; where the file is not signed, or its signature is not accepted, with 192.

use super::{PredictedOutcome, Prediction, Target, windows};
use crate::codes::HResult;
use crate::codes::hresult::CERT_E_CHAINING;
use crate::judge::{Judged, State};

/// "The vendor patch file is either not signed, or the file signature fails the validation requested by the content
/// provider" (Broadcom KB 164958).
const NOT_ACCEPTED: u32 = 192;

pub(super) fn predict(judged: &Judged<'_>) -> Prediction {
    let prediction = windows::for_target(Target::PatchManagement, judged);
    if prediction.outcome != PredictedOutcome::Rejected {
        return prediction;
    }
    let exit = match judged.state() {
        State::Invalid(HResult(CERT_E_CHAINING)) => HResult(CERT_E_CHAINING).signed_decimal().to_string(),
        _ => NOT_ACCEPTED.to_string(),
    };
    Prediction { reason: format!("{}; AexPatchDeployment ends with {exit}", prediction.reason), ..prediction }
}
