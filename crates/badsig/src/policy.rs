//! What a run asks for: which places must accept a subject.

use crate::target::Target;
use crate::vendors::VendorCatalog;

/// The policy that facts and evidence are judged by.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// The targets that decide the verdict; all others are predicted too, but decide nothing.
    pub targets: Vec<Target>,
    /// The catalog of vendors that ship unsigned installers. It explains; it decides nothing.
    pub vendors: VendorCatalog,
}

impl Default for Policy {
    fn default() -> Self {
        Policy { targets: vec![Target::Configmgr], vendors: VendorCatalog::embedded() }
    }
}

impl Policy {
    /// The default policy with other targets; no targets means the default one.
    pub fn for_targets(targets: Vec<Target>) -> Policy {
        if targets.is_empty() { Policy::default() } else { Policy { targets, ..Policy::default() } }
    }
}
