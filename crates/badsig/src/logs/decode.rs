//! The bytes of a log as UTF-8: UTF-16 is recognised by its mark or by its zeros, everything else passes as it is.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};

/// Bytes that are looked at to recognise UTF-16 without a mark.
const PROBE: usize = 4096;

/// Bytes decoded at a time.
const PIECE: usize = 64 * 1024;

/// A reader of UTF-8 over a log of any encoding. What is no text in UTF-8 is left to [`text`].
pub(super) struct Decoded<R> {
    input: R,
    decoder: Option<Decoder>,
    /// Bytes that were read and not handed on yet.
    waiting: Vec<u8>,
    from: usize,
}

impl<R: Read> Decoded<R> {
    /// Looks at the beginning of a log.
    pub(super) fn new(mut input: R) -> io::Result<Decoded<R>> {
        let mut waiting = Vec::new();
        input.by_ref().take(PROBE.try_into().unwrap_or(u64::MAX)).read_to_end(&mut waiting)?;
        let decoder = recognise(&waiting);
        let from = mark_length(&waiting);
        Ok(Decoded { input, decoder, waiting, from })
    }
}

/// The length of a byte order mark at the beginning.
fn mark_length(head: &[u8]) -> usize {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => 3,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => 2,
        _ => 0,
    }
}

/// UTF-16 by its mark, or by the zeros that the Latin letters of a log leave in every other byte.
fn recognise(head: &[u8]) -> Option<Decoder> {
    let encoding = match head {
        [0xFF, 0xFE, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] => Some(UTF_16BE),
        _ => {
            let (pairs, _) = head.as_chunks::<2>();
            let zeros = |index: usize| pairs.iter().filter(|pair| pair.get(index) == Some(&0)).count();
            let (first, second) = (zeros(0), zeros(1));
            let many = |zeros: usize| zeros.saturating_mul(10) >= pairs.len().saturating_mul(6);
            let few = |zeros: usize| zeros.saturating_mul(10) < pairs.len();
            match pairs.len() {
                0..4 => None,
                _ if many(second) && few(first) => Some(UTF_16LE),
                _ if many(first) && few(second) => Some(UTF_16BE),
                _ => None,
            }
        }
    };
    encoding.map(encoding_rs::Encoding::new_decoder_without_bom_handling)
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match &mut self.decoder {
            None => match self.waiting.get(self.from..).filter(|rest| !rest.is_empty()) {
                Some(mut rest) => {
                    let count = rest.read(out)?;
                    self.from = self.from.saturating_add(count);
                    Ok(count)
                }
                None => self.input.read(out),
            },
            Some(decoder) => loop {
                let rest = self.waiting.get(self.from..).unwrap_or_default();
                let (_, read, written, _) = decoder.decode_to_utf8(rest, out, false);
                self.from = self.from.saturating_add(read);
                if written > 0 {
                    return Ok(written);
                }
                // The end of what there is now; a log that is followed may go on, so nothing is flushed.
                self.waiting.resize(PIECE, 0);
                let count = self.input.read(&mut self.waiting)?;
                self.waiting.truncate(count);
                self.from = 0;
                if count == 0 {
                    return Ok(0);
                }
            },
        }
    }
}

/// Bytes as text: UTF-8, or else the Western code page that German and English Windows write logs in. Zeros, which
/// a crash leaves in a log, are dropped.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    let decoded = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    if memchr::memchr(0, bytes).is_some() { Cow::Owned(decoded.replace('\0', "")) } else { decoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Fehler 0x800b0100: Es war keine Signatur im Antragsteller vorhanden. äöü\r\n";

    fn decoded(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        Decoded::new(bytes).unwrap().read_to_end(&mut out).unwrap();
        text(&out).into_owned()
    }

    #[test]
    fn every_encoding_that_windows_writes() {
        let little: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        assert_eq!(decoded(TEXT.as_bytes()), TEXT);
        assert_eq!(decoded(&marked(&[0xEF, 0xBB, 0xBF], TEXT.as_bytes())), TEXT);
        assert_eq!(decoded(&little), TEXT);
        assert_eq!(decoded(&big), TEXT);
        assert_eq!(decoded(&marked(&[0xFF, 0xFE], &little)), TEXT);
        assert_eq!(decoded(&marked(&[0xFE, 0xFF], &big)), TEXT);
        let western = encoding_rs::WINDOWS_1252.encode(TEXT).0;
        assert_eq!(decoded(&western), TEXT);
    }

    #[test]
    fn long_logs_are_decoded_in_pieces() {
        let long = TEXT.repeat(5000);
        let little: Vec<u8> = long.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&little), long);
    }

    #[test]
    fn zeros_of_a_crash_are_no_utf_16() {
        let broken = [&b"one\r\n"[..], &[0; 40], &b"two\r\n"[..]].concat();
        assert_eq!(decoded(&broken), "one\r\ntwo\r\n");
        assert_eq!(decoded(&[]), "");
        assert_eq!(decoded(&[0xFF]), "ÿ");
    }
}
