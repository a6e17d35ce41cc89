//! Whom Windows trusts, and for what: from arithmetic facts and evidence to reasons.

pub mod anchors;
pub mod chain;
pub mod distrust;
pub mod endpoint;
pub mod evidence;
mod evidence_digest;
pub mod forecast;
pub mod needs;
pub mod path;
pub mod reason;
pub mod revocation;
pub mod root_program;
pub mod signature;
pub mod state;
pub mod store;
pub mod update_catalog;

pub use anchors::Anchors;
pub use distrust::DistrustList;
pub use evidence::Evidence;
pub use store::CertificateStore;
pub use update_catalog::{ApprovedCertificates, ExpectedContent};
