//! `burn-engine-unsigned`: a bundle that was signed as a whole, but not its engine.

use super::{Check, warns, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "burn-engine-unsigned",
    title: "WiX bundle whose engine is not signed",
    meaning: "The bundle (WiX Burn) is signed as a whole, but it keeps no signature of its engine. Windows \
               runs a copy of the engine from the package cache to repair or remove the product: the start of \
               the file, which the signature of the whole does not fit. This copy has no signature.",
    causes: &[
        "The bundle was signed without detaching its engine first.",
        "The engine was detached and attached again without being signed in between.",
    ],
    fix: &[
        "Ask the vendor to sign the engine too: `wix burn detach`, sign, `wix burn reattach`, sign (WiX 3: \
         `insignia -ib`, sign, `insignia -ab`, sign).",
        "Expect an unknown publisher when the product is repaired or removed, and refusals where policies want \
         signed programs.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let facts = judged.facts;
    let engine = facts.burn_engine.as_ref().filter(|engine| !engine.signature_kept);
    let Some(engine) = engine.filter(|_| !facts.signatures.is_empty()) else { return Vec::new() };
    let size = words::count(engine.size, "byte");
    vec![format!("the engine ({size}) that Windows keeps in the package cache has no signature of its own")]
}
