//! Writing DER (X.690), for what badsig itself makes: requests to OCSP responders, names that stand in two pieces. What was
//! read is never written again.

use super::der::Tag;

/// One value with this tag, whose contents are these parts.
pub(crate) fn write(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let digits: Vec<u8> = contents.len().to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
    let mut encoded = vec![tag];
    match (digits.as_slice(), u8::try_from(digits.len())) {
        ([], _) => encoded.push(0),
        ([short @ 0..0x80], _) => encoded.push(*short),
        (long, Ok(count)) => {
            encoded.push(0x80 | count);
            encoded.extend_from_slice(long);
        }
        (_, Err(_)) => {}
    }
    encoded.extend(contents);
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticode::der::tag;

    #[test]
    fn lengths_are_short_when_they_can_be() {
        assert_eq!(write(tag::NULL, &[]), [5, 0]);
        assert_eq!(write(tag::OCTET_STRING, &[&[7; 127]])[..3], [4, 127, 7]);
        assert_eq!(write(tag::OCTET_STRING, &[&[7; 100], &[7; 100]])[..4], [4, 0x81, 200, 7]);
        assert_eq!(write(tag::OCTET_STRING, &[&[7; 256]])[..5], [4, 0x82, 1, 0, 7]);
    }
}
