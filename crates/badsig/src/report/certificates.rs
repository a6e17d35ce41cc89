//! The certificates of a report: each stands there once, and facts name it by its SHA-256.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::FileReport;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::SignatureFacts;
use crate::hex::Hex;
use crate::limits;

/// SHA-256 of a certificate.
pub(super) type Thumbprint = [u8; 32];

/// Certificates by thumbprint. In JSON an object: the SHA-256 in upper case, and the DER in base64.
#[derive(Clone, Debug, Default)]
pub struct CertificateTable(BTreeMap<Thumbprint, Certificate>);

impl CertificateTable {
    /// The certificates that the facts of these files refer to.
    pub fn of(files: &[FileReport]) -> CertificateTable {
        let mut table = CertificateTable::default();
        files.iter().for_each(|file| file.collect_certificates(&mut table));
        table
    }

    /// Takes all certificates of another table in.
    pub fn extend(&mut self, other: &CertificateTable) {
        self.0.extend(other.0.iter().map(|(thumbprint, certificate)| (*thumbprint, certificate.clone())));
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of certificates.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes a certificate in, once.
    pub fn add(&mut self, certificate: &Certificate) {
        self.0.entry(*certificate.sha256()).or_insert_with(|| certificate.clone());
    }

    /// Takes all certificates of a signature and its time stamps in.
    pub(super) fn add_all_of(&mut self, signature: &SignatureFacts) {
        let Ok(contents) = &signature.contents else { return };
        let stamps = contents.timestamps.iter().flat_map(|stamp| &stamp.certificates);
        contents.certificates.iter().chain(stamps).for_each(|certificate| self.add(certificate));
    }

    /// The certificates, by their SHA-256.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.0.values()
    }

    /// The certificate with this SHA-256.
    pub(super) fn find(&self, thumbprint: &Thumbprint) -> Option<&Certificate> {
        self.0.get(thumbprint)
    }
}

/// A certificate named by its SHA-256: in JSON only that, in memory the certificate too, where it is known.
#[derive(Clone, Debug)]
pub struct CertificateReference {
    pub(super) thumbprint: Thumbprint,
    pub(super) certificate: Option<Certificate>,
}

impl From<&Certificate> for CertificateReference {
    fn from(certificate: &Certificate) -> CertificateReference {
        let certificate = certificate.clone();
        CertificateReference { thumbprint: *certificate.sha256(), certificate: Some(certificate) }
    }
}

pub(super) fn shown(thumbprint: &Thumbprint) -> String {
    Hex::from(&thumbprint[..]).upper()
}

impl Serialize for CertificateReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&shown(&self.thumbprint))
    }
}

impl<'de> Deserialize<'de> for CertificateReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CertificateReference, D::Error> {
        Ok(CertificateReference { thumbprint: thumbprint(deserializer)?, certificate: None })
    }
}

fn thumbprint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Thumbprint, D::Error> {
    let hex = Hex::deserialize(deserializer)?;
    let length = hex.0.len();
    Thumbprint::try_from(hex.0)
        .map_err(|_| D::Error::custom(format!("{length} bytes are no SHA-256 of a certificate")))
}

impl Serialize for CertificateTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_map(self.0.iter().map(|(thumbprint, certificate)| (shown(thumbprint), certificate)))
    }
}

impl<'de> Deserialize<'de> for CertificateTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CertificateTable, D::Error> {
        deserializer.deserialize_map(Table)
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = CertificateTable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("certificates by their SHA-256")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CertificateTable, A::Error> {
        let mut table = CertificateTable::default();
        while let Some((name, certificate)) = map.next_entry::<Hex, Certificate>()? {
            if name.0 != certificate.sha256() {
                let actual = shown(certificate.sha256());
                return Err(A::Error::custom(format!("the certificate under {} is {actual}", name.upper())));
            }
            if table.len() >= limits::REPORT_CERTIFICATES {
                let limit = limits::REPORT_CERTIFICATES;
                return Err(A::Error::custom(format!("more than {limit} certificates")));
            }
            table.add(&certificate);
        }
        Ok(table)
    }
}

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{CertificateReference, CertificateTable};

    impl JsonSchema for CertificateReference {
        fn schema_name() -> Cow<'static, str> {
            "CertificateReference".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({"type": "string", "pattern": "^[0-9A-F]{64}$"})
        }
    }

    impl JsonSchema for CertificateTable {
        fn schema_name() -> Cow<'static, str> {
            "CertificateTable".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "type": "object",
                "patternProperties": {"^[0-9A-F]{64}$": {"type": "string", "contentEncoding": "base64"}},
                "additionalProperties": false
            })
        }
    }
}
