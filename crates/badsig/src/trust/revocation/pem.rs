//! Text armour (RFC 7468) around one DER value.

use base64::Engine as _;

/// The bytes of the first block with one of these labels; `None` when there is none or it is no base64.
pub(super) fn block(text: &[u8], labels: &[&str]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    labels.iter().find_map(|label| {
        let (_, after) = text.split_once(&format!("-----BEGIN {label}-----"))?;
        let (body, _) = after.split_once(&format!("-----END {label}-----"))?;
        let digits: String = body.split_ascii_whitespace().collect();
        base64::engine::general_purpose::STANDARD.decode(digits).ok()
    })
}
