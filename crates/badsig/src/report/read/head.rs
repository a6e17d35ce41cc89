//! The first pass: everything but the files, which are counted.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::input::Budget;
use super::{CertificateTable, Field, ReportHead, SCHEMA_VERSION};
use crate::limits;

pub(super) struct HeadVisitor {
    pub(super) budget: Budget,
}

impl<'de> Visitor<'de> for HeadVisitor {
    type Value = (ReportHead, CertificateTable);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report of badsig check")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut version, mut tool, mut evidence, mut targets) = (None, None, None, None);
        let (mut certificates, mut files) = (None, None);
        let (mut verdict, mut not_checked, mut missing, mut findings, mut shard) =
            (None, None, None, None, None);
        while let Some(field) = map.next_key()? {
            self.budget.begin(limits::REPORT_ENTRY_BYTES);
            match field {
                Field::SchemaVersion => once(&mut version, map.next_value()?, "schema_version")?,
                Field::Tool => once(&mut tool, map.next_value()?, "tool")?,
                Field::Evidence => once(&mut evidence, map.next_value()?, "evidence")?,
                Field::Targets => once(&mut targets, map.next_value()?, "targets")?,
                Field::Verdict => once(&mut verdict, map.next_value()?, "verdict")?,
                Field::NotChecked => once(&mut not_checked, map.next_value()?, "not_checked")?,
                Field::Missing => once(&mut missing, map.next_value()?, "missing")?,
                Field::Findings => once(&mut findings, map.next_value()?, "findings")?,
                Field::Shard => once(&mut shard, map.next_value()?, "shard")?,
                Field::Certificates => {
                    self.budget.begin(limits::REPORT_TABLE_BYTES);
                    once(&mut certificates, map.next_value()?, "certificates")?;
                }
                Field::Files => once(&mut files, map.next_value_seed(Paths(&self.budget))?, "files")?,
                Field::Other => {
                    let IgnoredAny = map.next_value()?;
                }
            }
        }
        let version: u32 = version.ok_or_else(|| A::Error::missing_field("schema_version"))?;
        if version != SCHEMA_VERSION {
            let message = format!("schema_version is {version}; this badsig reads {SCHEMA_VERSION}");
            return Err(A::Error::custom(message));
        }
        let head = ReportHead {
            tool: tool.ok_or_else(|| A::Error::missing_field("tool"))?,
            evidence: evidence.ok_or_else(|| A::Error::missing_field("evidence"))?,
            targets: targets.ok_or_else(|| A::Error::missing_field("targets"))?,
            paths: files.ok_or_else(|| A::Error::missing_field("files"))?,
            verdict,
            not_checked: not_checked.unwrap_or_default(),
            missing: missing.unwrap_or_default(),
            findings: findings.unwrap_or_default(),
            shard,
        };
        Ok((head, certificates.unwrap_or_default()))
    }
}

/// A field that stands twice would be read in two ways.
fn once<T, E: serde::de::Error>(place: &mut Option<T>, value: T, name: &'static str) -> Result<(), E> {
    match place.replace(value) {
        Some(_) => Err(E::duplicate_field(name)),
        None => Ok(()),
    }
}

/// The path of an entry.
#[derive(Deserialize)]
struct Named {
    path: String,
}

struct Paths<'a>(&'a Budget);

impl<'de> DeserializeSeed<'de> for Paths<'_> {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Paths<'_> {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of files")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
        let mut paths = Vec::new();
        self.0.begin(limits::REPORT_ENTRY_BYTES);
        while let Some(file) = list.next_element::<Named>()? {
            paths.push(file.path);
            self.0.begin(limits::REPORT_ENTRY_BYTES);
        }
        Ok(paths)
    }
}
