//! What the tests of all crates need and no program does: where the repository is and what lies beside it, a way to say
//! what was left out, random numbers that are the same on every run, and HTTP servers on the loopback.
//!
//! It knows nothing of badsig. What only one crate's tests need stands in their own `tests/common`.

#![allow(clippy::unwrap_used, reason = "what fails here fails a test")]

mod places;
mod random;
pub mod server;
mod skips;

pub use places::{beside, bytes_beside, pki, repository};
pub use random::Random;
pub use skips::{skip, skip_tool};
