//! `publisher-changed`: signed by somebody else than before, or than was pinned.

use super::{Check, blocks, primary, primary_contents, words};
use crate::judge::{Judged, State};
use crate::policy::{Continuity, Product, is_proven, shown};

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
    let Some(product) = Product::of(judged.facts) else { return Vec::new() };
    locked(judged, &product).into_iter().chain(pinned(judged, &product)).collect()
}

/// How the file differs from what the lock holds.
fn locked(judged: &Judged<'_>, product: &Product) -> Option<String> {
    let lock = judged.policy.lock.as_ref()?;
    let Some(now) = shown(judged.facts, judged.signatures) else { return lock.unproven(product) };
    match lock.compare(&now) {
        Continuity::Changed(message) => Some(message),
        Continuity::Same | Continuity::Renewed(_) => None,
    }
}

/// Who the policy says may sign. A file of a pinned product that is not signed, or whose signature does not prove who made it, was
/// signed by nobody of them.
fn pinned(judged: &Judged<'_>, product: &Product) -> Option<String> {
    let pin = judged.policy.pins.iter().find(|pin| pin.product.is(product))?;
    let file = match primary(judged) {
        None if judged.state() == State::Unsigned => "the file is not signed".to_owned(),
        None => return None,
        Some(verdict) if !is_proven(verdict) => {
            "the file's signature does not prove who signed it".to_owned()
        }
        Some(_) => match primary_contents(judged).and_then(|contents| contents.signer_certificate()) {
            Some(signer) if pin.allows(signer) => return None,
            Some(signer) => format!("the file is signed by {}", words::quoted(&signer.common_name())),
            None => "the file's signature names no signer".to_owned(),
        },
    };
    Some(format!("{product}: the policy names {} as its publisher, {file}", pin.signers.join(" or ")))
}
