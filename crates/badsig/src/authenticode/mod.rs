//! Authenticode: what the signature blobs of a file say, and whether their arithmetic holds.

pub mod der;
mod der_time;
pub mod oid;
pub mod spc;
