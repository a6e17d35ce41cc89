//! Values as the schemas of WSUS write them: GUIDs, dates, digests, sizes (`BaseTypes.xsd`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hex::Hex;
use crate::time::UtcTime;

/// `bt:Guid`: five groups of hexadecimal digits, without braces.
pub(crate) fn is_guid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == lengths.len()
        && groups.iter().zip(lengths).all(|(group, length)| {
            group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

/// `xs:dateTime`. A value without a zone, as real catalogs have it, is taken as UTC.
pub(super) fn date_time(text: &str) -> Option<UtcTime> {
    let text = text.trim();
    let (date, time) = text.split_once('T')?;
    if date.len() < 10 {
        return None;
    }
    let zoned = time.ends_with('Z') || time.contains(['+', '-']);
    let whole = if zoned { text.to_owned() } else { format!("{text}Z") };
    whole.parse().ok()
}

/// `xs:base64Binary`: spaces and line ends inside mean nothing.
pub(super) fn base64(text: &str) -> Option<Hex> {
    let compact: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    STANDARD.decode(compact).ok().map(Hex)
}

/// Bytes as SDP writes them.
pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// `bt:FileSize`: a signed number of 64 bits that is not negative.
pub(super) fn size(text: &str) -> Option<u64> {
    let digits = text.trim();
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse::<i64>().ok().filter(|_| plain)?;
    u64::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids() {
        assert!(is_guid("00004850-0000-0000-5350-00000006504F"));
        for wrong in
            ["", "{00004850-0000-0000-5350-000000065043}", "00004850-0000-0000-5350-00000006504", "g"]
        {
            assert!(!is_guid(wrong), "{wrong}");
        }
    }

    /// The three spellings seen in real files, and the fractions of the schema.
    #[test]
    fn dates() {
        let expected = date_time("2016-01-09T13:02:22Z").unwrap();
        for same in ["2016-01-09T13:02:22", "2016-01-09T13:02:22+00:00", "2016-01-09T14:02:22+01:00"] {
            assert_eq!(date_time(same), Some(expected), "{same}");
        }
        assert!(date_time("2016-01-09T13:02:22.1234567").is_some());
        for wrong in ["2016-01-09", "yesterday", "", "09.01.2016T10:00:00", "2016-13-09T13:02:22"] {
            assert_eq!(date_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn digests_and_sizes() {
        assert_eq!(base64("K4Uba4iwZTiA\n vovNun3hbicVQkI=").unwrap().0.len(), 20);
        assert_eq!(base64("K4U"), None);
        assert_eq!(size(" 10140064 "), Some(10_140_064));
        for wrong in ["", "-1", "1.5", "9223372036854775808", "0x10"] {
            assert_eq!(size(wrong), None, "{wrong}");
        }
    }
}
