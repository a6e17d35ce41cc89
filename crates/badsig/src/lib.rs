//! Pre-flight validation of third-party updates.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod authenticode;
pub mod codes;
pub mod digest;
pub mod format;
pub mod hex;
pub mod limits;
pub mod problem;
pub mod subject;
pub mod time;

pub use time::UtcTime;
