//! What stands in a message: paths, addresses, update ids, codes.

use crate::codes;

/// The last part of a Windows path or an address. Backslashes are lost where logs were pasted into web pages; the agent's
/// temporary folder `ISVTemp\xxxxxxxx.xxx\` is recognised all the same.
pub(super) fn file_name(path: &str) -> &str {
    let path = path.trim().trim_matches(['\'', '"']);
    let name = path.rsplit(['\\', '/']).next().unwrap_or(path);
    let name = name.split(['?', '#']).next().unwrap_or(name);
    match name.rsplit_once("ISVTemp").and_then(|(_, rest)| rest.split_at_checked(12)) {
        Some((random, rest)) if random.get(8..9) == Some(".") && !rest.is_empty() => rest,
        _ => name,
    }
}

/// An installer that a message names, in quotes or as one word.
pub(super) fn installer(message: &str) -> Option<&str> {
    let is_installer = |word: &&str| {
        let end = word.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        end.is_some_and(|end| ["exe", "msi", "msp", "msu", "cab"].contains(&end.as_str()))
    };
    let quoted = message.split('\'').skip(1).step_by(2).find(is_installer);
    let word = || {
        message
            .split([' ', '"', '(', ')', ','])
            .map(|word| word.trim_end_matches(['.', ':']))
            .find(is_installer)
    };
    quoted.or_else(word).map(str::trim).filter(|name| !name.is_empty())
}

/// What stands between two texts, the first of each; nothing when either is missing.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

/// The first GUID in a text, in any case, without braces.
pub(super) fn guid(text: &str) -> Option<&str> {
    let mut from = 0usize;
    while let Some(dash) = text.get(from..)?.find('-').map(|index| from.saturating_add(index)) {
        if let Some(start) = dash.checked_sub(8)
            && let Some(candidate) = text.get(start..start.saturating_add(36))
            && is_guid(candidate)
        {
            return Some(candidate);
        }
        from = dash.saturating_add(1);
    }
    None
}

/// Eight, four, four, four and twelve hexadecimal digits.
pub(super) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A failing HRESULT in a message, in hexadecimal or decimal: the first one that badsig knows, else the first one.
pub(super) fn failing_code(message: &str) -> Option<u32> {
    let mut first = None;
    for code in message.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter_map(number) {
        if codes::hresult(code).is_some() {
            return Some(code);
        }
        first = first.or(Some(code));
    }
    first
}

/// A word as a failing HRESULT. Decimals count only where they are long enough to be one.
fn number(word: &str) -> Option<u32> {
    let hex = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    let code = match hex {
        Some(digits) if digits.len() == 8 => u32::from_str_radix(digits, 16).ok()?,
        Some(_) => return None,
        None if word.starts_with('-') => word.parse::<i32>().ok()?.cast_unsigned(),
        None if word.len() == 10 => word.parse().ok()?,
        None => return None,
    };
    // Facilities below 0x8000_0000 are successes; small negative numbers are something else.
    (0x8000_0000..0xF000_0000).contains(&code).then_some(code)
}

/// The number that follows a word: `exit code 192`, `exit code: -2146762486`, `ID=11516`.
pub(super) fn number_after(message: &str, word: &str) -> Option<i64> {
    let rest = message.split_once(word)?.1.trim_start_matches([' ', ':', '=', '\'', '"', '(']);
    let end = rest.char_indices().find(|(index, c)| !(c.is_ascii_digit() || (*index == 0 && *c == '-')));
    rest.get(..end.map_or(rest.len(), |(index, _)| index))?.parse().ok()
}

/// Whether a message speaks of a failure, in English or German.
pub(super) fn speaks_of_failure(message: &str) -> bool {
    ["ail", "rror", "RROR", "ehler", "ehlgeschlagen", "not trusted", "denied", "Exception", "Result ="]
        .iter()
        .any(|word| message.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        assert_eq!(
            file_name(r"D:\Microsoft Configuration Manager\ISVTemp\hdrdeabp.51d\7z1604-x64.msi"),
            "7z1604-x64.msi"
        );
        assert_eq!(
            file_name("D:Microsoft Configuration ManagerISVTemphdrdeabp.51d7z1604-x64.msi"),
            "7z1604-x64.msi"
        );
        assert_eq!(file_name("https://example.com/a/b.exe?x=1"), "b.exe");
        assert_eq!(file_name("x.msi"), "x.msi");
        assert_eq!(file_name("ISVTemp"), "ISVTemp");
        assert_eq!(file_name("ISVTempäöü"), "ISVTempäöü");
    }

    #[test]
    fn installers_in_messages() {
        assert_eq!(installer("'a b.exe' ended, 'c.msi' too"), Some("a b.exe"));
        assert_eq!(installer(r"Command C:\x\y.msp failed."), Some(r"C:\x\y.msp"));
        assert_eq!(installer("nothing here. It's fine"), None);
    }

    #[test]
    fn ids_of_updates() {
        let id = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
        assert_eq!(guid(&format!("SyncUpdate: {id} - x")), Some(id));
        assert_eq!(guid(&format!("Site_a-b/SUM_{id}")), Some(id));
        assert_eq!(guid("a-b-c--------------------------------------------"), None);
        assert_eq!(guid("äöüäöüäöü-äöüäöüäöüäöüäöüäöüäöüäöüäöü"), None);
    }

    #[test]
    fn codes_in_any_spelling() {
        assert_eq!(failing_code("failed with error 0x800b010e (x)"), Some(0x800B_010E));
        assert_eq!(failing_code("(Error = -2146762482). It"), Some(0x800B_010E));
        assert_eq!(failing_code("failed with error: 2148204800"), Some(0x800B_0100));
        assert_eq!(failing_code("0xE0000001 then 0x8ABCDEF0 then 0x800B0109"), Some(0x800B_0109));
        assert_eq!(failing_code("Result = 0x0, at 2020-03-17, -1, 1234567890"), None);
    }

    #[test]
    fn numbers_after_words() {
        assert_eq!(number_after("with exit code 192 (x", "exit code"), Some(192));
        assert_eq!(number_after("exit code: -2146762486.", "exit code"), Some(-2_146_762_486));
        assert_eq!(number_after("exit code", "exit code"), None);
    }
}
