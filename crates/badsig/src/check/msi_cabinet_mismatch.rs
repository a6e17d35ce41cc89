//! `msi-cabinet-mismatch`: a cabinet beside a package is not signed as the package says.

use super::words::{listed, quoted};
use super::{Check, Level};
use crate::facts::ExternalCabinet;
use crate::judge::Judged;
use crate::target::Target;

pub(super) static CHECK: Check = Check {
    id: "msi-cabinet-mismatch",
    title: "cabinet not signed as the package says",
    meaning: "The table MsiDigitalSignature names the certificate that must have signed a cabinet beside the package. The \
              cabinet that lies there is not signed, was signed with another certificate, or its signature is another than \
              the one that the table gives the hash of. Windows Installer refuses to install from it (errors 1329 and 1330). \
              Publishing looks at the package alone.",
    causes: &[
        "The cabinet was replaced, or comes from another version of the package.",
        "The vendor signed with a new certificate and did not change the table.",
    ],
    fix: &[
        "Get package and cabinets again, all from one place.",
        "Tell the vendor which cabinet does not fit.",
    ],
    level,
    find,
};

fn level(target: Target) -> Level {
    if target.looks_inside() { Level::Block } else { Level::Warn }
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    let cabinets = judged.facts.external_cabinets.iter().filter(|cabinet| cabinet.found && cabinet.listed);
    let wrong: Vec<String> = cabinets
        .filter_map(|cabinet| Some(format!("{} {}", quoted(&cabinet.name), wrong(cabinet)?)))
        .collect();
    if wrong.is_empty() { Vec::new() } else { vec![format!("beside the package: {}", listed(&wrong))] }
}

fn wrong(cabinet: &ExternalCabinet) -> Option<String> {
    let Some(signer) = &cabinet.signer else { return Some("is not signed".to_owned()) };
    let wanted =
        cabinet.listed_certificate.as_deref().unwrap_or("a certificate that the package does not hold");
    if cabinet.certificate_matches == Some(false) {
        return Some(format!(
            "is signed by {}, MsiDigitalSignature asks for {}",
            quoted(signer),
            quoted(wanted)
        ));
    }
    let other = cabinet.hash_matches == Some(false);
    other.then(|| "has another signature than the one that MsiDigitalSignature lists".to_owned())
}
