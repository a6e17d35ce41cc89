//! `bad-digest`: the file was changed after it was signed.

use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "bad-digest",
    title: "changed after signing",
    meaning: "The digest of the file is not the one that its signature vouches for: bytes were changed, added or \
              lost after the vendor signed it. Nobody vouches for this file as it is.",
    causes: &[
        "A download or copy was damaged.",
        "A tool edited the file afterwards (icons, properties, language, compression).",
        "Somebody tampered with it.",
    ],
    fix: &[
        "Download the file again from the vendor and compare its digest with the published one.",
        "If it was changed on purpose, sign it again with a certificate of your own.",
        "If a fresh download shows the same, do not run it and tell the vendor.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let mut found = primary_reasons(judged, &[Cause::Digest, Cause::DigestAlgorithm]);
    let appended = judged.facts.storage.covered_after;
    if let Some(message) = found.first_mut().filter(|_| appended > 0) {
        message.push_str(&format!("; {appended} bytes behind the signature may have been appended"));
    }
    found
}
