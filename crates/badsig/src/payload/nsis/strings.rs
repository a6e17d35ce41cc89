//! Strings of the script: text with codes for variables and directories of Windows.

use crate::format::bytes::u16_at;

/// Units of a name that are read, and bytes of what they stand for.
const LONGEST: usize = 1024;

/// The strings of an installer.
pub(super) struct Strings<'a> {
    bytes: &'a [u8],
    unicode: bool,
}

/// A piece of a string.
enum Piece {
    Text(char),
    Variable(u16),
    Directory(u16),
    Language,
    Skip,
}

impl<'a> Strings<'a> {
    /// The string block. The first string is empty, so a wide zero means wide characters.
    pub(super) fn new(bytes: &'a [u8]) -> Strings<'a> {
        Strings { bytes, unicode: bytes.starts_with(&[0, 0]) }
    }

    /// The string at an offset, which counts characters.
    pub(super) fn get(&self, offset: u32) -> String {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let units = if self.unicode { self.wide(offset) } else { self.narrow(offset) };
        // A code of two units may stand for a dozen characters.
        let mut text = decode(&units, self.unicode);
        text.truncate(text.floor_char_boundary(LONGEST));
        text
    }

    fn wide(&self, offset: usize) -> Vec<u16> {
        let bytes = self.bytes.get(offset.saturating_mul(2)..).unwrap_or_default();
        let units = bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0));
        units.take_while(|unit| *unit != 0).take(LONGEST).collect()
    }

    fn narrow(&self, offset: usize) -> Vec<u16> {
        let bytes = self.bytes.get(offset..).unwrap_or_default();
        bytes.iter().map(|byte| u16::from(*byte)).take_while(|unit| *unit != 0).take(LONGEST).collect()
    }
}

fn decode(units: &[u16], unicode: bool) -> String {
    let mut text = String::new();
    let mut rest = units;
    let mut wide = Vec::new();
    while let [unit, after @ ..] = rest {
        let (piece, left) = piece(*unit, after, unicode);
        rest = left;
        if let (Piece::Text(_), true) = (&piece, unicode) {
            wide.push(*unit);
            continue;
        }
        text.push_str(&String::from_utf16_lossy(&std::mem::take(&mut wide)));
        match piece {
            Piece::Text(character) => text.push(character),
            Piece::Variable(number) => text.push_str(&variable(number)),
            Piece::Directory(code) => text.push_str(&directory(code)),
            Piece::Language => text.push_str("$(language)"),
            Piece::Skip => {}
        }
    }
    text.push_str(&String::from_utf16_lossy(&wide));
    text
}

/// What a unit means: 1 to 4 are codes in NSIS 3 (of both kinds), 252 to 255 in NSIS 2 (ANSI), 0xe000 to 0xe003 in the
/// Unicode build of NSIS 2. A code is followed by its operand: two bytes, or one wide character.
fn piece(unit: u16, after: &[u16], unicode: bool) -> (Piece, &[u16]) {
    let code = match (unit, unicode) {
        (1..=4, _) => unit,
        (0xe000, true) | (252, false) => 4,
        (0xe001, true) | (253, false) => 3,
        (0xe002, true) | (254, false) => 2,
        (0xe003, true) | (255, false) => 1,
        _ => return (Piece::Text(char::from(u8::try_from(unit).unwrap_or(b'?'))), after),
    };
    let (operand, rest) = match (unicode, after) {
        (true, [operand, rest @ ..]) => (*operand, rest),
        (false, [low, high, rest @ ..]) if code != 4 => (low | (high << 8), rest),
        _ => return (Piece::Skip, after),
    };
    let number = (operand & 0x7f) | ((operand >> 1) & 0x3f80);
    match code {
        1 => (Piece::Language, rest),
        2 => (Piece::Directory(operand), rest),
        3 => (Piece::Variable(number), rest),
        _ if unicode => (Piece::Text(char::from(u8::try_from(operand).unwrap_or(b'?'))), rest),
        _ => (Piece::Skip, after),
    }
}

/// The name of a variable (`Source/build.cpp`, "m_UserVarNames").
fn variable(number: u16) -> String {
    match number {
        0..=9 => format!("${number}"),
        10..=19 => format!("$R{}", number.saturating_sub(10)),
        20 => "$CMDLINE".to_owned(),
        21 => "$INSTDIR".to_owned(),
        22 => "$OUTDIR".to_owned(),
        23 => "$EXEDIR".to_owned(),
        24 => "$LANGUAGE".to_owned(),
        25 => "$TEMP".to_owned(),
        26 => "$PLUGINSDIR".to_owned(),
        _ => format!("$_{number}_"),
    }
}

/// The name of a directory of Windows, by the CSIDL in the low byte.
fn directory(code: u16) -> String {
    let name = match code & 0xff {
        0x02 => "$SMPROGRAMS",
        0x10 => "$DESKTOP",
        0x1a => "$APPDATA",
        0x1c => "$LOCALAPPDATA",
        0x23 => "$COMMONAPPDATA",
        0x24 => "$WINDIR",
        0x25 => "$SYSDIR",
        0x26 => "$PROGRAMFILES",
        0x2b => "$COMMONFILES",
        code => return format!("$_SHELL{code:#x}_"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_names() {
        // NSIS 3, Unicode: `$PLUGINSDIR\a.dll`, variable 26 as CODE_SHORT 0x809a.
        let mut bytes = vec![0, 0, 3, 0, 0x9a, 0x80];
        bytes.extend("\\a.dll\0".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(Strings::new(&bytes).get(1), "$PLUGINSDIR\\a.dll");
        // NSIS 2, ANSI: `$SYSDIR\b`.
        let bytes = b"\0\xfe\x25\x25\\b\0";
        assert_eq!(Strings::new(bytes).get(1), "$SYSDIR\\b");
        assert_eq!(Strings::new(bytes).get(100), "");
    }
}
