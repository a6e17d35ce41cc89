//! `other-certificate-entries`: entries of the certificate table that are no Authenticode signatures.

use super::{Check, Level, words};
use crate::judge::Judged;
use crate::target::Target;

pub(super) static CHECK: Check = Check {
    id: "other-certificate-entries",
    title: "other entries in the certificate table",
    meaning: "The certificate table of the program holds entries of other kinds than Authenticode \
               signatures. The signature does not cover them, so anybody can put some there after signing. Windows is \
               expected to pass over them by default; where EnableCertPaddingCheck is switched on, the file is \
               taken to count as unsigned (inferred).",
    causes: &[
        "The program carries a signature for another system.",
        "A faulty tool wrote the table.",
        "Somebody hid data in the file.",
    ],
    fix: &[
        "Compare the digest of the file with the one that the vendor publishes, and ask what the entries are for.",
    ],
    level,
    find,
};

fn level(target: Target) -> Level {
    if target == Target::WindowsHardened { Level::Block } else { Level::Warn }
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    let entries = &judged.facts.storage.other_entries;
    if entries.is_empty() { Vec::new() } else { vec![format!("no signatures: {}", words::listed(entries))] }
}
