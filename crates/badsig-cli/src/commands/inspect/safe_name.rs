//! A file name that is harmless on every system, from a member's name that a stranger chose.
//!
//! What makes a name dangerous: parts of a path (`..\..\x`, `C:\x`), alternate data streams (`a:b`), names of devices
//! (`CON`, `NUL.txt`, `COM1`; Microsoft, "Naming Files, Paths, and Namespaces"), characters that Windows does not take
//! or that nobody sees, ends in a dot or space (which Windows drops), a leading dot or hyphen, and length.

use crate::output::escape::is_hidden;

/// Bytes of a name; file systems allow 255.
const LONGEST: usize = 200;
/// Bytes of an ending (`.msi`) that survives when a name is cut.
const LONGEST_ENDING: usize = 16;
/// Where nothing of the name can be kept.
const NAMELESS: &str = "member";

/// Names of devices in every directory of Windows, whatever ending they have.
const DEVICES: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];
/// Devices that are numbered; the superscript digits count too.
const NUMBERED: [&str; 2] = ["com", "lpt"];

/// The last part of `name`, made harmless.
pub(super) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\', ':']).find(|part| !part.trim_matches(['.', ' ']).is_empty());
    let kept: String = last.unwrap_or_default().chars().map(harmless).collect();
    let kept = kept.trim_end_matches(['.', ' ']).trim_start_matches(' ');
    let mut safe = cut(kept);
    if safe.starts_with(['.', '-', '~']) || is_device(&safe) {
        safe.insert(0, '_');
    }
    if safe.is_empty() { NAMELESS.to_owned() } else { safe }
}

fn harmless(character: char) -> char {
    let refused = matches!(character, '<' | '>' | '"' | '|' | '?' | '*' | '\u{fffd}' | '%' | '$' | '`' | '!');
    if refused || is_hidden(character) || (character.is_whitespace() && character != ' ') {
        '_'
    } else {
        character
    }
}

/// A device is meant by everything before the first dot, without the spaces there.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = |device: &&str| {
        let number = stem.strip_prefix(*device);
        number.is_some_and(|number| {
            let mut characters = number.chars();
            matches!(characters.next(), Some('0'..='9' | '¹' | '²' | '³')) && characters.next().is_none()
        })
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED.iter().any(numbered)
}

/// At most [`LONGEST`] bytes, with the ending where it is short.
fn cut(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let ending =
        name.rfind('.').and_then(|dot| name.get(dot..)).filter(|ending| ending.len() <= LONGEST_ENDING);
    let ending = ending.unwrap_or_default();
    let most = LONGEST.saturating_sub(ending.len());
    let end = (0..=most).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
    let stem = name.get(..end).unwrap_or_default().trim_end_matches(['.', ' ']);
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "setup.exe",
            "Datei für Überprüfung (1).msi",
            "日本.cab",
            "a-b_c.d.e",
            "console.exe",
            "com10.dll",
        ] {
            assert_eq!(safe_name(name), name);
        }
    }

    #[test]
    fn only_the_last_part_counts() {
        for name in [
            r"..\..\x",
            "../../x",
            r"C:\x",
            "C:x",
            "/x",
            r"\\server\share\x",
            r"\\?\C:\x",
            "a/x/",
            "a/x/..",
            "x::",
        ] {
            assert_eq!(safe_name(name), "x", "{name}");
        }
        assert_eq!(safe_name("x.exe:stream"), "stream");
    }

    #[test]
    fn devices_are_none() {
        for name in ["CON", "nul", "Aux.txt", "COM1", "lpt9.log", "COM¹", "prn .txt", "CLOCK_"] {
            let safe = safe_name(name);
            assert!(!is_device(&safe), "{name} became {safe}");
        }
        assert_eq!(safe_name("NUL.msi"), "_NUL.msi");
    }

    #[test]
    fn what_is_left_is_harmless_everywhere() {
        for (name, safe) in [
            ("", NAMELESS),
            (".", NAMELESS),
            ("..", NAMELESS),
            ("/", NAMELESS),
            ("   ", NAMELESS),
            ("a\0b\nc\u{1b}[31m", "a_b_c_[31m"),
            ("exe\u{202e}ism.exe", "exe_ism.exe"),
            ("what?<a>|b*\".txt", "what__a__b__.txt"),
            ("trailing. . ", "trailing"),
            (".bashrc", "_.bashrc"),
            ("-rf", "_-rf"),
            ("~", "_~"),
            ("%TEMP%$(x)`y`!", "_TEMP__(x)_y__"),
            ("caf\u{fffd}.exe", "caf_.exe"),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_and_keep_their_ending() {
        let safe = safe_name(&format!("{}.msi", "é".repeat(5_000)));
        assert!(safe.len() <= LONGEST && safe.ends_with("é.msi"), "{safe}");
        let safe = safe_name(&"x.".repeat(5_000));
        assert!(safe.len() <= LONGEST && !safe.ends_with('.'), "{safe}");
        assert!(safe_name(&format!("a.{}", "b".repeat(500))).len() <= LONGEST);
    }
}
