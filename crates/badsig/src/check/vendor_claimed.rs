//! `vendor-claimed`: an unsigned file gives itself out as a product of the vendor catalog, and its codes or vendor's
//! name are others.

use super::words::{listed, quoted};
use super::{Check, warns};
use crate::judge::Judged;
use crate::vendors::matching::Contradiction;

pub(super) static CHECK: Check = Check {
    id: "vendor-claimed",
    title: "claims to be a listed product",
    meaning: "An unsigned file has the name of a product of the vendor catalog, but its UpgradeCode, its manufacturer or \
              its company is another than the entry has. It is not counted as that product, so nothing of the catalog \
              explains it.",
    causes: &[
        "Somebody else made the file and gave it a known name.",
        "The vendor changed its codes, or has several of which the entry knows one.",
    ],
    fix: &[
        "Find out where the file comes from before you use it.",
        "`badsig vendors match` shows every rule that fits, and every one that does not.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let claim = judged.vendor.filter(|vendor| vendor.relation.is_none());
    claim
        .map(|vendor| {
            let contradictions: Vec<String> = vendor.contradictions.iter().map(contradiction).collect();
            format!("it gives itself out as {}, but {}", vendor.product, contradictions.join(", and "))
        })
        .into_iter()
        .collect()
}

fn contradiction(found: &Contradiction) -> String {
    format!("its {} is {}, not {}", found.field.words(), quoted(&found.value), listed(&found.expected))
}
