//! `bad-signature-value`: the signature was not made with the signer's key.

use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "bad-signature-value",
    title: "signature value is wrong",
    meaning: "The signature does not belong to the key in the signer's certificate, or it uses an algorithm \
               that badsig cannot check; what cannot be checked never counts as good. Nobody vouches for \
               this file.",
    causes: &[
        "The signature or the certificate beside it was changed or damaged.",
        "Somebody put the certificate of a known company beside a signature of their own.",
        "The signature algorithm is not supported.",
    ],
    fix: &[
        "Do not run or publish the file; download it again from the vendor.",
        "If a fresh download shows the same, tell the vendor.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::SignatureValue])
}
