//! Answers of a server with ranges (RFC 9110 section 14).

use std::io::Write;
use std::thread;
use std::time::Duration;

use super::{Asked, head};

/// A strong entity tag, as a header line.
pub const TAG: &str = "ETag: \"one\"\r\n";

/// The first byte that a request asks for, and the last one.
pub fn range(asked: &Asked) -> Option<(usize, Option<usize>)> {
    let line = asked.head.lines().find_map(|line| line.strip_prefix("range: bytes="))?;
    let (first, last) = line.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()))
}

/// The first byte that a request asks for.
pub fn range_start(asked: &Asked) -> Option<usize> {
    Some(range(asked)?.0)
}

/// The head of an answer and the bytes behind it: those of the range, or all when another version than that of `tag` is
/// asked for.
fn ranged<'b>(asked: &Asked, bytes: &'b [u8], tag: &str) -> (String, &'b [u8]) {
    let own = tag.trim_start_matches("ETag: ").trim().to_lowercase();
    let if_range = asked.head.lines().find_map(|line| line.strip_prefix("if-range: "));
    let wanted =
        range(asked).filter(|(start, _)| *start < bytes.len() && if_range.is_none_or(|tag| tag == own));
    let Some((start, end)) = wanted else { return (head(200, tag, bytes.len()), bytes) };
    let end = end.unwrap_or(usize::MAX).min(bytes.len().saturating_sub(1));
    let range = format!("{tag}Content-Range: bytes {start}-{end}/{}\r\n", bytes.len());
    let body = bytes.get(start..=end).unwrap_or_default();
    (head(206, &range, body.len()), body)
}

/// Answers as a server with ranges does.
pub fn serve_ranges(to: &mut dyn Write, asked: &Asked, bytes: &[u8], tag: &str) {
    let (head, body) = ranged(asked, bytes, tag);
    let _ = to.write_all(&[head.as_bytes(), body].concat());
}

/// The same in pieces of this size, with a pause behind each; `sent` hears of them.
pub fn serve_slowly(
    to: &mut dyn Write,
    asked: &Asked,
    bytes: &[u8],
    (piece, pause): (usize, Duration),
    mut sent: impl FnMut(usize),
) {
    let (head, body) = ranged(asked, bytes, TAG);
    let _ = to.write_all(head.as_bytes());
    for piece in body.chunks(piece) {
        if to.write_all(piece).is_err() {
            return;
        }
        sent(piece.len());
        thread::sleep(pause);
    }
}
