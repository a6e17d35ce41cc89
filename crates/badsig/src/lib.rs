//! Pre-flight validation of third-party updates.

#![deny(missing_docs)]

pub mod authenticode;
pub mod describe;
pub mod digest;
pub mod hex;
pub mod limits;
pub mod subject;
pub mod time;

pub use time::UtcTime;
