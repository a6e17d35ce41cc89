//! The second pass: the facts of one file after another.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::facts::StoredFile;
use super::input::Budget;
use super::{CertificateTable, Field};
use crate::facts::Facts;
use crate::limits::{self, Limits};

/// Tells the facts of all files.
pub(super) struct Files<'a, F, E> {
    pub(super) budget: Budget,
    pub(super) certificates: &'a CertificateTable,
    pub(super) limits: &'a Limits,
    pub(super) hear: &'a mut F,
    /// Why `hear` wants no more.
    pub(super) stopped: &'a mut Option<E>,
}

impl<'de, F, E> Visitor<'de> for Files<'_, F, E>
where
    F: FnMut(Facts) -> Result<(), E>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report of badsig check")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(field) = map.next_key()? {
            match field {
                Field::Files => map.next_value_seed(List(&mut self))?,
                Field::Certificates => {
                    self.budget.begin(limits::REPORT_TABLE_BYTES);
                    let IgnoredAny = map.next_value()?;
                }
                _ => {
                    let IgnoredAny = map.next_value()?;
                }
            }
            self.budget.begin(limits::REPORT_ENTRY_BYTES);
        }
        Ok(())
    }
}

struct List<'a, 'b, F, E>(&'a mut Files<'b, F, E>);

impl<'de, F, E> DeserializeSeed<'de> for List<'_, '_, F, E>
where
    F: FnMut(Facts) -> Result<(), E>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F, E> Visitor<'de> for List<'_, '_, F, E>
where
    F: FnMut(Facts) -> Result<(), E>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of files")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Files { budget, certificates, limits, hear, stopped } = self.0;
        budget.begin(limits::REPORT_ENTRY_BYTES);
        while let Some(file) = list.next_element::<StoredFile>()? {
            budget.begin(limits::REPORT_ENTRY_BYTES);
            let path = file.path().to_owned();
            let damaged = |why: String| A::Error::custom(format!("files: {path}: {why}"));
            let facts = file.into_facts(certificates, limits).map_err(damaged)?;
            if let Err(error) = hear(facts) {
                **stopped = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
