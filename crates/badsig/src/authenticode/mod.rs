//! Authenticode: what the signature blobs of a file say, and whether their arithmetic holds.

pub mod certificate;
pub mod der;
pub mod name;
pub mod oid;
pub mod public_key;
pub mod spc;
