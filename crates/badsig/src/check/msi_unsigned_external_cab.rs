//! `msi-unsigned-external-cab`: a cabinet beside a signed package that the signature does not reach.

use super::words::{listed, quoted};
use super::{Check, Level};
use crate::judge::Judged;
use crate::target::Target;

pub(super) static CHECK: Check = Check {
    id: "msi-unsigned-external-cab",
    title: "cabinet beside the package not covered",
    meaning: "The signature of a Windows Installer package covers what is inside it. A cabinet beside the package is covered \
              only when the table MsiDigitalSignature lists it with the certificate that must have signed it; Windows \
              Installer takes any other cabinet as it is. Whoever can replace this cabinet decides what the signed package \
              installs. Publishers that use the WSUS interface sign a cabinet around all files, so there it is a note.",
    causes: &[
        "The vendor signs the package only, and ships its files in cabinets beside it.",
        "A tool took the cabinet out of the package.",
    ],
    fix: &[
        "Ask the vendor for a package with its cabinets inside, or with signed cabinets that MsiDigitalSignature lists.",
        "Until then, compare the cabinet's SHA-256 with one that comes from the vendor.",
    ],
    level,
    find,
};

/// Whoever checks the package alone lets the cabinet through; what WSUS gives out is signed as a whole.
fn level(target: Target) -> Level {
    if target == Target::Wsus { Level::Note } else { Level::Warn }
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    if judged.facts.signatures.is_empty() {
        return Vec::new();
    }
    let cabinets = judged.facts.external_cabinets.iter();
    let uncovered = cabinets.filter(|cabinet| cabinet.found && !cabinet.listed);
    let described: Vec<String> = uncovered
        .map(|cabinet| match &cabinet.signer {
            Some(_) => {
                format!("{} (signed, which Windows Installer does not look at)", quoted(&cabinet.name))
            }
            None => quoted(&cabinet.name),
        })
        .collect();
    match described.as_slice() {
        [] => Vec::new(),
        _ => vec![format!(
            "not covered by the package's signature: {} beside it, which MsiDigitalSignature does not list",
            listed(&described)
        )],
    }
}
