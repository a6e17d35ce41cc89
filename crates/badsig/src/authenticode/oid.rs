//! Object identifiers, kept as the contents octets that stand in the file.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An object identifier (X.660), shown in dotted form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectIdentifier(Cow<'static, [u8]>);

impl ObjectIdentifier {
    /// From contents octets known at compile time.
    pub const fn new(contents: &'static [u8]) -> ObjectIdentifier {
        ObjectIdentifier(Cow::Borrowed(contents))
    }

    /// From the contents octets of a value that was read; anything is kept, even what cannot be shown in
    /// dotted form.
    pub fn from_der(contents: &[u8]) -> ObjectIdentifier {
        ObjectIdentifier(Cow::Owned(contents.to_vec()))
    }

    /// The contents octets.
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }

    /// The numbers, or `None` when the octets are no valid identifier.
    fn arcs(&self) -> Option<Vec<u64>> {
        let mut arcs = Vec::new();
        let mut value = 0u64;
        let mut open = false;
        for octet in self.0.iter() {
            // Leading zeros are forbidden (X.690 8.19.2); the dotted form would be that of another identifier.
            if !open && *octet == 0x80 {
                return None;
            }
            value = value.checked_mul(128)?.checked_add(u64::from(octet & 0x7f))?;
            open = octet & 0x80 != 0;
            if !open {
                if arcs.is_empty() {
                    let first = value.checked_div(40)?.min(2);
                    arcs.push(first);
                    arcs.push(value.checked_sub(first.checked_mul(40)?)?);
                } else {
                    arcs.push(value);
                }
                value = 0;
            }
        }
        if open || arcs.is_empty() { None } else { Some(arcs) }
    }
}

impl fmt::Display for ObjectIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.arcs() {
            Some(arcs) => {
                let parts: Vec<String> = arcs.iter().map(u64::to_string).collect();
                f.write_str(&parts.join("."))
            }
            None => write!(f, "#{}", crate::hex::Hex::from(self.as_der())),
        }
    }
}

impl fmt::Debug for ObjectIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no dotted object identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an object identifier such as 1.3.6.1.5.5.7.3.3")]
pub struct InvalidObjectIdentifier(pub String);

impl FromStr for ObjectIdentifier {
    type Err = InvalidObjectIdentifier;

    fn from_str(text: &str) -> Result<ObjectIdentifier, InvalidObjectIdentifier> {
        encode(text).ok_or_else(|| InvalidObjectIdentifier(text.to_owned()))
    }
}

fn encode(text: &str) -> Option<ObjectIdentifier> {
    if let Some(digits) = text.strip_prefix('#') {
        return crate::hex::Hex::parse(digits).map(|hex| ObjectIdentifier(Cow::Owned(hex.0)));
    }
    let arcs: Option<Vec<u64>> = text.split('.').map(|part| part.parse().ok()).collect();
    let arcs = arcs?;
    let [first, second, rest @ ..] = arcs.as_slice() else { return None };
    if *first > 2 || (*first < 2 && *second > 39) {
        return None;
    }
    let mut contents = Vec::new();
    push_arc(&mut contents, first.checked_mul(40)?.checked_add(*second)?);
    rest.iter().for_each(|arc| push_arc(&mut contents, *arc));
    Some(ObjectIdentifier(Cow::Owned(contents)))
}

fn push_arc(contents: &mut Vec<u8>, arc: u64) {
    let septets = (64u32.saturating_sub(arc.leading_zeros())).div_ceil(7).max(1);
    for index in (0..septets).rev() {
        let septet = (arc >> index.saturating_mul(7)) & 0x7f;
        let more = if index > 0 { 0x80 } else { 0 };
        contents.push(u8::try_from(septet).unwrap_or(0) | more);
    }
}

impl Serialize for ObjectIdentifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectIdentifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ObjectIdentifier, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ObjectIdentifier {
    fn schema_name() -> Cow<'static, str> {
        "ObjectIdentifier".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_form_and_octets() {
        // 1.3.6.1.4.1.311.2.1.4 as X.690 8.19 encodes it.
        let octets = [0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 4];
        let oid = ObjectIdentifier::from_der(&octets);
        assert_eq!(oid.to_string(), "1.3.6.1.4.1.311.2.1.4");
        assert_eq!("1.3.6.1.4.1.311.2.1.4".parse::<ObjectIdentifier>().unwrap(), oid);
        assert_eq!("2.5.29.15".parse::<ObjectIdentifier>().unwrap().as_der(), [0x55, 29, 15]);
        assert_eq!("2.999.3".parse::<ObjectIdentifier>().unwrap().as_der(), [0x88, 0x37, 3]);
    }

    #[test]
    fn broken_identifiers_are_kept_and_read_back() {
        let oid = ObjectIdentifier::from_der(&[0x2b, 0x86]);
        assert_eq!(oid.to_string(), "#2b86");
        assert_eq!("#2b86".parse::<ObjectIdentifier>().unwrap(), oid);
        // 1.3.6 with a leading zero, which X.690 8.19.2 forbids.
        assert_eq!(ObjectIdentifier::from_der(&[0x2b, 0x80, 6]).to_string(), "#2b8006");
        assert!("1".parse::<ObjectIdentifier>().is_err());
        assert!("3.1".parse::<ObjectIdentifier>().is_err());
    }
}
