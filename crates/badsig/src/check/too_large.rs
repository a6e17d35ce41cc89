//! `too-large`: larger than publishers are known to take.

use super::{Check, notes};
use crate::judge::Judged;
use crate::target::publishing;

pub(super) static CHECK: Check = Check {
    id: "too-large",
    title: "large for publishing",
    meaning: "Updates Publisher creates updates of less than 2 GB and publishes up to 375 MB; WSUS takes cabinets up to \
              its own setting LocalPublishingMaxCabSize. Vendors' catalogs hold larger files all the same, so this \
              is a hint, not a refusal.",
    causes: &["The installer carries several products or languages."],
    fix: &[
        "Raise LocalPublishingMaxCabSize before you publish, and test with one update.",
        "Ask the vendor for an installer for one platform or language, or deploy it as an application.",
    ],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    publishing::too_large(judged.facts).into_iter().collect()
}
