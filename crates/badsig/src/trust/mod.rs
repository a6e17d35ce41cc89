//! Whom Windows trusts, and for what: from arithmetic facts and evidence to reasons.

pub mod anchors;
pub mod chain;
pub mod evidence;
pub mod path;
pub mod reason;
pub mod revocation;
pub mod root_program;
pub mod signature;

pub use anchors::Anchors;
pub use evidence::Evidence;
