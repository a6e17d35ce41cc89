//! What the codes mean that an administrator meets while publishing or installing third-party updates, and
//! what to do about them.
//!
//! Pure data: HRESULTs of trust checks, of the Windows Update agent and of ConfigMgr, state messages,
//! status messages, exit codes and the WinTrust State. [`explain`] finds them in any spelling. Nothing here
//! decides anything about a file.
//!
//! Every answer carries its [`Confidence`]: documented by a source that was read, inferred, or unknown. No
//! Windows computer was asked.

pub mod configmgr;
pub mod exit_codes;
pub mod hresult;
pub mod state_messages;
pub mod status_messages;
pub mod wintrust_state;

mod nearest;
mod spelling;
mod trust;
mod windows;
mod wua;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use exit_codes::{ExitCode, Program};
pub use hresult::{HResult, HResultEntry, hresult};
pub use nearest::{Suggestion, UnknownCode};
pub use state_messages::StateMessage;
pub use status_messages::{Severity, StatusMessage};
pub use wintrust_state::{StateReading, WintrustState};

use spelling::Reading;

/// What to do with content that is not signed, besides asking its vendor. That the vendor's file need not be signed there: knowledge
/// base of Patch My PC; that clients must trust the certificate: Microsoft, "Updates Publisher security".
pub(crate) const ANOTHER_PUBLISHER: &str = "Publish it through a publisher that uses the WSUS interface: WSUS signs the \
     cabinet around the file, and the vendor's file need not be signed. Endpoints must trust the certificate of WSUS. \
     Updates Publisher (SCUP) is one of them; whether Microsoft still supports it, its list of deprecated features says.";

/// A text that is usually written down and sometimes computed.
pub type Text = Cow<'static, str>;

/// How sure an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A source that was read says so.
    Documented,
    /// Concluded from what sources say.
    Inferred,
    /// Looked for and not found, or the sources contradict each other.
    Unknown,
}

impl Confidence {
    /// The word of reports.
    pub const fn name(self) -> &'static str {
        match self {
            Confidence::Documented => "documented",
            Confidence::Inferred => "inferred",
            Confidence::Unknown => "unknown",
        }
    }
}

/// What kind of thing a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Exit code of Patch Management's AexPatchDeployment.
    AexpatchExit,
    /// Exit code of badsig.
    BadsigExit,
    /// HRESULT of a current ConfigMgr client.
    #[serde(rename = "configmgr")]
    ConfigMgr,
    /// HRESULT of ConfigMgr 2007.
    #[serde(rename = "configmgr-2007")]
    ConfigMgr2007,
    /// Error shown in the ConfigMgr console for a catalog.
    ConsoleError,
    /// Reason code of Qualys Patch Management.
    QualysReason,
    /// State message of a ConfigMgr client.
    StateMessage,
    /// Status message of SMS_ISVUPDATES_SYNCAGENT.
    StatusMessage,
    /// HRESULT of a trust or certificate check.
    Trust,
    /// HRESULT of Windows, COM or .NET.
    Windows,
    /// HRESULT of the Windows Update agent.
    WindowsUpdate,
    /// Value of WinTrust's State.
    WintrustState,
    /// Event of WSUS.
    WsusEvent,
}

impl Kind {
    /// Whether codes of this kind are HRESULTs.
    pub const fn is_hresult(self) -> bool {
        use Kind::{ConfigMgr, ConfigMgr2007, Trust, Windows, WindowsUpdate};
        matches!(self, ConfigMgr | ConfigMgr2007 | Trust | Windows | WindowsUpdate)
    }

    /// Whether codes of this kind are what a process ends with.
    pub const fn is_exit_code(self) -> bool {
        matches!(self, Self::AexpatchExit | Self::BadsigExit | Self::QualysReason)
    }
}

/// What one code means and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The spelling by which [`explain`] finds exactly this again.
    pub id: String,
    /// Its number, where it has one.
    pub code: Option<u32>,
    /// Its name, where it has one.
    pub symbol: Option<Text>,
    /// How a status message is marked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The meaning in a few words.
    pub title: Text,
    /// The meaning in a sentence or two.
    pub meaning: Text,
    /// What usually brings it about.
    pub causes: Vec<Text>,
    /// What to do, most useful first; empty when nothing needs doing.
    pub fix: Vec<Text>,
    /// Caveats.
    pub notes: Vec<Text>,
    /// How sure the meaning is.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: &'static str,
    /// Other spellings: decimals, second names.
    pub also_written: Vec<String>,
    /// Other queries worth making.
    pub see_also: Vec<Text>,
    /// The value taken apart, for a WinTrust State.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wintrust_state: Option<StateReading>,
}

impl Explanation {
    fn new(kind: Kind, id: String, title: &'static str, meaning: impl Into<Text>) -> Self {
        Self {
            kind,
            id,
            code: None,
            symbol: None,
            severity: None,
            title: Cow::Borrowed(title),
            meaning: meaning.into(),
            causes: Vec::new(),
            fix: Vec::new(),
            notes: Vec::new(),
            confidence: Confidence::Documented,
            source: "",
            also_written: Vec::new(),
            see_also: Vec::new(),
            wintrust_state: None,
        }
    }
}

/// Explains a code in any usual spelling; several answers when it can mean several things.
///
/// ```
/// let answers = badsig::codes::explain("-2146762486")?;
/// assert_eq!(answers[0].symbol.as_deref(), Some("CERT_E_CHAINING"));
/// # Ok::<(), badsig::codes::UnknownCode>(())
/// ```
///
/// # Errors
///
/// [`UnknownCode`], with the nearest known codes, when the query fits none.
pub fn explain(query: &str) -> Result<Vec<Explanation>, UnknownCode> {
    let mut answers: Vec<Explanation> = Vec::new();
    for answer in spelling::readings(query).iter().flat_map(answers_to) {
        if answers.iter().all(|earlier| earlier.id != answer.id) {
            answers.push(answer);
        }
    }
    if answers.is_empty() { Err(nearest::unknown(query)) } else { Ok(answers) }
}

/// Everything that is known, except WinTrust States, which are computed.
pub fn known() -> impl Iterator<Item = Explanation> {
    let hresults = hresult::hresults().map(HResultEntry::explanation);
    let statuses = status_messages::TABLE.iter().map(StatusMessage::explanation);
    let states = state_messages::TABLE.iter().map(StateMessage::explanation);
    let exits = exit_codes::TABLE.iter().map(ExitCode::explanation);
    hresults.chain(statuses).chain(states).chain(exits)
}

fn answers_to(reading: &Reading) -> Vec<Explanation> {
    match reading {
        Reading::HResult(code) => hresult_or_win32(*code),
        Reading::Small(number) => small_number(*number),
        Reading::State { topic, id } => {
            state_messages::state_message(*topic, *id).map(StateMessage::explanation).into_iter().collect()
        }
        Reading::Topic(number) => topic(*number),
        Reading::Wintrust(state) => vec![WintrustState(*state).explanation()],
        Reading::Exit { program, code } => exit(*program, *code),
        Reading::ConsoleError(number) => events(*number, Kind::ConsoleError),
        Reading::Event(number) => events(*number, Kind::WsusEvent),
        Reading::Symbol(name) => named(name),
    }
}

fn hresult_or_win32(code: u32) -> Vec<Explanation> {
    hresult(code).map(HResultEntry::explanation).into_iter().chain(win32(code)).collect()
}

/// A number up to 16 bits that Windows also writes as 0x8007xxxx.
fn win32(code: u32) -> Option<Explanation> {
    let error = u16::try_from(code).ok().filter(|error| *error != 0)?;
    hresult(windows::from_win32(error)).map(HResultEntry::explanation)
}

fn small_number(number: u32) -> Vec<Explanation> {
    let messages = status_messages::with_id(number).map(StatusMessage::explanation);
    let exits = exit_codes::exit_codes(number).map(ExitCode::explanation);
    messages.chain(exits).chain(topic(number)).chain(hresult_or_win32(number)).collect()
}

fn topic(number: u32) -> Vec<Explanation> {
    state_messages::state_topic(number).map(state_messages::Topic::explanation).into_iter().collect()
}

/// Programs also end with an HRESULT or a Win32 error.
fn exit(program: Option<Program>, code: u32) -> Vec<Explanation> {
    let own = exit_codes::exit_codes(code)
        .filter(|entry| program.is_none_or(|program| program == entry.program))
        .map(ExitCode::explanation);
    let passed_on = if program == Some(Program::Badsig) { Vec::new() } else { hresult_or_win32(code) };
    own.chain(passed_on).collect()
}

fn events(number: u32, kind: Kind) -> Vec<Explanation> {
    let messages = status_messages::with_id(number).filter(|message| message.kind == kind);
    messages.map(StatusMessage::explanation).collect()
}

/// By whole name; failing that, by the end of it (`NOSIGNATURE`, `HASH_FAIL`).
fn named(name: &str) -> Vec<Explanation> {
    if let Some(bit) = wintrust_state::bit_named(name) {
        return vec![WintrustState(bit.mask).explanation()];
    }
    let whole: Vec<Explanation> = known().filter(|known| has_name(known, |own| own == name)).collect();
    if !whole.is_empty() {
        return whole;
    }
    let tail = format!("_{name}");
    known().filter(|known| has_name(known, |own| own.ends_with(&tail))).collect()
}

fn has_name(explanation: &Explanation, fits: impl Fn(&str) -> bool) -> bool {
    let names = explanation.symbol.as_deref().into_iter();
    names
        .chain(explanation.also_written.iter().map(String::as_str))
        .any(|name| fits(&name.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ids(query: &str) -> Vec<String> {
        match explain(query) {
            Ok(answers) => answers.into_iter().map(|answer| answer.id).collect(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn the_spellings_of_the_brief() {
        for query in
            ["0x800B0100", "800b0100", "-2146762496", "2148204800", "TRUST_E_NOSIGNATURE", "nosignature"]
        {
            assert_eq!(ids(query), ["0x800B0100"], "{query}");
        }
        assert_eq!(ids("301/6"), ["301/6"]);
        assert_eq!(ids(status_messages::BADSIG), ["11516"]);
        assert_eq!(ids("updatecontent_trust_fail_badsig"), ["11516"]);
        assert_eq!(ids("BADSIG"), ["11516"]);
        assert_eq!(ids("11516"), ["11516"]);
        assert_eq!(ids("192"), ["aexpatch:192"]);
        assert_eq!(ids("state:0xc9"), ["state:0xC9"]);
    }

    #[test]
    fn ambiguous_numbers_give_every_reading() {
        assert_eq!(ids("exit:10"), ["exit:10", "qualys:10"]);
        assert_eq!(ids("exit code 10"), ["exit:10", "qualys:10"]);
        assert_eq!(ids("badsig exit code 10"), ["exit:10"]);
        assert_eq!(ids("5"), ["qualys:5", "0x80070005"]);
        assert_eq!(ids("193"), ["console:193", "0x800700C1"]);
        assert_eq!(ids("0"), ["exit:0", "0x00000000"]);
        assert_eq!(ids("exit code -2146762486"), ["0x800B010A"]);
        assert_eq!(ids("1603"), ["0x80070643"]);
        assert_eq!(ids("E_CONTENT_NOT_FOUND"), ["0x80040607", "0x87D00607"]);
    }

    #[test]
    fn a_short_tail_finds_every_name_that_ends_so() {
        assert_eq!(ids("UPDATECONTENT_FAIL"), [status_messages::FAIL]);
        assert_eq!(ids("HASH_FAIL"), [status_messages::HASH_FAIL]);
        assert_eq!(ids("UPDATECONTENT_TRUST_FAIL"), [status_messages::TRUST_FAIL]);
    }

    #[test]
    fn a_topic_lists_its_states() {
        let answers = explain("301").unwrap();
        assert_eq!(answers[0].id, "301/*");
        assert!(answers[0].meaning.contains("6 Failed to install updates"));
    }

    #[test]
    fn a_bit_is_found_by_name() {
        assert_eq!(ids("WTPF_OFFLINEOK_COM"), ["state:0x800"]);
        assert_eq!(ids("ignorerevokation"), ["state:0x200"]);
    }

    #[test]
    fn every_id_is_unique_and_finds_itself() {
        let mut seen = BTreeSet::new();
        for explanation in known() {
            assert!(ids(&explanation.id).contains(&explanation.id), "{}", explanation.id);
            assert!(seen.insert(explanation.id.clone()), "{} twice", explanation.id);
        }
    }

    #[test]
    fn every_symbol_and_other_spelling_finds_its_code() {
        for explanation in known() {
            let spellings =
                explanation.also_written.iter().map(String::as_str).chain(explanation.symbol.as_deref());
            for spelling in spellings {
                assert!(ids(spelling).contains(&explanation.id), "{spelling} of {}", explanation.id);
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for explanation in known() {
            for reference in &explanation.see_also {
                assert!(explain(reference).is_ok(), "{reference} in {}", explanation.id);
            }
        }
    }

    #[test]
    fn texts_are_single_plain_lines() {
        for explanation in known() {
            let texts = explanation.causes.iter().chain(&explanation.fix).chain(&explanation.notes);
            for text in texts.chain([&explanation.title, &explanation.meaning]) {
                assert!(!text.contains('\n') && !text.contains("  "), "{text:?}");
                assert!(text.is_ascii(), "{text:?}");
            }
        }
    }

    #[test]
    fn the_json_shape() {
        let answer = &explain("0x800B010A").unwrap()[0];
        let json = serde_json::to_value(answer).unwrap();
        assert_eq!(json["kind"], "trust");
        assert_eq!(json["id"], "0x800B010A");
        assert_eq!(json["code"], 0x800B_010A_u32);
        assert_eq!(json["confidence"], "documented");
        assert_eq!(json["also_written"], serde_json::json!(["-2146762486", "2148204810"]));
        assert!(json.get("wintrust_state").is_none());
        let state = serde_json::to_value(&explain("state:0x8C9").unwrap()[0]).unwrap();
        assert_eq!(state["wintrust_state"]["setreg"][4]["value"], true);
        assert_eq!(state["wintrust_state"]["unknown_bits"], 0x49);
    }

    #[test]
    fn any_text_is_answered_without_panic() {
        for query in
            ["", "-", "0x", "/", "state:x", "\u{fffd}\u{10ffff}", "e\u{301}xit:1", "ÄÖÜ", "exit\u{a0}1"]
        {
            assert!(explain(query).is_err(), "{query:?}");
        }
    }
}
