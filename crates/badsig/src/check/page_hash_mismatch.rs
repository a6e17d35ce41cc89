//! `page-hash-mismatch`: page hashes do not fit the file.

use super::{Check, warns};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "page-hash-mismatch",
    title: "page hashes do not fit",
    meaning: "Besides the digest of the whole file, a signature may hold digests of the single pages of a \
               program. Here at least one does not fit, though the digest of the whole is judged by itself. \
               Windows compares page hashes when it loads the pages, not when it verifies the file, and what \
               it does then is not documented in what we read; so this warns everywhere.",
    causes: &["A faulty tool signed the file.", "Somebody exchanged the list of page hashes before signing."],
    fix: &["Test on one endpoint whether the program starts, and tell the vendor."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let signatures = judged.facts.signatures.iter();
    signatures
        .filter_map(|signature| {
            let pages = signature.contents.as_ref().ok()?.page_hashes.as_ref()?;
            let (place, algorithm) = (&signature.place, pages.algorithm.name());
            (!pages.matches).then(|| format!("{place}: the {algorithm} page hashes do not fit the file"))
        })
        .collect()
}
