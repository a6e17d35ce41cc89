//! The bytes of a document become UTF-8, by its mark (BOM) or its declaration (XML 1.0, appendix F).

use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes in which an XML declaration is looked for.
const DECLARATION: usize = 256;
/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// The document as UTF-8, without a mark.
pub(super) fn utf8<'r>(mut source: impl Read + 'r) -> io::Result<Box<dyn BufRead + 'r>> {
    let mut start = Vec::new();
    source.by_ref().take(u64::try_from(DECLARATION).unwrap_or(u64::MAX)).read_to_end(&mut start)?;
    let (encoding, mark) = encoding(&start)?;
    let rest = start.get(mark..).unwrap_or_default().to_vec();
    let whole = io::Cursor::new(rest).chain(source);
    if encoding == UTF_8 {
        return Ok(Box::new(BufReader::with_capacity(PIECE, whole)));
    }
    Ok(Box::new(Transcoder::new(whole, encoding)))
}

/// The encoding, and the length of the mark.
fn encoding(start: &[u8]) -> io::Result<(&'static Encoding, usize)> {
    if let Some((encoding, length)) = Encoding::for_bom(start) {
        return Ok((encoding, length));
    }
    match start {
        [b'<', 0, ..] => return Ok((UTF_16LE, 0)),
        [0, b'<', ..] => return Ok((UTF_16BE, 0)),
        _ => {}
    }
    let Some(label) = declared(start) else { return Ok((UTF_8, 0)) };
    match Encoding::for_label(label.as_bytes()) {
        Some(wide) if wide == UTF_16LE || wide == UTF_16BE => {
            Err(invalid(format!("the declaration says {label}, but the bytes are not UTF-16")))
        }
        Some(encoding) => Ok((encoding, 0)),
        None => Err(invalid(format!("the declaration names an encoding that is not known: {label:?}"))),
    }
}

/// The encoding that an XML declaration in ASCII names.
fn declared(start: &[u8]) -> Option<String> {
    let text: String = start.iter().map(|byte| char::from(*byte)).collect();
    let declaration = text.strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start().to_owned();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.get(1..)?.split_once(quote).map(|(label, _)| label.to_owned())
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// Bytes of another encoding, read as UTF-8. Bytes that mean nothing are an error, never replaced.
struct Transcoder<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Bytes of `raw` that wait to be decoded.
    waiting: Range<usize>,
    decoded: Vec<u8>,
    /// Bytes of `decoded` that wait to be read.
    ready: Range<usize>,
    ended: bool,
    finished: bool,
}

impl<R: Read> Transcoder<R> {
    fn new(source: R, encoding: &'static Encoding) -> Transcoder<R> {
        Transcoder {
            source,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; PIECE],
            waiting: 0..0,
            decoded: vec![0; PIECE],
            ready: 0..0,
            ended: false,
            finished: false,
        }
    }

    fn decode(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() && !self.ended {
            let count = self.source.read(&mut self.raw)?;
            self.waiting = 0..count;
            self.ended = count == 0;
        }
        let raw = self.raw.get(self.waiting.clone()).unwrap_or_default();
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(raw, &mut self.decoded, self.ended);
        self.waiting.start = self.waiting.start.saturating_add(read);
        self.ready = 0..written;
        match result {
            DecoderResult::Malformed(..) => {
                let name = self.decoder.encoding().name();
                Err(invalid(format!("bytes that mean nothing in {name}")))
            }
            DecoderResult::InputEmpty => {
                self.finished = self.ended;
                Ok(())
            }
            DecoderResult::OutputFull => Ok(()),
        }
    }
}

impl<R: Read> BufRead for Transcoder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.ready.is_empty() && !self.finished {
            self.decode()?;
        }
        Ok(self.decoded.get(self.ready.clone()).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.ready.start = self.ready.start.saturating_add(count);
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        utf8(bytes)?.read_to_string(&mut text)?;
        Ok(text)
    }

    fn wide(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn marks_and_declarations() {
        let text = "<?xml version='1.0'?><a>é日𝄞</a>";
        assert_eq!(read(text.as_bytes()).unwrap(), text);
        assert_eq!(read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap(), text);
        for big in [false, true] {
            for mark in [false, true] {
                assert_eq!(read(&wide(text, big, mark)).unwrap(), text, "{big} {mark}");
            }
        }
        assert!(read(b"<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\xe9</a>").unwrap().contains('é'));
    }

    #[test]
    fn long_documents_of_any_encoding() {
        let text = format!("<a>{}</a>", "日本 text ".repeat(50_000));
        assert_eq!(read(&wide(&text, false, true)).unwrap(), text);
    }

    #[test]
    fn what_means_nothing_is_an_error() {
        assert!(read(b"<?xml version='1.0' encoding='utf-16'?><a/>").is_err());
        assert!(read(b"<?xml version='1.0' encoding='klingon'?><a/>").is_err());
        assert!(read(b"\xff\xfe<\0a\0\x00\xdc\x00\xdc").is_err());
    }
}
