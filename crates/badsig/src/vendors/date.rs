//! Dates of evidence, as exact as the source gives them: `2026-06-26`, `2024-12` or `2013`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::UtcTime;

/// Evidence older than this many years is stale: certificates are bought, and lapse, in less.
pub const STALE_AFTER_YEARS: u32 = 2;

/// A day, a month or a year. In order of time; a month stands before its first day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceDate(String);

/// The text is not a date of evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date such as 2026-06-26, 2026-06 or 2026")]
pub struct InvalidDate(pub String);

impl EvidenceDate {
    /// The day of a point in time.
    pub fn of(time: UtcTime) -> EvidenceDate {
        EvidenceDate(time.date())
    }

    /// The date as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lies more than [`STALE_AFTER_YEARS`] before a point in time. A month counts from its first day.
    pub fn is_stale(&self, at: UtcTime) -> bool {
        let year = self.0.get(..4).and_then(|year| year.parse::<u32>().ok()).unwrap_or_default();
        let rest = self.0.get(4..).unwrap_or_default();
        let last = format!("{:04}{rest}", year.saturating_add(STALE_AFTER_YEARS));
        last < at.date()
    }
}

impl FromStr for EvidenceDate {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<EvidenceDate, InvalidDate> {
        let whole = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            10 => text.to_owned(),
            _ => return Err(InvalidDate(text.to_owned())),
        };
        match whole.parse::<UtcTime>() {
            Ok(_) => Ok(EvidenceDate(text.to_owned())),
            Err(_) => Err(InvalidDate(text.to_owned())),
        }
    }
}

impl fmt::Display for EvidenceDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for EvidenceDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EvidenceDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EvidenceDate, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for EvidenceDate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EvidenceDate".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> EvidenceDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_months_and_years() {
        for text in ["2026-06-26", "2024-12", "2013"] {
            assert_eq!(date(text).to_string(), text);
        }
        for text in ["", "26", "2026-13", "2026-02-30", "2026/06/26", "2026-6-26", "yesterday", "2026-06-26T"]
        {
            assert!(text.parse::<EvidenceDate>().is_err(), "{text}");
        }
        assert!(date("2024-12") < date("2024-12-05") && date("2024-11-30") < date("2024-12"));
    }

    #[test]
    fn stale_after_two_years_and_not_before() {
        let at = |text: &str| text.parse::<UtcTime>().unwrap();
        assert!(!date("2024-11-21").is_stale(at("2026-11-21T23:59:59Z")));
        assert!(date("2024-11-21").is_stale(at("2026-11-22")));
        assert!(date("2024-11").is_stale(at("2026-11-21")));
        assert!(!date("2024-12").is_stale(at("2026-11-21")));
        assert!(!date("2024-02-29").is_stale(at("2026-02-28")));
        assert!(date("2024-02-29").is_stale(at("2026-03-01")));
        assert!(!date("2030-01-01").is_stale(at("2026-11-21")));
    }
}
