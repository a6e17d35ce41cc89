//! Text in the code pages of Windows.

use encoding_rs::Encoding;

/// UTF-16LE, in which MS-OLEPS (section 2.5, `CodePageString`) allows strings as well.
const UTF_16: u32 = 1200;
const UTF_8: u32 = 65_001;

/// Code pages and their encodings, from "Code Page Identifiers" of Win32. ISO-8859-1 is read as
/// Windows-1252, which has the same characters and more.
const ENCODINGS: &[(u32, &Encoding)] = &[
    (874, encoding_rs::WINDOWS_874),
    (932, encoding_rs::SHIFT_JIS),
    (936, encoding_rs::GBK),
    (949, encoding_rs::EUC_KR),
    (950, encoding_rs::BIG5),
    (UTF_16, encoding_rs::UTF_16LE),
    (1250, encoding_rs::WINDOWS_1250),
    (1251, encoding_rs::WINDOWS_1251),
    (1252, encoding_rs::WINDOWS_1252),
    (1253, encoding_rs::WINDOWS_1253),
    (1254, encoding_rs::WINDOWS_1254),
    (1255, encoding_rs::WINDOWS_1255),
    (1256, encoding_rs::WINDOWS_1256),
    (1257, encoding_rs::WINDOWS_1257),
    (1258, encoding_rs::WINDOWS_1258),
    (10_000, encoding_rs::MACINTOSH),
    (10_007, encoding_rs::X_MAC_CYRILLIC),
    (20_866, encoding_rs::KOI8_R),
    (21_866, encoding_rs::KOI8_U),
    (28_591, encoding_rs::WINDOWS_1252),
    (28_592, encoding_rs::ISO_8859_2),
    (28_593, encoding_rs::ISO_8859_3),
    (28_594, encoding_rs::ISO_8859_4),
    (28_595, encoding_rs::ISO_8859_5),
    (28_596, encoding_rs::ISO_8859_6),
    (28_597, encoding_rs::ISO_8859_7),
    (28_598, encoding_rs::ISO_8859_8),
    (51_932, encoding_rs::EUC_JP),
    (54_936, encoding_rs::GB18030),
    (UTF_8, encoding_rs::UTF_8),
];

/// Decodes text; what cannot be decoded becomes U+FFFD. Code page 0 (neutral: every string should be ASCII)
/// and unknown ones are read as UTF-8.
pub(super) fn decode(bytes: &[u8], code_page: u32) -> String {
    let known = ENCODINGS.iter().find(|(number, _)| *number == code_page);
    let encoding = known.map_or(encoding_rs::UTF_8, |(_, encoding)| encoding);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_pages_differ() {
        assert_eq!(decode(b"\xfc", 1252), "ü");
        assert_eq!(decode(b"\xfc", 1251), "ь");
        assert_eq!(decode(b"\x83\x65", 932), "テ");
        assert_eq!(decode(b"\xc3\xbc", 65_001), "ü");
        assert_eq!(decode(b"a\xff", 0), "a\u{fffd}");
    }
}
