//! `bytes-after-signature`: bytes behind the signature, where no tool of signing puts any.

use super::{Check, warns, words};
use crate::format::Format;
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "bytes-after-signature",
    title: "bytes behind the signature",
    meaning: "Bytes stand behind the signature that it does not cover, outside the place where padding \
               belongs. Anybody can change them and the signature stays intact. What Windows says of such a \
               file is not documented in what we read. Bytes behind the certificate table of a program are covered; they were put \
               there by whoever signed it, who does so for no usual reason, and other verifiers refuse the file.",
    causes: &[
        "The vendor marks every download there.",
        "A tool appended something after signing.",
        "Somebody hid data in the file.",
    ],
    fix: &[
        "Download the file from the vendor and compare its digest with the published one; then test it on \
         one endpoint.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let facts = judged.facts;
    let after = facts.storage.bytes_after;
    let mut found = Vec::new();
    // An unsigned cabinet has no signature for bytes to stand behind.
    if after > 0 && (facts.format == Format::Pe || !facts.signatures.is_empty()) {
        let place = match facts.format {
            Format::Pe => "at the end of the certificate table belong to no entry and",
            _ => "behind the signature",
        };
        found.push(format!("{} {place} are not covered by it", words::count(after, "byte")));
    }
    let covered = facts.storage.covered_after;
    if covered > 0 && !facts.signatures.is_empty() {
        found.push(format!(
            "{} stand behind the certificate table, where nothing belongs; they count for the digest",
            words::count(covered, "byte")
        ));
    }
    let hidden = facts.signatures.iter().filter(|_| facts.format != Format::Pe);
    found.extend(hidden.filter(|signature| signature.padding.not_zero > 0).map(|signature| {
        let bytes = words::count(signature.padding.not_zero, "byte");
        format!("{bytes} behind the signature in {} are not zero and not covered by it", signature.place)
    }));
    found
}
