//! What one record says, in terms of publishing and installing. Wordings of ConfigMgr are those of Microsoft's
//! documentation and of published excerpts.

use super::message::{between, failing_code, guid, installer, number_after, speaks_of_failure};
use super::record::Record;
use crate::codes::HResult;
use crate::codes::exit_codes::{self, Program};
use crate::codes::status_messages::{self, Severity};

/// What one record says.
#[derive(Debug, PartialEq)]
pub(super) enum Event<'a> {
    /// The agent has downloaded the content of an update.
    Downloaded { update: Option<&'a str>, url: &'a str, path: &'a str },
    /// A download has an address; what is done with it comes later.
    Address(&'a str),
    /// A file's signature is about to be checked.
    Examining(&'a str),
    /// The agent found a signer's certificate.
    LooksSigned(&'a str),
    /// The agent found no signer's certificate.
    NotSigned(&'a str),
    /// The agent's signature check failed.
    CheckFailed { update: Option<&'a str>, reason: Option<&'a str> },
    /// The agent's signature check passed.
    CheckPassed { update: Option<&'a str> },
    /// WSUS is asked to take the content.
    Publishing,
    /// A content certificate is blocked at this site.
    CertificateBlocked(&'a str),
    /// A catalog certificate is not approved yet.
    CertificateNotApproved(&'a str),
    /// A status message with a name.
    Status(&'a str),
    /// A status message with a number that stands for a failure.
    StatusNumber(u32),
    /// An exception was caught while WSUS published.
    WsusException,
    /// What an exception says.
    ExceptionMessage(&'a str),
    /// The title of an update, or the name of a package.
    Title { title: &'a str, update: Option<&'a str> },
    /// The patch agent ended with a code that is no HRESULT.
    PatchExit { code: u32, path: Option<&'a str> },
    /// Something failed with a code.
    Failed { code: u32, path: Option<&'a str>, update: Option<&'a str> },
    /// An installer's last word.
    Final { code: u32 },
    /// Marked as an error without a code that could be explained.
    OtherError,
}

impl<'a> Event<'a> {
    /// What a record says; most say nothing of interest.
    pub(super) fn of(record: &'a Record<'_>) -> Option<Event<'a>> {
        let message = record.message.as_ref();
        agent(message)
            .or_else(|| status(message))
            .or_else(|| setup(message))
            .or_else(|| client(message))
            .or_else(|| patch_agent(message, record.component))
            .or_else(|| coded(message))
            .or(record.error.then_some(Event::OtherError))
    }

    /// The same in a sentence, for the reader of the log.
    pub(super) fn meaning(&self) -> String {
        let code = match *self {
            Event::Failed { code, .. } | Event::Final { code } => HResult(code),
            _ => return self.plain_meaning().to_owned(),
        };
        let meaning = code.entry().map_or("not known", |entry| entry.title);
        format!("{}: {code} means {meaning}", self.plain_meaning())
    }

    fn plain_meaning(&self) -> &'static str {
        match self {
            Event::Downloaded { .. } => "the content was downloaded",
            Event::Address(_) => "the address of the content",
            Event::Examining(_) => "the signature of the file is about to be checked",
            Event::LooksSigned(_) => "a signer's certificate was found in the file",
            Event::NotSigned(_) => "no signer's certificate was found in the file",
            Event::CheckFailed { reason: Some(_), .. } => {
                "the agent refuses the content; the meaning of the reason's number is not known"
            }
            Event::CheckFailed { .. } => "the agent refuses the content",
            Event::CheckPassed { .. } => "the signature was accepted",
            Event::Publishing => "WSUS is asked to take the content",
            Event::CertificateBlocked(_) => {
                "the signer's certificate is blocked or not approved at this site"
            }
            Event::CertificateNotApproved(_) => "the certificate that signed the catalog is not approved yet",
            Event::Status(_) | Event::StatusNumber(_) => "the status message that the console shows",
            Event::WsusException => "WSUS failed, after the content's own signature was accepted",
            Event::ExceptionMessage(_) => "what the exception says",
            Event::Title { .. } => "the update's title",
            Event::PatchExit { .. } => "the patch agent gave up",
            Event::Failed { .. } => "something failed",
            Event::Final { .. } => "the installer's result, often more general than its cause",
            Event::OtherError => "an error without a code that is known",
        }
    }
}

/// `SMS_ISVUPDATES_SYNCAGENT`.
fn agent(message: &str) -> Option<Event<'_>> {
    if !(message.contains("Sync") || message.contains("igned") || message.contains("ignature")) {
        return None;
    }
    let update = guid(message);
    let quoted = between(message, "'", "'").unwrap_or_default();
    if message.contains("does not appear to be signed") {
        Some(Event::NotSigned(quoted))
    } else if message.contains("appears to be signed") {
        Some(Event::LooksSigned(quoted))
    } else if message.contains("Signature check on download") && message.contains("has failed") {
        let reason = message.split_once("reason:").map(|(_, reason)| reason.trim().trim_end_matches('.'));
        Some(Event::CheckFailed { update, reason })
    } else if message.contains("Signature check on download") && message.contains("has completed") {
        Some(Event::CheckPassed { update })
    } else if let Some(rest) =
        message.split_once("completed download of content from '").map(|(_, rest)| rest)
    {
        let (url, rest) = rest.split_once('\'')?;
        Some(Event::Downloaded { update, url, path: between(rest, "'", "'").unwrap_or_default() })
    } else if message.contains("Calling WSUS to add content") {
        Some(Event::Publishing)
    } else if message.contains("Certificate '") && message.contains("is BLOCKED") {
        Some(Event::CertificateBlocked(between(message, "Certificate '", "'")?))
    } else if message.contains("Certificate '") && message.contains("is not yet approved") {
        Some(Event::CertificateNotApproved(between(message, "Certificate '", "'")?))
    } else if message.contains("occurred in update server API") {
        Some(Event::WsusException)
    } else {
        let said = message.split_once("Exception Message:").map(|(_, said)| said.trim());
        said.map(Event::ExceptionMessage)
    }
}

/// `STATMSG: (NAME).` and `STATMSG: ID=… SEV=E …`.
fn status(message: &str) -> Option<Event<'_>> {
    let rest = message.split_once("STATMSG:")?.1.trim_start();
    // Underscores are escaped where a log was pasted into Markdown.
    if let Some(name) = rest.strip_prefix('(').and_then(|rest| rest.split(')').next()) {
        return Some(Event::Status(name));
    }
    let number = number_after(rest, "ID=").and_then(|number| u32::try_from(number).ok())?;
    let known = status_messages::with_number(number);
    match known {
        Some(message) => (rest.contains("SEV=E") || message.severity != Severity::Info)
            .then_some(Event::StatusNumber(number)),
        // An error of another component: counted, not explained.
        None => rest.contains("SEV=E").then_some(Event::OtherError),
    }
}

/// The setup of the .NET Framework, in any language: the words around its files are always English.
fn setup(message: &str) -> Option<Event<'_>> {
    if let Some(path) = message.strip_prefix("Verifying Digital Signatures:") {
        return Some(Event::Examining(path.trim()));
    }
    if let Some(name) = message.strip_prefix("Package Name =") {
        return Some(Event::Title { title: name.trim(), update: None });
    }
    if message.starts_with("Final Result:") {
        return failing_code(message).map(|code| Event::Final { code });
    }
    let failed = message.contains("Signature verification for file")
        || message.contains("failed authentication")
        || message.contains("WinVerifyTrust failed");
    let code = failed.then(|| failing_code(message)).flatten()?;
    let named = message.split_once("erification for file ").or_else(|| message.split_once("File "));
    let path = named.and_then(|(_, rest)| between(rest, "(", ")"));
    Some(Event::Failed { code, path, update: None })
}

/// `PatchDownloader`, `WUAHandler`, `UpdatesDeployment`.
fn client(message: &str) -> Option<Event<'_>> {
    if let Some(path) = message.strip_prefix("Verifying file trust ") {
        return Some(Event::Examining(path.trim()));
    }
    if let Some(url) = message.strip_prefix("Contentsource = ") {
        return Some(Event::Address(url.trim_end_matches([' ', '.'])));
    }
    if message.starts_with("Download http") && !message.contains("fail") {
        return message.split(' ').nth(1).map(Event::Address);
    }
    if let Some((_, rest)) = message.split_once("Update (Missing): ") {
        let update = guid(rest);
        let end = update.and_then(|update| rest.find(update)).unwrap_or(rest.len());
        let title = rest.get(..end).unwrap_or(rest).trim_end_matches([' ', '(']);
        return Some(Event::Title { title, update });
    }
    if let Some(rest) = message.split_once("Authentication of file ").map(|(_, rest)| rest) {
        let code = failing_code(message)?;
        return Some(Event::Failed { code, path: rest.split(" failed").next(), update: guid(message) });
    }
    message.contains("added to the targeted list").then(|| Event::Title {
        title: between(message, "Name (", ") ArticleID").unwrap_or_default(),
        update: guid(message),
    })
}

/// `AexPatchDeployment` and its kin: "exit code" with 192 or an HRESULT.
fn patch_agent<'a>(message: &'a str, component: &str) -> Option<Event<'a>> {
    let word =
        ["exit code", "Exit code", "exitcode", "ExitCode"].into_iter().find(|word| message.contains(word))?;
    let number = number_after(message, word)?;
    if let Ok(code) = i32::try_from(number)
        && code < 0
    {
        return Some(Event::Failed {
            code: code.cast_unsigned(),
            path: installer(message),
            update: guid(message),
        });
    }
    let number = u32::try_from(number).ok()?;
    if number >= 0x8000_0000 {
        return Some(Event::Failed { code: number, path: installer(message), update: guid(message) });
    }
    let altiris = [message, component].iter().any(|text| {
        let text = text.to_ascii_lowercase();
        text.contains("aexpatch") || text.contains("patch") || text.contains("software update")
    });
    let known = || exit_codes::exit_codes(number).any(|entry| entry.program == Program::Aexpatch);
    (altiris && known()).then(|| Event::PatchExit { code: number, path: installer(message) })
}

/// Anything that speaks of a failure and gives a code.
fn coded(message: &str) -> Option<Event<'_>> {
    let code = speaks_of_failure(message).then(|| failing_code(message)).flatten()?;
    Some(Event::Failed { code, path: installer(message), update: guid(message) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> String {
        format!("{:?}", Event::of(&Record::read(line)))
    }

    #[test]
    fn wordings_of_the_agent() {
        assert_eq!(
            of(
                r"SyncUpdate: File 'D:\a\b.msi' does not appear to be signed or there was an error retrieving the signing certificate. Signatures are required."
            ),
            r#"Some(NotSigned("D:\\a\\b.msi"))"#
        );
        assert_eq!(
            of("Signature check on downloaded binary has failed, reason: 0."),
            r#"Some(CheckFailed { update: None, reason: Some("0") })"#
        );
        assert_eq!(of("STATMSG: (SRVMSG_X)."), r#"Some(Status("SRVMSG_X"))"#);
        assert_eq!(of("STATMSG: ID=11516 SEV=E LEV=M"), "Some(StatusNumber(11516))");
        assert_eq!(of("STATMSG: ID=11515 SEV=I LEV=M"), "None");
        assert_eq!(of("STATMSG: ID=6703 SEV=E LEV=M"), "Some(OtherError)");
        assert_eq!(of("SyncUpdate: Certificate 'AB' is BLOCKED."), r#"Some(CertificateBlocked("AB"))"#);
        assert_eq!(of("SyncUpdateCatalog: Added certificate AB."), "None");
    }

    #[test]
    fn wordings_of_others() {
        assert_eq!(
            of(r"Authentication of file C:\T\CAB1.tmp failed, error 0x800b0004"),
            r#"Some(Failed { code: 2148204548, path: Some("C:\\T\\CAB1.tmp"), update: None })"#
        );
        assert_eq!(
            of("AexPatchDeployment ended with exit code 192"),
            "Some(PatchExit { code: 192, path: None })"
        );
        assert_eq!(of("ended with exit code 0"), "None");
        assert_eq!(
            of("Failed to download updates to the WUAgent datastore. Error = 0x800b0109."),
            "Some(Failed { code: 2148204809, path: None, update: None })"
        );
        assert_eq!(of("Download succeeded 0x800b0109 bytes"), "None");
    }
}
