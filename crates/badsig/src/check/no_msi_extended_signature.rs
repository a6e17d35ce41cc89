//! `no-msi-extended-signature`: a signed MSI without MsiDigitalSignatureEx.

use super::{Check, notes, primary_contents};
use crate::format::Format;
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "no-msi-extended-signature",
    title: "no extended MSI signature",
    meaning: "The signature covers the contents of this Windows Installer file, but not the names, sizes and dates of \
              its streams, because the stream MsiDigitalSignatureEx is missing. Windows accepts such files; most \
              vendors sign so.",
    causes: &["The signing tool does not write the stream unless it is told to."],
    fix: &["Nothing needs doing. Vendors can sign with a tool that writes MsiDigitalSignatureEx."],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let installer = matches!(judged.facts.format, Format::Msi | Format::Msp | Format::Mst);
    if !installer || primary_contents(judged).is_none() || judged.facts.storage.msi_extended.is_some() {
        return Vec::new();
    }
    vec![
        "the signature does not cover the names, sizes and dates of streams (no MsiDigitalSignatureEx)"
            .to_owned(),
    ]
}
