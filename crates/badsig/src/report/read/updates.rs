//! Reading the report of an update catalog again, update by update.

use std::fmt;
use std::io::{Read, Seek};

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::each::Stop;
use super::error::ReportError;
use super::input::{Budget, Input};
use super::{SCHEMA_VERSION, each};
use crate::limits;
use crate::report::{UpdateReport, UpdatesReport};

/// A report of `badsig updates check` that was made earlier.
pub struct StoredUpdates {
    input: Input,
    head: UpdatesReport,
}

impl StoredUpdates {
    /// A report in a file. It is read from its start, twice.
    ///
    /// # Errors
    /// [`ReportError`] with the place, when the bytes are no such report or one of a later shape, or cannot be read.
    pub fn from_reader(reader: impl Read + Seek + 'static) -> Result<StoredUpdates, ReportError> {
        let mut input = Input::File(Box::new(reader));
        let fields = input.pass(|budget| Head { budget })?;
        let head: UpdatesReport = serde_json::from_value(Value::Object(fields))?;
        if head.schema_version != SCHEMA_VERSION {
            let message =
                format!("schema_version is {}; this badsig reads {SCHEMA_VERSION}", head.schema_version);
            return Err(ReportError::Damaged(message));
        }
        Ok(StoredUpdates { input, head })
    }

    /// Everything but the updates themselves.
    pub fn head(&self) -> &UpdatesReport {
        &self.head
    }

    /// Tells `hear` every update, in their order.
    ///
    /// # Errors
    /// [`ReportError`] when an entry is damaged; or the first error of `hear`.
    pub fn each<E: From<ReportError>>(
        &mut self,
        mut hear: impl FnMut(UpdateReport) -> Result<(), E>,
    ) -> Result<(), E> {
        each(&mut self.input, UPDATES, |update| hear(update).map_err(Stop::Heard))
    }
}

const UPDATES: &str = "updates";

/// The first pass: all fields but the updates, for which an empty list stands.
struct Head {
    budget: Budget,
}

impl<'de> Visitor<'de> for Head {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report of badsig updates check")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Map::new();
        while let Some(field) = map.next_key::<String>()? {
            let value = if field == UPDATES {
                // However many there are: they are passed over without being kept.
                self.budget.begin(usize::MAX);
                let IgnoredAny = map.next_value()?;
                Value::Array(Vec::new())
            } else {
                self.budget.begin(limits::REPORT_ENTRY_BYTES);
                map.next_value()?
            };
            self.budget.begin(limits::REPORT_ENTRY_BYTES);
            if fields.insert(field.clone(), value).is_some() {
                return Err(A::Error::custom(format!("the field {field} stands twice")));
            }
        }
        Ok(fields)
    }
}
