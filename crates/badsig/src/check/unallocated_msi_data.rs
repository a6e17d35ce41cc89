//! `unallocated-msi-data`: bytes in a signed Windows Installer file that belong to none of its streams.

use super::{Check, warns, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "unallocated-msi-data",
    title: "data outside all streams",
    meaning: "A Windows Installer file is a compound file: sectors, of which an allocation table says what belongs to which \
              stream. Sectors that are free, or that nothing reaches, are covered by no signature. Here some of them hold \
              data. Mostly these are remains of streams that were deleted; but anybody can put something there, and the \
              signature stays intact. Data behind the last sector is told by appended-to-msi.",
    causes: &[
        "A tool changed the package before it was signed, and left what it deleted.",
        "The vendor marks every download there.",
        "Somebody hid data in the file.",
    ],
    fix: &["Compare the file's SHA-256 with the one that the vendor publishes."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let facts = judged.facts;
    let Some(data) = facts.storage.unallocated.filter(|data| data.not_zero > data.appended) else {
        return Vec::new();
    };
    if facts.signatures.is_empty() {
        return Vec::new();
    }
    let first = data.first.unwrap_or_default();
    let (all, not_zero) = (words::count(data.bytes, "byte"), data.not_zero.saturating_sub(data.appended));
    vec![format!(
        "{all} of the file belong to no stream and are not covered by its signature; {not_zero} of them are not zero, \
         the first at {first:#x}"
    )]
}
