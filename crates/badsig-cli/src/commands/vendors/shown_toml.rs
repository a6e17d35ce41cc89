//! Entries on a terminal or in the log of a build service: what is hidden there, or would be a command, is written with the
//! escapes of TOML, so that the entry stays the same.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::output::escape::{escape, is_hidden};

/// The same entry, harmless to look at.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if text.lines().all(|line| escape(line) == line) {
        return Cow::Borrowed(text);
    }
    let escaped = with_escapes(text);
    let value = |text: &str| toml::from_str::<toml::Value>(text).ok();
    if value(&escaped).is_some_and(|escaped| value(text) == Some(escaped)) {
        return Cow::Owned(escaped);
    }
    // Strings in apostrophes know no escapes: then it is made visible, and is no draft to copy.
    Cow::Owned(text.lines().flat_map(|line| [escape(line), Cow::Borrowed("\n")]).collect())
}

fn with_escapes(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut previous = None;
    for character in text.chars() {
        let command = matches!(character, ':' | '#') && previous == Some(character);
        if command || (character != '\n' && is_hidden(character)) {
            // Infallible for a string.
            let _ = match u32::from(character) {
                short @ ..=0xffff => write!(safe, "\\u{short:04X}"),
                long => write!(safe, "\\U{long:08X}"),
            };
        } else {
            safe.push(character);
        }
        previous = Some(character);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_stays_what_it_is() {
        assert_eq!(harmless("a = \"b\"\nc = \"\"\"\nd\n\"\"\"\n"), "a = \"b\"\nc = \"\"\"\nd\n\"\"\"\n");
        let hostile = "a = \"A\u{9b}2J\u{202e}B ##vso[x] \u{e0001}\"\n";
        let shown = harmless(hostile);
        assert_eq!(shown, "a = \"A\\u009B2J\\u202EB #\\u0023vso[x] \\U000E0001\"\n");
        assert_eq!(toml::from_str::<toml::Value>(&shown).unwrap(), toml::from_str(hostile).unwrap());
        assert_eq!(harmless("a = 'A\u{9b}\"B'\n"), "a = 'A\\u{9b}\"B'\n");
    }
}
