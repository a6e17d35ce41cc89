//! What somebody may have meant who asked for a code that is not known.

use std::fmt;

use serde::Serialize;
use strsim::damerau_levenshtein;

use super::spelling::{self, Reading};
use super::{Explanation, Kind, Text, hresult, known};

/// How many suggestions are made.
const SUGGESTIONS: usize = 3;
/// Longer queries are no names; comparing them would only cost time.
const LONGEST_NAME: usize = 128;
/// Highest number that is plausibly a WinTrust State.
const HIGHEST_STATE: u32 = 0x7_FFFF;

/// A query that names no known code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnknownCode {
    /// What was asked.
    pub query: String,
    /// The nearest known codes, nearest first; may be empty.
    pub nearest: Vec<Suggestion>,
}

/// A known code near the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// What to ask instead.
    pub id: String,
    /// Its name, where it has one.
    pub symbol: Option<Text>,
    /// Its meaning in a few words.
    pub title: Text,
}

impl From<Explanation> for Suggestion {
    fn from(explanation: Explanation) -> Self {
        Self { id: explanation.id, symbol: explanation.symbol, title: explanation.title }
    }
}

impl fmt::Display for UnknownCode {
    /// The query is quoted and escaped: it may come from a log or a file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.query.chars().take(LONGEST_NAME).collect();
        write!(f, "unknown code \"{}\"", shown.escape_debug())?;
        for (index, suggestion) in self.nearest.iter().enumerate() {
            write!(f, "{} {suggestion}", if index == 0 { "; nearest known:" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.symbol {
            Some(symbol) if *symbol != self.id => write!(f, "{} {symbol} ({})", self.id, self.title),
            _ => write!(f, "{} ({})", self.id, self.title),
        }
    }
}

impl std::error::Error for UnknownCode {}

/// The error for `query`, with suggestions.
pub(super) fn unknown(query: &str) -> UnknownCode {
    let mut nearest: Vec<Suggestion> = Vec::new();
    for suggestion in spelling::readings(query).iter().flat_map(near) {
        if !nearest.contains(&suggestion) {
            nearest.push(suggestion);
        }
    }
    nearest.truncate(SUGGESTIONS);
    UnknownCode { query: query.to_owned(), nearest }
}

fn near(reading: &Reading) -> Vec<Suggestion> {
    match reading {
        Reading::HResult(code) => near_hresult(*code),
        Reading::Small(number) => near_number(*number, |kind| !matches!(kind, Kind::StateMessage)),
        Reading::State { topic, id } => near_state(*topic, *id),
        Reading::Topic(number) => near_state(*number, 0),
        Reading::Exit { code, .. } => near_number(*code, Kind::is_exit_code),
        Reading::ConsoleError(number) | Reading::Event(number) => {
            near_number(*number, |kind| matches!(kind, Kind::ConsoleError | Kind::WsusEvent))
        }
        Reading::Wintrust(_) => Vec::new(),
        Reading::Symbol(name) => near_symbol(name),
    }
}

/// A decimal that lost its minus sign and a State without its word are likelier than a neighbour.
fn near_hresult(code: u32) -> Vec<Suggestion> {
    if code <= HIGHEST_STATE {
        return vec![super::WintrustState(code).explanation().into()];
    }
    if let Some(entry) = hresult::hresult(code.wrapping_neg()) {
        return vec![entry.explanation().into()];
    }
    let mut entries: Vec<_> = hresult::hresults().filter(|entry| !entry.code.is_success()).collect();
    entries.sort_by_key(|entry| entry.code.0.abs_diff(code));
    entries.into_iter().take(SUGGESTIONS).map(|entry| entry.explanation().into()).collect()
}

fn near_number(number: u32, wanted: fn(Kind) -> bool) -> Vec<Suggestion> {
    let mut candidates: Vec<(u32, Explanation)> = known()
        .filter(|explanation| !explanation.kind.is_hresult() && wanted(explanation.kind))
        .filter_map(|explanation| Some((explanation.code?.abs_diff(number), explanation)))
        .collect();
    candidates.sort_by_key(|(distance, _)| *distance);
    candidates.into_iter().take(SUGGESTIONS).map(|(_, explanation)| explanation.into()).collect()
}

fn near_state(topic: u32, id: u32) -> Vec<Suggestion> {
    let mut states: Vec<_> = super::state_messages::TABLE.iter().collect();
    states.sort_by_key(|state| (state.topic.abs_diff(topic), state.id.abs_diff(id)));
    states.into_iter().take(SUGGESTIONS).map(|state| state.explanation().into()).collect()
}

fn near_symbol(name: &str) -> Vec<Suggestion> {
    if name.len() > LONGEST_NAME {
        return Vec::new();
    }
    let mut candidates: Vec<(usize, Explanation)> = known()
        .filter_map(|explanation| Some((distance(name, explanation.symbol.as_deref()?), explanation)))
        .filter(|(distance, _)| distance.saturating_mul(3) <= name.len())
        .collect();
    candidates.sort_by_key(|(distance, _)| *distance);
    candidates.into_iter().take(SUGGESTIONS).map(|(_, explanation)| explanation.into()).collect()
}

/// Long names are also compared by their tail, because nobody types the head.
fn distance(name: &str, symbol: &str) -> usize {
    let symbol = symbol.to_ascii_uppercase();
    let tail =
        symbol.rsplit_once("SYNCAGENT_UPDATECONTENT_").map(|(_, tail)| damerau_levenshtein(name, tail));
    damerau_levenshtein(name, &symbol).min(tail.unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(query: &str) -> Vec<String> {
        unknown(query).nearest.into_iter().map(|suggestion| suggestion.id).collect()
    }

    #[test]
    fn numbers_lead_to_their_neighbours() {
        assert_eq!(ids("0x800B0115")[0], "0x800B0114");
        assert_eq!(ids("11517")[0], "11516");
        assert_eq!(ids("301/11")[0], "301/10");
        assert_eq!(ids("exit:11")[0], "qualys:11");
    }

    #[test]
    fn misspelt_names_lead_to_the_right_ones() {
        assert_eq!(ids("TRUST_E_NOSIGNTURE")[0], "0x800B0100");
        assert_eq!(ids("CERT_E_CHAINIGN")[0], "0x800B010A");
        assert_eq!(ids("TRUST_FAIL_BADSGI")[0], "11516");
        assert_eq!(ids("SOMETHING_ELSE_ALTOGETHER"), [""; 0]);
    }

    #[test]
    fn a_lost_minus_sign_is_found() {
        assert_eq!(ids("2145107924"), ["0x8024402C"], "as one row of the seed has it");
    }

    #[test]
    fn a_bare_state_is_recognised() {
        assert_eq!(ids("0x23C00"), ["state:0x23C00"]);
    }

    #[test]
    fn the_message_is_one_harmless_line() {
        let text = unknown("evil\u{1b}[31m\n::error::").to_string();
        assert_eq!(text, "unknown code \"evil\\u{1b}[31m\\n::error::\"");
        assert!(unknown(&"A".repeat(100_000)).to_string().len() < 200);
    }

    #[test]
    fn the_message_names_code_symbol_and_meaning() {
        let text = unknown("TRUST_E_NOSIGNTURE").to_string();
        assert!(text.contains("nearest known: 0x800B0100 TRUST_E_NOSIGNATURE (not signed)"), "{text}");
    }
}
