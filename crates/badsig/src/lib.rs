//! Pre-flight validation of third-party updates.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod authenticode;
pub mod codes;
pub mod describe;
pub mod digest;
pub mod facts;
pub mod format;
pub mod hex;
mod inspect;
pub mod limits;
pub mod problem;
pub mod subject;
pub mod time;
pub mod trust;

pub use facts::Facts;
pub use format::Format;
pub use hex::Hex;
pub use inspect::{Wanted, inspect, inspect_with};
pub use limits::Limits;
pub use subject::Subject;
pub use time::UtcTime;
