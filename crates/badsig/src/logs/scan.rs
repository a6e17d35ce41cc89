//! Which lines are worth reading: most lines of a large log are not, and are passed over as bytes.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// What some event in [`event`](super::event) is recognised by, or a failing code is written with.
const MARKS: &[&str] = &[
    "SyncUpdate",
    "STATMSG",
    "Signature check",
    "does not appear to be signed",
    "appears to be signed",
    "Exception",
    "0x8",
    "0X8",
    "0xC",
    "0xc",
    "0XC",
    "-214",
    "-213",
    "-201",
    "-939",
    "214",
    "227",
    "335",
    "Verifying Digital",
    "Verifying file trust",
    "Package Name",
    "Update (Missing)",
    "added to the targeted list",
    "Contentsource",
    "FileName =",
    "Download http",
    "xit code",
    "xitcode",
    "xitCode",
    "AexPatch",
    "AeXPatch",
    "type=\"3\"",
    "severity='1'",
];

static SCANNER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(MARKS).ok());

/// Whether a line may say something; true in doubt.
pub(super) fn worth_reading(line: &[u8]) -> bool {
    SCANNER.as_ref().is_none_or(|scanner| scanner.is_match(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::hresult::hresults;
    use crate::logs::message::failing_code;

    /// Whatever code badsig can explain, in whatever spelling, a line with it is read.
    #[test]
    fn every_code_that_is_known_is_worth_reading() {
        let codes = hresults().map(|entry| entry.code.0);
        for code in codes.filter(|code| failing_code(&format!("0x{code:08x}")).is_some()) {
            let signed = code.cast_signed();
            for spelling in
                [format!("0x{code:08x}"), format!("0x{code:08X}"), format!("{signed}"), format!("{code}")]
            {
                let line = format!("failed ({spelling})");
                assert_eq!(failing_code(&line), Some(code), "{line}");
                assert!(worth_reading(line.as_bytes()), "{line}");
            }
        }
    }
}
