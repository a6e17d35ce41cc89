//! `msi-extended-mismatch`: MsiDigitalSignatureEx does not hold what it should.

use super::{Check, warns, words};
use crate::facts::MsiExtended;
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "msi-extended-mismatch",
    title: "extended MSI digest does not fit",
    meaning: "Besides its signature, this Windows Installer file stores a digest of the names, sizes and \
               dates inside it (stream MsiDigitalSignatureEx). What is stored differs from what should be \
               there. The signature covers these names, sizes and dates by itself; whether Windows also \
               compares the stored digest is not documented, so an endpoint may refuse the file.",
    causes: &["A tool changed the stream after signing.", "A faulty tool signed the file."],
    fix: &["Test the file on one endpoint before you publish it, and tell the vendor."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    judged.facts.msi_extended.iter().filter(|extended| !extended.matches).map(message).collect()
}

fn message(extended: &MsiExtended) -> String {
    let (stored, computed) = (extended.stored.0.len(), extended.computed.0.len());
    if stored == computed {
        return format!(
            "MsiDigitalSignatureEx holds {}, it should be {}",
            extended.stored, extended.computed
        );
    }
    format!("MsiDigitalSignatureEx has {}, a digest here has {computed}", words::count(stored, "byte"))
}
