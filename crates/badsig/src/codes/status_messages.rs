//! Status messages of SMS_ISVUPDATES_SYNCAGENT, the ConfigMgr component that synchronises third-party
//! catalogs and publishes their content, and two events of its neighbours.
//!
//! Microsoft's page on third-party software updates gives some numbers without names; the component's log
//! gives names without numbers. Where both describe one failure they are paired here and the pairing is
//! marked inferred. A name whose number was not found has none: numbers are never guessed.

use std::borrow::Cow;

use serde::Serialize;

use super::{ANOTHER_PUBLISHER, Confidence, Explanation, Kind};

/// Content is not signed, or its signer cannot be read.
pub const BADSIG: &str = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_TRUST_FAIL_BADSIG";
/// The signer's certificate is blocked or not approved.
pub const TRUST_FAIL: &str = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_TRUST_FAIL";
/// The file is not the one the catalog describes.
pub const HASH_FAIL: &str = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_HASH_FAIL";
/// The update is not in WSUS.
pub const NO_METADATA: &str = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_NO_METADATA";
/// Publishing failed; follows each of the others.
pub const FAIL: &str = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_FAIL";

/// How ConfigMgr marks a status message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Information.
    Info,
    /// Warning.
    Warning,
    /// Error.
    Error,
}

/// One status message or event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusMessage {
    /// Status message, console error or WSUS event.
    pub kind: Kind,
    /// Its number, where one was found.
    pub id: Option<u32>,
    /// Its name, where one was found.
    pub symbol: Option<&'static str>,
    /// How it is marked.
    pub severity: Severity,
    /// The meaning in a few words.
    pub title: &'static str,
    /// The meaning in a sentence or two.
    pub meaning: &'static str,
    /// What usually brings it about.
    pub causes: &'static [&'static str],
    /// What to do, most useful first.
    pub fix: &'static [&'static str],
    /// Caveats.
    pub notes: &'static [&'static str],
    /// How sure the meaning is.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: &'static str,
    /// Other queries worth making.
    pub see_also: &'static [&'static str],
}

impl StatusMessage {
    /// The spelling that finds this entry alone.
    fn canonical(&self) -> String {
        match (self.kind, self.id, self.symbol) {
            (Kind::ConsoleError, Some(id), _) => format!("console:{id}"),
            (Kind::WsusEvent, Some(id), _) => format!("event:{id}"),
            (_, Some(id), _) => id.to_string(),
            (_, None, symbol) => symbol.unwrap_or_default().to_owned(),
        }
    }

    /// The same as an answer of [`explain`](super::explain).
    pub fn explanation(&self) -> Explanation {
        let mut explanation = Explanation::new(self.kind, self.canonical(), self.title, self.meaning);
        explanation.code = self.id;
        explanation.symbol = self.symbol.map(Cow::Borrowed);
        explanation.severity = Some(self.severity);
        explanation.causes = self.causes.iter().copied().map(Cow::Borrowed).collect();
        explanation.fix = self.fix.iter().copied().map(Cow::Borrowed).collect();
        explanation.notes = self.notes.iter().copied().map(Cow::Borrowed).collect();
        explanation.confidence = self.confidence;
        explanation.source = self.source;
        explanation.see_also = self.see_also.iter().copied().map(Cow::Borrowed).collect();
        explanation
    }
}

/// The message with that full name.
pub fn status_message(symbol: &str) -> Option<&'static StatusMessage> {
    TABLE.iter().find(|message| message.symbol == Some(symbol))
}

/// The status message with that number; events and console errors are something else.
pub fn with_number(id: u32) -> Option<&'static StatusMessage> {
    with_id(id).find(|message| message.kind == Kind::StatusMessage)
}

/// The messages and events with that number.
pub(super) fn with_id(id: u32) -> impl Iterator<Item = &'static StatusMessage> {
    TABLE.iter().filter(move |message| message.id == Some(id))
}

const MICROSOFT: &str = "Microsoft, Enable third-party software updates (ConfigMgr)";
const PATCH_MY_PC: &str = "knowledge base of Patch My PC";
const BLOG: &str = "a public blog post (numbers seen in a site's status viewer)";
const NAME_INFERRED: &str =
    "Number and name are documented separately; that they belong together is inferred.";
const NUMBER_UNKNOWN: &str = "The number of this message was not found.";
const SEVERITY_INFERRED: &str = "The severity is inferred.";

const BASE: StatusMessage = StatusMessage {
    kind: Kind::StatusMessage,
    id: None,
    symbol: None,
    severity: Severity::Error,
    title: "",
    meaning: "",
    causes: &[],
    fix: &[],
    notes: &[],
    confidence: Confidence::Documented,
    source: MICROSOFT,
    see_also: &[],
};

/// Every message: those with numbers in order, then those without, then the neighbours' events.
pub(super) const TABLE: &[StatusMessage] = &[
    StatusMessage {
        id: Some(11503),
        severity: Severity::Info,
        title: "catalog synchronised",
        meaning: "The synchronisation of an update catalog has finished.",
        notes: &[SEVERITY_INFERRED],
        source: BLOG,
        ..BASE
    },
    StatusMessage {
        id: Some(11508),
        title: "catalog signature not accepted",
        meaning: "The update catalog's own signature failed, or the certificate that signed it is blocked \
                  or not yet approved.",
        causes: &[
            "The catalog is signed with a new certificate.",
            "Somebody blocked the certificate.",
            "The catalog is not properly signed.",
        ],
        fix: &[
            "Open Administration, Security, Certificates and approve (unblock) the catalog certificate \
             after checking whose it is, then synchronise again.",
            "Check the catalog itself: badsig updates check CATALOG.",
        ],
        ..BASE
    },
    StatusMessage {
        id: Some(11515),
        severity: Severity::Info,
        title: "content published",
        meaning: "The content of an update was published.",
        notes: &[SEVERITY_INFERRED],
        source: BLOG,
        ..BASE
    },
    StatusMessage {
        id: Some(11516),
        symbol: Some(BADSIG),
        title: "content not signed",
        meaning: "The content of an update was not published because it is unsigned: the log says that the \
                  file does not appear to be signed, or that its signing certificate could not be read. Only \
                  validly signed content can be published this way.",
        causes: &[
            "The vendor does not sign this installer.",
            "The download is incomplete, or the signature was stripped.",
            "The file is signed through a separate security catalog (.cat) only: inferred.",
        ],
        fix: &[
            "Ask the vendor for a signed build.",
            ANOTHER_PUBLISHER,
            "Publish metadata only if knowing who needs the update is enough.",
            "Deploy it as a ConfigMgr application.",
            "Signing it yourself changes its hash, so the vendor's catalog no longer fits.",
        ],
        notes: &[
            NAME_INFERRED,
            "Whether a tampered or expired signature also ends here, or in ..._TRUST_FAIL, is not \
             known.",
            "The log's \"reason: 0\" has no known meaning.",
        ],
        see_also: &["0x800B0100", "TRUST_FAIL", "UPDATECONTENT_FAIL"],
        ..BASE
    },
    StatusMessage {
        id: Some(11523),
        severity: Severity::Warning,
        title: "catalog brings no content certificates",
        meaning: "The catalog does not contain the certificates its content is signed with (a catalog of \
                  the old format); publishing content fails until each certificate is unblocked by hand.",
        causes: &["The vendor delivers a V1 catalog."],
        fix: &[
            "Publish once, then unblock the content certificate under Administration, Security, \
             Certificates, and publish again.",
            "Ask the vendor for a V2 or V3 catalog.",
        ],
        see_also: &["TRUST_FAIL"],
        ..BASE
    },
    StatusMessage {
        id: Some(11524),
        symbol: Some(NO_METADATA),
        title: "update not in WSUS",
        meaning: "The content was not published because the description (metadata) of the update is not in \
                  WSUS, or has no content to download.",
        causes: &[
            "The update was published as metadata only by another tool.",
            "The catalog was not synchronised before publishing.",
        ],
        fix: &["Synchronise the catalog and then software updates, and publish again."],
        notes: &[NAME_INFERRED],
        ..BASE
    },
    StatusMessage {
        symbol: Some(TRUST_FAIL),
        title: "content certificate not approved",
        meaning: "The file is signed, but the certificate that signed it is blocked or not approved at this \
                  site; the log names it by its thumbprint.",
        causes: &[
            "The vendor left the certificate out of the catalog.",
            "The catalog was unsubscribed, which withdraws its certificates.",
            "Somebody blocked the certificate.",
        ],
        fix: &[
            "Find the certificate under Administration, Security, Certificates, check whose it is, and \
             unblock it; then publish again.",
            "If it is not listed, ask the vendor to add it to the catalog.",
            "Compare beforehand: badsig check --approved-certificates DIR FILE.",
        ],
        notes: &[NUMBER_UNKNOWN],
        source: PATCH_MY_PC,
        see_also: &["11523", "TRUST_FAIL_BADSIG"],
        ..BASE
    },
    StatusMessage {
        symbol: Some(HASH_FAIL),
        title: "content is not what the catalog describes",
        meaning: "The downloaded file's hash is not the one in the catalog.",
        causes: &[
            "The vendor replaced the file under the same address; the catalog is out of date.",
            "A proxy or antivirus changed the download, or returned an error page.",
            "Somebody signed or edited the file after the catalog was made.",
        ],
        fix: &[
            "Synchronise the catalog again and publish.",
            "Compare file and catalog: badsig updates check CATALOG --content DIR.",
            "Tell the vendor if the catalog is wrong.",
        ],
        notes: &[
            NUMBER_UNKNOWN,
            "Whether the hash is compared before or after the signature is not certain.",
        ],
        source: PATCH_MY_PC,
        see_also: &["0x80246002", "0x80096010"],
        ..BASE
    },
    StatusMessage {
        symbol: Some(FAIL),
        title: "content not published",
        meaning: "Publishing the content of an update failed. It follows a message that says why.",
        causes: &["See the message before it in SMS_ISVUPDATES_SYNCAGENT.log."],
        fix: &["Read that log upwards to the first failure: badsig log FILE."],
        notes: &[NUMBER_UNKNOWN],
        source: PATCH_MY_PC,
        see_also: &["TRUST_FAIL_BADSIG", "TRUST_FAIL", "HASH_FAIL", "11524"],
        ..BASE
    },
    StatusMessage {
        kind: Kind::ConsoleError,
        id: Some(193),
        title: "catalog cannot be read",
        meaning: "The file at the catalog's address is not a catalog of a known format.",
        causes: &[
            "The address leads to an error page or a login.",
            "The file is not a CAB, or holds no catalog.",
        ],
        fix: &["Download it by hand and check it: badsig updates check CATALOG."],
        source: PATCH_MY_PC,
        see_also: &["0x800700C1"],
        ..BASE
    },
    StatusMessage {
        kind: Kind::ConsoleError,
        id: Some(12045),
        title: "catalog server not trusted",
        meaning: "The catalog was not downloaded because the certificate of the web server chains to an \
                  authority that the site server does not trust.",
        causes: &[
            "A proxy opens the encrypted connection and presents its own certificate.",
            "Root certificates are out of date.",
        ],
        fix: &["Trust the proxy's authority on the site server, or exempt the catalog's address from \
                inspection."],
        source: PATCH_MY_PC,
        see_also: &["0x80072F0D"],
        ..BASE
    },
    StatusMessage {
        kind: Kind::WsusEvent,
        id: Some(364),
        title: "WSUS refused a downloaded file",
        meaning: "WSUS could not take a file into its content folder. When the text says that the file's \
                  certificate verification failed, the number beside it is the HRESULT as an unsigned \
                  decimal, for example 2148204800 for 0x800B0100.",
        causes: &["The file's signature is missing or not trusted on the WSUS server."],
        fix: &[
            "Explain the number in the event's text.",
            "Bring the WSUS server's root certificates up to date.",
        ],
        source: "Microsoft TechNet wiki 4165",
        see_also: &["2148204800", "2148204810"],
        ..BASE
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_numbers_are_not_invented() {
        for symbol in [TRUST_FAIL, HASH_FAIL, FAIL] {
            assert_eq!(status_message(symbol).unwrap().id, None);
        }
        let numbered: Vec<u32> = TABLE
            .iter()
            .filter(|message| message.kind == Kind::StatusMessage)
            .filter_map(|message| message.id)
            .collect();
        assert_eq!(numbered, [11503, 11508, 11515, 11516, 11523, 11524]);
    }

    #[test]
    fn pairings_are_marked_as_inferred() {
        for message in TABLE.iter().filter(|message| message.kind == Kind::StatusMessage) {
            let paired = message.id.is_some() && message.symbol.is_some();
            assert_eq!(message.notes.contains(&NAME_INFERRED), paired, "{}", message.title);
        }
    }

    #[test]
    fn badsig_is_11516() {
        assert_eq!(status_message(BADSIG).unwrap().id, Some(11516));
    }
}
