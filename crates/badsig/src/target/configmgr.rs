//! Configuration Manager: `SMS_ISVUPDATES_SYNCAGENT` when third-party content is published in the console.

use super::{PredictedMessage, PredictedOutcome, Prediction, Target};
use crate::codes::Confidence;
use crate::codes::status_messages;
use crate::judge::{Judged, State};

const BADSIG: &str = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_TRUST_FAIL_BADSIG";

pub(super) fn predict(judged: &Judged<'_>) -> Prediction {
    let rejected = |confidence, reason: String| {
        Prediction::new(Target::Configmgr, PredictedOutcome::Rejected, confidence, reason)
    };
    match judged.state() {
        State::Unread => Prediction::unknown(Target::Configmgr),
        State::Detached => rejected(
            Confidence::Inferred,
            "a signature without its file is nothing that can be published".to_owned(),
        ),
        State::Unsigned => Prediction {
            status_message: Some(badsig()),
            ..rejected(Confidence::Documented, "content must be signed, this file is not".to_owned())
        },
        State::Unreadable => Prediction {
            status_message: Some(badsig()),
            ..rejected(
                Confidence::Inferred,
                "the signing certificate cannot be retrieved from the signature".to_owned(),
            )
        },
        State::Invalid(hresult) => rejected(
            Confidence::Inferred,
            format!(
                "the signature check fails ({hresult}); which message the agent raises is not documented"
            ),
        ),
        State::Valid => Prediction::new(
            Target::Configmgr,
            PredictedOutcome::Accepted,
            Confidence::Inferred,
            "signed and valid; the signer's certificate must also be approved in the console",
        ),
    }
}

fn badsig() -> PredictedMessage {
    let id = status_messages::status_message(BADSIG).and_then(|message| message.id);
    PredictedMessage { symbol: BADSIG.to_owned(), id }
}
