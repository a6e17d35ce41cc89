//! Authenticode: what the signature blobs of a file say, and whether their arithmetic holds.

pub mod der;
