//! `padding-after-signature`: data stands behind the signature inside its area (CVE-2013-3900).

use super::{Check, Level, words};
use crate::judge::Judged;
use crate::target::Target;

pub(super) static CHECK: Check = Check {
    id: "padding-after-signature",
    title: "data hidden behind the signature",
    meaning: "Data stands behind the signature inside the area that holds it (WIN_CERTIFICATE). That area \
               is not covered, so anybody can write there and the signature stays intact (CVE-2013-3900). \
               Windows accepts that by default, but treats the file as unsigned where EnableCertPaddingCheck \
               is switched on.",
    causes: &[
        "The vendor marks every download, for instance with a campaign or an account: each download then has \
         another digest, though the signature is intact.",
        "Somebody hid data in the file.",
    ],
    fix: &[
        "Ask the vendor for a build without such data, and publish only one whose digest you have compared \
         with the vendor's.",
        "Find out whether EnableCertPaddingCheck is on at your endpoints; there the file counts as unsigned.",
        "Do not cut the data out: the digest of the file changes, so an update catalog that names the old \
         one no longer fits.",
    ],
    level,
    find,
};

fn level(target: Target) -> Level {
    if target == Target::WindowsHardened { Level::Block } else { Level::Warn }
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    let found = judged.data_in_padding().map(|signature| {
        format!(
            "{} behind the signature in {} are not zero and not covered by it",
            words::count(signature.padding.not_zero, "byte"),
            signature.place
        )
    });
    found.collect()
}
