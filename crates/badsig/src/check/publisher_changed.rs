//! `publisher-changed`: signed by somebody else than before, or than was pinned.

use super::{Check, blocks, primary, primary_contents, words};
use crate::judge::{Judged, State};
use crate::policy::{Continuity, Product, observed};

pub(super) static CHECK: Check = Check {
    id: "publisher-changed",
    title: "another publisher than before",
    meaning: "The signer lock (badsig.lock) or the policy says who signs this product, and this file is signed by \
              somebody else, is not signed any more, or is not stamped any more. A valid signature only says that \
              somebody vouches for the file; this says that it is not the one who did before.",
    causes: &[
        "The vendor was bought, renamed, or changed its certificate authority.",
        "The vendor's build lost a signing step.",
        "The file was signed again by a packager, or comes from somebody else under the product's name.",
    ],
    fix: &[
        "Ask the vendor, by a way that does not come from the download page, whether it signs so now.",
        "When it does: badsig lock update, and have the change of badsig.lock reviewed.",
    ],
    level: blocks,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let locked = judged.policy.lock.as_ref().and_then(|lock| {
        match lock.compare(&observed(judged.facts, judged.signatures)?) {
            Continuity::Changed(message) => Some(message),
            Continuity::Same | Continuity::Renewed(_) => None,
        }
    });
    locked.into_iter().chain(pinned(judged)).collect()
}

/// Who the policy says may sign. An unsigned file of a pinned product was signed by nobody of them.
fn pinned(judged: &Judged<'_>) -> Option<String> {
    let product = Product::of(judged.facts)?;
    let pin = judged.policy.pins.iter().find(|pin| pin.product.is(&product))?;
    let allowed = pin.signers.join(" or ");
    let signer = primary_contents(judged).and_then(|contents| contents.signer_certificate());
    match (judged.state(), signer) {
        (State::Unsigned, _) => {
            Some(format!("{product}: the policy names {allowed} as its publisher, the file is not signed"))
        }
        (_, Some(signer)) if primary(judged).is_some() && !pin.allows(signer) => {
            let name = words::quoted(&signer.common_name());
            Some(format!(
                "{product}: the policy names {allowed} as its publisher, the file is signed by {name}"
            ))
        }
        _ => None,
    }
}
