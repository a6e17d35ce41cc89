//! Lines of `SMS_ISVUPDATES_SYNCAGENT.log` as they are public, with the subject's own name in place.

use crate::codes::status_messages::FAIL;
use crate::judge::Judged;

/// The folder that the agent downloads to: below the site's folder, with a random name.
const FOLDER: &str = r"…\ISVTemp\<random>\";
/// The update's id, which only the update catalog knows.
const UPDATE: &str = "<update id>";

/// The name of the file that the agent would have downloaded.
fn file(judged: &Judged<'_>) -> String {
    let facts = judged.facts;
    let name = Some(facts.file_name()).filter(|name| !name.is_empty()).unwrap_or(&facts.path);
    format!("{FOLDER}{name}")
}

/// The agent finds no signer's certificate.
pub(super) fn not_signed(judged: &Judged<'_>, message: &str) -> Vec<String> {
    vec![
        format!(
            "SyncUpdate: File '{}' does not appear to be signed or there was an error retrieving the signing \
             certificate. Signatures are required.",
            file(judged)
        ),
        "Signature check on downloaded binary has failed, reason: 0.".to_owned(),
        status(message),
        status(FAIL),
    ]
}

/// The agent finds a signer's certificate.
pub(super) fn looks_signed(judged: &Judged<'_>) -> Vec<String> {
    vec![format!(
        "SyncUpdate: File '{}' appears to be signed, retrieved certificate, checking signature...",
        file(judged)
    )]
}

/// The signature does not pass; which status message comes then is not known.
pub(super) fn check_failed() -> Vec<String> {
    vec![format!("SyncUpdate: {UPDATE} - Signature check on downloaded binary has failed."), status(FAIL)]
}

/// The signature passes. "download" is the agent's own spelling here.
pub(super) fn check_passed() -> Vec<String> {
    vec![format!("SyncUpdate: {UPDATE} - Signature check on download binary has completed.")]
}

/// The signer's certificate is not approved.
pub(super) fn blocked(thumbprint: &str, message: &str) -> Vec<String> {
    vec![
        format!("SyncUpdate: Certificate '{thumbprint}' is BLOCKED."),
        format!("SyncUpdate: {UPDATE} - Signature check on downloaded binary has failed."),
        status(message),
        status(FAIL),
    ]
}

/// The digest is not that of the update catalog.
pub(super) fn other_digest(message: &str) -> Vec<String> {
    vec![status(message), status(FAIL)]
}

/// WSUS is asked to take the content.
pub(super) fn publishing() -> Vec<String> {
    vec![format!("SyncUpdate: {UPDATE} - Calling WSUS to add content for '<update title>'")]
}

fn status(message: &str) -> String {
    format!("STATMSG: ({message}).")
}
