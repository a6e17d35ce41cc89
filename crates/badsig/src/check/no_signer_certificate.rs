//! `no-signer-certificate`: the signer's certificate is not in the file.

use super::words::ANOTHER_WAY;
use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "no-signer-certificate",
    title: "signer's certificate is missing",
    meaning: "The signature names its signer by issuer and serial number, but the certificate itself is not \
               in the file. Without it nobody can check the signature.",
    causes: &[
        "The file was signed by a tool that was told to leave certificates out.",
        "A tool removed certificates from the signature.",
    ],
    fix: &["Ask the vendor to sign again with the signer's certificate and its chain included.", ANOTHER_WAY],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::NoSignerCertificate])
}
