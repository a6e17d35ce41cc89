//! Authenticode: what the signature blobs of a file say, and whether their arithmetic holds.

pub mod der;
pub mod oid;
pub mod spc;
