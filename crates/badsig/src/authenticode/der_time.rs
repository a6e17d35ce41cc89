//! UTCTime and GeneralizedTime (X.680 46 and 47, with the century rule of RFC 5280 4.1.2.5.1).
//!
//! Read as X.690 11.7 and 11.8 ask, and more widely where BER allows it: seconds may be missing, a zone may
//! be given instead of `Z`. A local time without a zone is refused: nobody can tell when that was.

use super::der::{DerError, DerProblem, Reader, Tlv, tag};
use crate::time::UtcTime;

impl Tlv<'_> {
    /// The point in time that a UTCTime or GeneralizedTime states; fractions of a second are kept.
    ///
    /// # Errors
    /// When it is of another type, or no date of the calendar.
    pub fn time(&self, field: &'static str) -> Result<UtcTime, DerError> {
        let year_digits = match self.tag {
            tag::UTC_TIME => 2,
            tag::GENERALIZED_TIME => 4,
            got => return Err(self.error(field, DerProblem::WrongTag { expected: tag::UTC_TIME, got })),
        };
        std::str::from_utf8(self.value)
            .ok()
            .and_then(|text| rfc3339(text, year_digits))
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| {
                self.error(field, DerProblem::Value("no date and time of the calendar with a zone"))
            })
    }
}

impl Reader<'_> {
    /// Reads the next value if it is a time.
    ///
    /// # Errors
    /// As [`Tlv::time`].
    pub fn optional_time(&mut self, field: &'static str) -> Result<Option<UtcTime>, DerError> {
        match self.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => self.any(field)?.time(field).map(Some),
            _ => Ok(None),
        }
    }
}

/// `YYMMDDhhmm[ss]zone` or `YYYYMMDDhhmm[ss[.fraction]]zone` as RFC 3339 writes it.
fn rfc3339(text: &str, year_digits: usize) -> Option<String> {
    let (year, rest) = text.split_at_checked(year_digits)?;
    let digits = rest.find(|character: char| !character.is_ascii_digit())?;
    let (digits, zone) = rest.split_at_checked(digits)?;
    let century = match year.chars().next() {
        _ if year_digits > 2 => "",
        Some('0'..='4') => "20",
        _ => "19",
    };
    let pair = |from: usize| digits.get(from..from.saturating_add(2));
    let seconds = match digits.len() {
        8 => "00",
        10 => pair(8)?,
        _ => return None,
    };
    let (month, day, hour, minute) = (pair(0)?, pair(2)?, pair(4)?, pair(6)?);
    let (fraction, zone) = split_fraction(zone);
    let zone = zone_of(zone)?;
    Some(format!("{century}{year}-{month}-{day}T{hour}:{minute}:{seconds}{fraction}{zone}"))
}

/// The fraction as RFC 3339 writes it, and what follows. More than nine digits are cut off.
fn split_fraction(text: &str) -> (String, &str) {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return (String::new(), text) };
    let zone = rest.trim_start_matches(|character: char| character.is_ascii_digit());
    let digits: String = rest.chars().take_while(char::is_ascii_digit).take(9).collect();
    (if digits.is_empty() { digits } else { format!(".{digits}") }, zone)
}

fn zone_of(zone: &str) -> Option<String> {
    if zone == "Z" {
        return Some("Z".to_owned());
    }
    let (hours, minutes) = zone.split_at_checked(3)?;
    if minutes.len() == 2 { Some(format!("{hours}:{minutes}")) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::der::{Reader, Tag};
    use super::*;

    fn read(tag: Tag, text: &str) -> Option<String> {
        let mut bytes = vec![tag, u8::try_from(text.len()).unwrap()];
        bytes.extend_from_slice(text.as_bytes());
        Reader::new(&bytes).any("time").unwrap().time("time").ok().map(|time| time.to_string())
    }

    #[test]
    fn centuries_of_utc_time() {
        assert_eq!(read(tag::UTC_TIME, "491231235959Z").unwrap(), "2049-12-31T23:59:59Z");
        assert_eq!(read(tag::UTC_TIME, "500101000000Z").unwrap(), "1950-01-01T00:00:00Z");
    }

    #[test]
    fn zones_missing_seconds_and_fractions() {
        assert_eq!(read(tag::UTC_TIME, "2610231218+0200").unwrap(), "2026-10-23T10:18:00Z");
        assert_eq!(read(tag::GENERALIZED_TIME, "20261023121835.25Z").unwrap(), "2026-10-23T12:18:35.25Z");
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "Z",
            "20261023121835",
            "20261323121835Z",
            "2026102312Z",
            "+0261023121835Z",
            "20261023121835Z9",
            "99991231235959-2359",
        ] {
            assert_eq!(read(tag::GENERALIZED_TIME, text), None, "{text}");
        }
        assert_eq!(read(tag::UTC_TIME, "é61023121835Z"), None);
        assert_eq!(read(tag::INTEGER, "261023121835Z"), None);
    }
}
