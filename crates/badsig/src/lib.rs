//! Pre-flight validation of third-party updates.

#![deny(missing_docs)]

pub mod authenticode;
pub mod digest;
pub mod hex;
pub mod limits;
pub mod subject;
pub mod time;
pub mod trust;

pub use time::UtcTime;
