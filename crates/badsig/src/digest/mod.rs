//! Message digests, and the one function that hashes a subject.
//!
//! A format says *which bytes are covered and in which order* ([`CoveredBytes`]); nothing here knows why.
//! All digests of one subject are made in one pass over it, on a second thread when a core is free.

mod algorithm;
mod covered;
mod hash;

pub use algorithm::{DigestAlgorithm, Hasher};
pub use covered::{CoveredBytes, Piece};
pub use hash::{SubjectDigests, hash_pieces, hash_subject};
