//! The vendor catalog: products that are known to ship unsigned installers, with dated evidence.
//!
//! An entry describes one product: who makes it, how its installers are recognised, what was seen of their
//! signatures, when and where, and what to do instead. From the observations follows where the product stands
//! ([`ProductStatus`]), and for one file how it stands to that ([`Relation`]).
//!
//! An entry explains a block. It never excuses one, and it has nothing to say of a file whose signature is not
//! valid: what was changed after signing stays changed. What an unsigned file says of itself is a claim, so a match
//! always says what it rests on ([`Strength`]).
//!
//! The catalog is data (`catalog/` in the repository, one file a product); nothing here downloads, and nothing
//! decides a verdict.

pub mod catalog;
pub mod date;
mod embedded;
pub mod entry;
pub mod lint;
pub mod matching;
pub mod observation;
pub mod relation;
pub mod status;
pub mod version;

pub use catalog::{CatalogError, VendorCatalog};
pub use date::EvidenceDate;
pub use entry::{Entry, EntryError};
pub use matching::{Identity, Match, Strength};
pub use observation::{Knowledge, Observation, Signing};
pub use relation::{Relation, VendorAnswer};
pub use status::{ProductStatus, Standing};
