//! The two ways in which text from outside gets into Markdown: as code, where only the fence and the table matter, and
//! as words, where nothing may be markup, a link, a mention or HTML.

use std::borrow::Cow;

use crate::output::escape::escape;

/// Longest piece of text on the page.
const LONGEST: usize = 1_000;

/// Text as code.
pub(super) fn code(text: &str) -> String {
    let text = cut(text);
    let fence = "`".repeat(longest_run(&text).saturating_add(1));
    // GitHub's tables look for bars before they look for code, and take the backslash away again.
    let text = text.replace('|', "\\|");
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    if text.is_empty() { "(empty)".to_owned() } else { format!("{fence}{space}{text}{space}{fence}") }
}

/// Text as words.
pub(crate) fn text(text: &str) -> String {
    let text = cut(text);
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut previous = ' ';
    while let Some(character) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Mentions, addresses, references to issues.
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            ':' if next == '/' => safe.push_str("&#58;"),
            '.' if matches!(previous, 'w' | 'W') => safe.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '!' | '|' | '~' | '$' | '+' => {
                safe.push('\\');
                safe.push(character);
            }
            other => safe.push(other),
        }
        previous = character;
    }
    safe
}

fn cut(text: &str) -> Cow<'_, str> {
    let text = escape(text);
    if text.len() <= LONGEST {
        return text;
    }
    Cow::Owned(text.chars().take(LONGEST).chain(['…']).collect())
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_cannot_be_left() {
        assert_eq!(code("a.exe"), "`a.exe`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a\n# b"), "`a\\u{a}# b`");
    }

    #[test]
    fn words_are_never_markup() {
        assert_eq!(
            text("**a** _b_ [c](https://x) <img src=x>"),
            "\\*\\*a\\*\\* \\_b\\_ \\[c\\](https&#58;//x) &lt;img src=x&gt;"
        );
        assert_eq!(text("@team #1 www.example.com"), "&#64;team &#35;1 www&#46;example.com");
        assert_eq!(text("digest is: x"), "digest is: x");
    }
}
