//! Patterns of names: literal text with placeholders for what changes from release to release.
//!
//! `{version}` digits with dots or underscores, and `b1`, `rc2` and the like; `{digits}`; `{hex}`; `{date}` 2025-05-08 or
//! 20250508; `{language}` en-US; `{any}` anything. In codes `?` is one hexadecimal digit. Compared without regard to
//! case. The set of reachable positions is followed from part to part, so the work is at most the square of the
//! value's length, whatever the value.

/// Longest value that is compared, in bytes. File names have at most 255 characters.
pub(super) const LONGEST_VALUE: usize = 512;
/// Longest pattern.
const LONGEST_PATTERN: usize = 256;

/// A pattern that can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// Text before the first placeholder, in lower case.
    prefix: String,
    /// Text behind the last placeholder; empty when there is none.
    suffix: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Text(String),
    Place(Placeholder),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Placeholder {
    Any,
    Date,
    Digits,
    Hex,
    /// One hexadecimal digit.
    HexDigit,
    Language,
    Version,
}

/// A text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A brace without a known placeholder in it.
    #[error(
        "a placeholder is unknown; there are {{version}}, {{digits}}, {{hex}}, {{date}}, {{language}}, {{any}}"
    )]
    Placeholder,
    /// It fits too much.
    #[error(
        "it must begin with text, not with a placeholder, and have two letters or digits of text at least"
    )]
    TooWide,
    /// It is longer than the limit.
    #[error("it is longer than {LONGEST_PATTERN} bytes")]
    TooLong,
    /// It is not a code.
    #[error("it is no code such as {{23170F69-40C1-270?-0000-000004000000}}")]
    NotACode,
}

impl Pattern {
    /// Reads a pattern of names.
    ///
    /// # Errors
    /// For an unknown placeholder, and for a pattern that would fit nearly everything.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let text = text.to_lowercase();
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').ok_or(PatternError::Placeholder)?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Place(placeholder(name)?));
            rest = behind;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Pattern::of_parts(parts)
    }

    /// Reads a pattern of codes.
    ///
    /// # Errors
    /// When it is no GUID in braces, or has more question marks than digits.
    pub fn code(text: &str) -> Result<Pattern, PatternError> {
        const FORM: &str = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
        let fits = |(own, form): (char, char)| match form {
            'x' => own.is_ascii_hexdigit() || own == '?',
            _ => own == form,
        };
        let unknown = text.chars().filter(|own| *own == '?').count();
        if text.chars().count() != FORM.len() || !text.chars().zip(FORM.chars()).all(fits) || unknown > 16 {
            return Err(PatternError::NotACode);
        }
        let mut parts: Vec<Part> = Vec::new();
        for own in text.to_ascii_lowercase().chars() {
            match (own, parts.last_mut()) {
                ('?', _) => parts.push(Part::Place(Placeholder::HexDigit)),
                (_, Some(Part::Text(literal))) => literal.push(own),
                _ => parts.push(Part::Text(own.to_string())),
            }
        }
        Pattern::of_parts(parts)
    }

    /// A pattern that fits one text only.
    pub(super) fn literal(text: &str) -> Result<Pattern, PatternError> {
        Pattern::of_parts(vec![Part::Text(text.to_lowercase())])
    }

    /// A pattern that fits a name with anything behind it.
    pub(super) fn starting(text: &str) -> Result<Pattern, PatternError> {
        Pattern::of_parts(vec![
            Part::Text(format!("{} ", text.to_lowercase())),
            Part::Place(Placeholder::Any),
        ])
    }

    fn of_parts(parts: Vec<Part>) -> Result<Pattern, PatternError> {
        let text = |part: Option<&Part>| match part {
            Some(Part::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let literals = parts.iter().map(|part| if let Part::Text(text) = part { text.as_str() } else { "" });
        let letters: usize =
            literals.clone().map(|text| text.chars().filter(|own| own.is_alphanumeric()).count()).sum();
        let prefix = text(parts.first());
        if literals.map(str::len).sum::<usize>() > LONGEST_PATTERN || parts.len() > LONGEST_PATTERN {
            return Err(PatternError::TooLong);
        }
        if prefix.is_empty() || letters < 2 {
            return Err(PatternError::TooWide);
        }
        Ok(Pattern { suffix: text(parts.last()), prefix, parts })
    }

    /// The text that every value begins with, in lower case.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether a value fits.
    pub fn fits(&self, value: &str) -> bool {
        value.len() <= LONGEST_VALUE && self.fits_lower(&value.to_lowercase()).is_some()
    }

    /// The version that a value states where the pattern has one; `None` when it does not fit.
    pub(super) fn fits_lower<'v>(&self, value: &'v str) -> Option<Option<&'v str>> {
        if !value.starts_with(&self.prefix) || !value.ends_with(&self.suffix) {
            return None;
        }
        let bytes = value.as_bytes();
        let mut reached = vec![Positions::only(0, bytes.len())];
        for part in &self.parts {
            let next = reached.last()?.after(part, bytes);
            if !next.any() {
                return None;
            }
            reached.push(next);
        }
        reached.last()?.has(bytes.len()).then(|| self.version_in(value, &reached))
    }

    /// Walks back from the end and takes the longest version.
    fn version_in<'v>(&self, value: &'v str, reached: &[Positions]) -> Option<&'v str> {
        let mut end = value.len();
        for (part, before) in self.parts.iter().zip(reached).rev() {
            let start = (0..=end)
                .find(|start| before.has(*start) && ends(part, value.as_bytes(), *start).has(end))?;
            if *part == Part::Place(Placeholder::Version) {
                return value.get(start..end);
            }
            end = start;
        }
        None
    }
}

fn placeholder(name: &str) -> Result<Placeholder, PatternError> {
    Ok(match name {
        "any" => Placeholder::Any,
        "date" => Placeholder::Date,
        "digits" => Placeholder::Digits,
        "hex" => Placeholder::Hex,
        "language" => Placeholder::Language,
        "version" => Placeholder::Version,
        _ => return Err(PatternError::Placeholder),
    })
}

/// Positions in a value that can be reached.
struct Positions(Vec<bool>);

impl Positions {
    fn none(length: usize) -> Positions {
        Positions(vec![false; length.saturating_add(1)])
    }

    fn only(position: usize, length: usize) -> Positions {
        let mut own = Positions::none(length);
        own.add(position);
        own
    }

    fn add(&mut self, position: usize) {
        if let Some(reached) = self.0.get_mut(position) {
            *reached = true;
        }
    }

    fn has(&self, position: usize) -> bool {
        self.0.get(position).copied().unwrap_or(false)
    }

    fn any(&self) -> bool {
        self.0.contains(&true)
    }

    fn after(&self, part: &Part, value: &[u8]) -> Positions {
        let mut next = Positions::none(value.len());
        for start in (0..=value.len()).filter(|start| self.has(*start)) {
            for (position, reached) in ends(part, value, start).0.iter().enumerate() {
                if *reached {
                    next.add(position);
                }
            }
        }
        next
    }
}

/// Where a part that begins at `start` can end.
fn ends(part: &Part, value: &[u8], start: usize) -> Positions {
    let mut found = Positions::none(value.len());
    let rest = value.get(start..).unwrap_or_default();
    match part {
        Part::Text(text) if rest.starts_with(text.as_bytes()) => found.add(start.saturating_add(text.len())),
        Part::Text(_) => {}
        Part::Place(place) => {
            let mut reader = Reader::new(*place);
            for (offset, byte) in rest.iter().enumerate() {
                match reader.takes(*byte) {
                    Some(true) => found.add(start.saturating_add(offset).saturating_add(1)),
                    Some(false) => {}
                    None => break,
                }
            }
        }
    }
    found
}

/// Reads a placeholder byte by byte.
struct Reader {
    place: Placeholder,
    taken: usize,
    previous: u8,
    /// Letters in a row, in versions and languages.
    letters: usize,
}

impl Reader {
    fn new(place: Placeholder) -> Reader {
        Reader { place, taken: 0, previous: 0, letters: 0 }
    }

    /// Whether the placeholder may end behind this byte; `None` when the byte cannot belong to it.
    fn takes(&mut self, byte: u8) -> Option<bool> {
        let taken = self.taken;
        self.letters = if byte.is_ascii_alphabetic() { self.letters.saturating_add(1) } else { 0 };
        let ends = match self.place {
            Placeholder::Any => Some(true),
            Placeholder::Digits => byte.is_ascii_digit().then_some(true),
            Placeholder::Hex => byte.is_ascii_hexdigit().then_some(true),
            Placeholder::HexDigit => (taken == 0 && byte.is_ascii_hexdigit()).then_some(true),
            Placeholder::Date => self.date(byte),
            Placeholder::Language => self.language(byte),
            Placeholder::Version => self.version(byte),
        };
        self.taken = taken.saturating_add(1);
        self.previous = byte;
        ends
    }

    fn date(&self, byte: u8) -> Option<bool> {
        let hyphen = matches!(self.taken, 4 | 7);
        match byte {
            b'-' if hyphen => Some(false),
            b'0'..=b'9' if self.taken < 10 => Some(matches!(self.taken, 7 | 9)),
            _ => None,
        }
    }

    /// `de`, `en-us`, `zh-hant-tw`.
    fn language(&self, byte: u8) -> Option<bool> {
        match byte {
            b'a'..=b'z' if self.letters <= 8 => Some(self.letters >= 2),
            b'-' if self.previous.is_ascii_alphabetic() => Some(false),
            _ => None,
        }
    }

    /// Begins with a digit and ends with a digit or a word of at most five letters (`b1`, `rc2`, `alpha`).
    fn version(&self, byte: u8) -> Option<bool> {
        match byte {
            b'0'..=b'9' => Some(true),
            b'.' | b'_' if self.previous.is_ascii_digit() => Some(false),
            b'a'..=b'z' if self.taken > 0 && self.letters <= 5 && self.previous != b'_' => Some(true),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(pattern: &str, value: &str) -> Option<Option<String>> {
        Pattern::parse(pattern).unwrap().fits_lower(&value.to_lowercase()).map(|own| own.map(str::to_owned))
    }

    /// Names of real installers, from winget manifests.
    #[test]
    fn real_file_names() {
        for (pattern, name, expected) in [
            ("7z{version}-x64.msi", "7z2602-x64.msi", "2602"),
            ("npp.{version}.Installer.x64.exe", "npp.8.9.8.1.Installer.x64.exe", "8.9.8.1"),
            ("inkscape-{version}_{date}_{hex}-x64.msi", "inkscape-1.4.2_2025-05-08_ebf0e94-x64.msi", "1.4.2"),
            ("MinuteTraq_{version}_{digits}_Full.msi", "MinuteTraq_8_11_3_1452015_Full.msi", "8_11_3"),
            (
                "seamonkey-{version}.{language}.win64.installer.exe",
                "seamonkey-2.53.24.en-US.win64.installer.exe",
                "2.53.24",
            ),
            (
                "Apache_OpenOffice_{version}_Win_x86_install_{language}.exe",
                "Apache_OpenOffice_4.1.16_Win_x86_install_de.exe",
                "4.1.16",
            ),
            ("strawberry-perl-{version}-64bit.msi", "strawberry-perl-5.42.3.1-64bit.msi", "5.42.3.1"),
            ("OpenShellSetup_{version}.exe", "OpenShellSetup_4_4_198.exe", "4_4_198"),
        ] {
            assert_eq!(version(pattern, name), Some(Some(expected.to_owned())), "{name}");
        }
    }

    #[test]
    fn other_file_names() {
        for (pattern, name) in [
            ("7z{version}.msi", "7z2602-x64.msi"),
            ("7z{version}.msi", "7z.msi"),
            ("7z{version}.msi", "x7z2602.msi"),
            ("npp.{version}.Installer.exe", "npp.8.9.Installer.x64.exe"),
            ("inkscape-{version}_{date}_{hex}-x64.msi", "inkscape-1.4.2_2025-05-8_ebf0e94-x64.msi"),
        ] {
            assert_eq!(version(pattern, name), None, "{name}");
        }
    }

    #[test]
    fn codes_with_a_scheme() {
        let scheme = Pattern::code("{23170F69-40C1-270?-0000-000004000000}").unwrap();
        assert!(
            scheme.fits("{23170F69-40C1-2702-0000-000004000000}")
                && scheme.fits("{23170f69-40c1-2701-0000-000004000000}")
        );
        assert!(
            !scheme.fits("{23170F69-40C1-2802-0000-000004000000}")
                && !scheme.fits("{23170F69-40C1-270-0000-000004000000}")
        );
        for text in
            ["23170F69-40C1-2702-0000-000004000000", "{?}", "{????????-????-????-????-????????????}", "{é}"]
        {
            assert_eq!(Pattern::code(text), Err(PatternError::NotACode), "{text}");
        }
    }

    #[test]
    fn what_would_fit_everything_is_no_pattern() {
        for text in ["", "{any}", "{version}.exe", "{any}setup.exe", "a{any}", ".{any}"] {
            assert_eq!(Pattern::parse(text), Err(PatternError::TooWide), "{text}");
        }
        for text in ["a{b", "setup{what}.exe", "setup{}.exe"] {
            assert_eq!(Pattern::parse(text), Err(PatternError::Placeholder), "{text}");
        }
        assert_eq!(Pattern::parse(&"a".repeat(300)), Err(PatternError::TooLong));
    }

    #[test]
    fn hostile_values_cost_little() {
        let pattern = Pattern::parse("a1{any}{any}{version}{any}{version}{any}b{any}z").unwrap();
        let started = std::time::Instant::now();
        for value in ["a1".repeat(256), format!("a1{}z", "1".repeat(509)), "1".repeat(512), "é".repeat(256)]
        {
            let _ = pattern.fits(&value);
        }
        assert!(!pattern.fits(&"a1b".repeat(100_000)));
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
