//! The one function that every text from outside goes through before a person sees it.
//!
//! Names of files, certificates and products come from strangers. Shown as they are, they could move the
//! cursor, change colours, reorder what is read (CVE-2021-42574), forge a line of the report, or be taken for
//! a command by the log of a build service: GitHub looks for `::` at the start of a line and for `##[`
//! anywhere, Azure Pipelines for `##vso[` anywhere.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Longest text that is shown. Paths are shorter; what is longer tells nothing more.
const LONGEST: usize = 5_000;

/// Makes text harmless and visible: what cannot be shown as it is becomes `\u{…}`, and so does what a build service
/// would take for a command.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let commands = text.contains("::") || text.contains("##");
    if commands { Cow::Owned(rewritten(text, true)) } else { visible(text) }
}

/// Makes text visible, for places where no build service looks.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(rewritten(text, false))
}

fn rewritten(text: &str, commands: bool) -> String {
    let mut safe = String::with_capacity(text.len().min(LONGEST));
    let mut previous = None;
    for character in text.chars() {
        if safe.len() >= LONGEST {
            safe.push('…');
            break;
        }
        let command = commands && matches!(character, ':' | '#') && previous == Some(character);
        if command || is_hidden(character) {
            // Infallible for a string.
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
        } else {
            safe.push(character);
        }
        previous = Some(character);
    }
    safe
}

/// Characters that show nothing of themselves or change how others are shown.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays() {
        for text in ["incoming/7z-x64.msi", "C:\\Users\\é\\日本 (1).exe", "a:b #1", "\u{fffd}"] {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(escape("a\nBLOCKED b"), "a\\u{a}BLOCKED b");
        assert_eq!(escape("\u{1b}[32mfine\u{1b}[0m"), "\\u{1b}[32mfine\\u{1b}[0m");
        assert_eq!(escape("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(escape("exe\u{202e}ism.msi"), "exe\\u{202e}ism.msi");
        assert_eq!(escape("a\u{200b}b\u{2066}c\u{feff}"), "a\\u{200b}b\\u{2066}c\\u{feff}");
    }

    #[test]
    fn commands_of_build_services_are_broken_up() {
        assert_eq!(escape("::error::x"), ":\\u{3a}error:\\u{3a}x");
        assert_eq!(escape(":::"), ":\\u{3a}\\u{3a}");
        assert_eq!(escape("x ##vso[task.complete]"), "x #\\u{23}vso[task.complete]");
        assert_eq!(escape("##[command]"), "#\\u{23}[command]");
    }

    #[test]
    fn endless_text_ends() {
        assert!(escape(&"x".repeat(1_000_000)).len() < 6_000);
        assert!(escape(&"\u{1b}".repeat(1_000_000)).len() < 6_000);
    }
}
