//! Bytes written as hexadecimal digits, in text and in JSON.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that are shown as lower-case hexadecimal digits.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex(pub Vec<u8>);

impl Hex {
    /// Upper-case digits, as Windows and Configuration Manager print SHA-1 thumbprints.
    pub fn upper(&self) -> String {
        self.to_string().to_ascii_uppercase()
    }

    /// Reads hexadecimal digits of either case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Hex> {
        let digits = text.as_bytes();
        if !digits.len().is_multiple_of(2) {
            return None;
        }
        digits.chunks_exact(2).map(byte).collect::<Option<Vec<u8>>>().map(Hex)
    }
}

fn byte(pair: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(pair).ok()?;
    if !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u8::from_str_radix(text, 16).ok()
}

impl From<&[u8]> for Hex {
    fn from(bytes: &[u8]) -> Hex {
        Hex(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Hex {
    fn from(bytes: Vec<u8>) -> Hex {
        Hex(bytes)
    }
}

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hex, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hex::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not hexadecimal")))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Hex {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Hex".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^([0-9a-f]{2})*$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cases_are_read() {
        assert_eq!(Hex::parse("00fFa1").unwrap().0, [0, 0xff, 0xa1]);
        assert_eq!(Hex::parse("00fFa1").unwrap().upper(), "00FFA1");
    }

    #[test]
    fn signs_and_odd_lengths_are_refused() {
        assert_eq!(Hex::parse("+1"), None);
        assert_eq!(Hex::parse("abc"), None);
    }
}
