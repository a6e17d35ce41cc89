//! What a run asks for: which places must accept a subject, how strict each check is, which findings are lived with, and who
//! may have signed what. A value: reading it from a file is the business of whoever has files.

mod apply;
mod baseline;
mod exception;
mod lock;
mod pin;
mod product;

use std::collections::BTreeMap;

use crate::check::Level;
use crate::target::Target;
use crate::vendors::VendorCatalog;

pub(crate) use apply::{apply, is_excused};
pub use baseline::Baseline;
pub(crate) use baseline::Found;
pub use exception::{Exception, ExceptionError, Excuse, ONLY_BY_DIGEST, Scope, nearest_check};
pub use lock::{Continuity, LOCK_VERSION, LockedProduct, LockedSigner, SignatureKind, SignerLock, observed};
pub(crate) use lock::{is_proven, shown};
pub use pin::PublisherPin;
pub use product::Product;

/// The policy that facts and evidence are judged by.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// The targets that decide the verdict; all others are predicted too, but decide nothing.
    pub targets: Vec<Target>,
    /// Levels that differ from those of the checks, by the id of the check.
    pub levels: BTreeMap<String, Level>,
    /// Findings that do not block, for a while.
    pub exceptions: Vec<Exception>,
    /// Findings that an earlier report had for the same bytes.
    pub baseline: Baseline,
    /// Who may sign the files of a product.
    pub pins: Vec<PublisherPin>,
    /// Who signed the files of each product before.
    pub lock: Option<SignerLock>,
    /// The catalog of vendors that ship unsigned installers. It explains; it decides nothing.
    pub vendors: VendorCatalog,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            targets: vec![Target::Configmgr],
            levels: BTreeMap::new(),
            exceptions: Vec::new(),
            baseline: Baseline::default(),
            pins: Vec::new(),
            lock: None,
            vendors: VendorCatalog::embedded(),
        }
    }
}

impl Policy {
    /// The default policy with other targets; no targets means the default one.
    pub fn for_targets(targets: Vec<Target>) -> Policy {
        if targets.is_empty() { Policy::default() } else { Policy { targets, ..Policy::default() } }
    }
}
