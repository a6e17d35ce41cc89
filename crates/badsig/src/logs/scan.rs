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
    "-214",
    "-213",
    "-201",
    "214",
    "227",
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
];

static SCANNER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(MARKS).ok());

/// Whether a line may say something; true in doubt.
pub(super) fn worth_reading(line: &[u8]) -> bool {
    SCANNER.as_ref().is_none_or(|scanner| scanner.is_match(line))
}
