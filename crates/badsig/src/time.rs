//! Points in time, always UTC, written as RFC 3339.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time in UTC. Windows stores validity dates and time stamps in several encodings
/// (UTCTime, GeneralizedTime, FILETIME); all become this.
///
/// ```
/// let stamp: badsig::UtcTime = "2026-11-21T10:00:00Z".parse()?;
/// assert_eq!(stamp.to_string(), "2026-11-21T10:00:00Z");
/// # Ok::<(), badsig::time::InvalidTime>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime(OffsetDateTime);

/// The text is not an RFC 3339 date and time.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{text:?} is not an RFC 3339 date and time such as 2026-11-21T10:00:00Z or 2026-11-21")]
pub struct InvalidTime {
    /// What was given.
    pub text: String,
}

/// Seconds between 1601-01-01 (the epoch of FILETIME) and 1970-01-01.
const FILETIME_TO_UNIX_SECONDS: i64 = 11_644_473_600;
/// FILETIME counts units of 100 nanoseconds.
const FILETIME_UNITS_PER_SECOND: i64 = 10_000_000;

impl UtcTime {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: UtcTime = UtcTime(OffsetDateTime::UNIX_EPOCH);

    /// The time that the clock of this machine shows. The library never calls this: the clock is
    /// evidence, and only a caller knows whether it may be believed.
    pub fn now() -> UtcTime {
        UtcTime(OffsetDateTime::now_utc().replace_nanosecond(0).unwrap_or_else(|_| OffsetDateTime::now_utc()))
    }

    /// From seconds since 1970-01-01T00:00:00Z; `None` when out of the calendar's range.
    pub fn from_unix(seconds: i64) -> Option<UtcTime> {
        OffsetDateTime::from_unix_timestamp(seconds).ok().map(UtcTime)
    }

    /// From a FILETIME (100-nanosecond units since 1601-01-01 UTC), as certificate trust lists store it.
    pub fn from_filetime(units: u64) -> Option<UtcTime> {
        let units = i64::try_from(units).ok()?;
        let seconds = units.checked_div(FILETIME_UNITS_PER_SECOND)?.checked_sub(FILETIME_TO_UNIX_SECONDS)?;
        UtcTime::from_unix(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// From the date type of the `time` crate; `None` when it is no date that RFC 3339 can write in UTC, as the last
    /// hours of the year 9999 in a western zone.
    pub fn from_offset(value: OffsetDateTime) -> Option<UtcTime> {
        let utc = value.checked_to_offset(time::UtcOffset::UTC)?;
        (0..=9999).contains(&utc.year()).then_some(UtcTime(utc))
    }

    /// The date alone: `2026-11-21`.
    pub fn date(self) -> String {
        let date = self.0.date();
        format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.format(&Rfc3339) {
            Ok(text) => f.write_str(&text),
            Err(_) => write!(f, "@{}", self.0.unix_timestamp()),
        }
    }
}

impl FromStr for UtcTime {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<UtcTime, InvalidTime> {
        let invalid = || InvalidTime { text: text.to_owned() };
        let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        OffsetDateTime::parse(&whole, &Rfc3339).ok().and_then(UtcTime::from_offset).ok_or_else(invalid)
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<UtcTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for UtcTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UtcTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date-time"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_alone_means_midnight() {
        let time: UtcTime = "2026-11-21".parse().unwrap();
        assert_eq!(time.to_string(), "2026-11-21T00:00:00Z");
        assert_eq!(time.date(), "2026-11-21");
    }

    #[test]
    fn other_zones_become_utc() {
        let time: UtcTime = "2026-11-21T01:00:00+02:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-11-20T23:00:00Z");
    }

    #[test]
    fn times_that_leave_the_calendar_in_utc_are_refused() {
        assert!("9999-12-31T23:59:59-23:59".parse::<UtcTime>().is_err());
        assert!("9999-12-31T23:59:59+23:59".parse::<UtcTime>().is_ok());
        assert!("0000-01-01T00:00:00-23:59".parse::<UtcTime>().is_ok());
        assert!("0000-01-01T00:00:00+23:59".parse::<UtcTime>().is_err());
    }

    /// Microsoft documents FILETIME 0x01D9C40EE2330000-like values; 116444736000000000 is 1970-01-01.
    #[test]
    fn filetime_epoch() {
        assert_eq!(UtcTime::from_filetime(116_444_736_000_000_000).unwrap().unix(), 0);
        assert_eq!(UtcTime::from_filetime(u64::MAX), None);
    }

    #[test]
    fn nonsense_is_refused_with_the_text() {
        assert_eq!("yesterday".parse::<UtcTime>().unwrap_err().text, "yesterday");
    }
}
