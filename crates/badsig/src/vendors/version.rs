//! Versions as vendors write them, compared number by number.
//!
//! `26.02`, `26.02.00.0` and `26.2` are the same; `2.53.21b1` comes before `2.53.21`. Text from strangers: what is
//! too long or has no digit is no version.

use std::cmp::Ordering;

/// Longest version, in bytes. Real ones (`inkscape-1.4.4_2026-05-05_dcaf3e7`) stay below 40.
const LONGEST: usize = 64;
/// Most parts of a version.
const MOST_PARTS: usize = 16;

/// A version that can be compared.
#[derive(Clone, Debug)]
pub struct Version(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `b`, `rc`, `alpha`: before a release.
    Word(String),
    Number(u64),
}

impl Version {
    /// Reads a version; `None` when the text is none.
    pub fn parse(text: &str) -> Option<Version> {
        let text = text.trim().trim_start_matches(['v', 'V']);
        if text.len() > LONGEST || !text.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let same = |character: char| {
                if first.is_ascii_digit() {
                    character.is_ascii_digit()
                } else {
                    character.is_ascii_alphabetic()
                }
            };
            let end = rest.find(|character| !same(character)).unwrap_or(rest.len());
            let (part, after) = rest.split_at_checked(end.max(first.len_utf8()))?;
            rest = after;
            if first.is_ascii_digit() {
                parts.push(Part::Number(part.parse().ok()?));
            } else if first.is_ascii_alphabetic() {
                parts.push(Part::Word(part.to_ascii_lowercase()));
            } else if !matches!(first, '.' | '-' | '_' | '+' | ' ') {
                return None;
            }
            if parts.len() > MOST_PARTS {
                return None;
            }
        }
        while parts.len() > 1 && parts.last() == Some(&Part::Number(0)) {
            parts.pop();
        }
        Some(Version(parts))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        let longest = self.0.len().max(other.0.len());
        (0..longest)
            .map(|index| compare(self.0.get(index), other.0.get(index)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

/// Nothing counts as zero beside a number, and as more than a word: `1.0` comes after `1.0b1`.
fn compare(left: Option<&Part>, right: Option<&Part>) -> Ordering {
    match (left, right) {
        (Some(Part::Number(left)), Some(Part::Number(right))) => left.cmp(right),
        (Some(Part::Word(left)), Some(Part::Word(right))) => left.cmp(right),
        (Some(Part::Number(_)), Some(Part::Word(_))) | (None, Some(Part::Word(_))) => Ordering::Greater,
        (Some(Part::Word(_)), Some(Part::Number(_)) | None) => Ordering::Less,
        (Some(Part::Number(number)), None) => number.cmp(&0),
        (None, Some(Part::Number(number))) => 0.cmp(number),
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        for (left, right) in [("26.02", "26.02.00.0"), ("26.02", "26.2"), ("v1.0", "1"), ("8_11_3", "8.11.3")]
        {
            assert_eq!(version(left), version(right), "{left} {right}");
        }
        for (less, more) in [
            ("8.8.9", "8.8.10"),
            ("2.16.42", "2.16.42.1"),
            ("7.6.3", "7.6.4"),
            ("9.9", "10"),
            ("1.0.0-rc2", "1.0.0"),
        ] {
            assert!(version(less) < version(more), "{less} {more}");
        }
    }

    #[test]
    fn what_comes_before_a_release_is_less() {
        assert!(version("2.53.21b1") < version("2.53.21"));
        assert!(version("2.53.20") < version("2.53.21b1"));
        assert!(version("26.6.0rc1") < version("26.6.0"));
        assert!(version("2.53.21b1") < version("2.53.24"));
    }

    #[test]
    fn hostile_text_is_no_version() {
        let long = "1".repeat(1_000_000);
        for text in
            ["", "x", "..", &long, &"1.".repeat(20), "1\u{202e}2", "99999999999999999999999", "é1", "1é"]
        {
            assert!(Version::parse(text).is_none(), "{text:.20}");
        }
    }
}
