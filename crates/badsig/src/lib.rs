//! Pre-flight validation of third-party updates.

#![deny(missing_docs)]
#![forbid(unsafe_code)]
// Tests compute with numbers that they chose themselves.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod authenticode;
pub mod check;
pub mod codes;
pub mod describe;
pub mod digest;
pub mod facts;
pub mod format;
pub mod hex;
mod inspect;
pub mod judge;
pub mod limits;
pub mod policy;
pub mod problem;
pub mod report;
pub mod subject;
pub mod target;
pub mod time;
pub mod trust;
mod verdict;

pub use facts::Facts;
pub use format::Format;
pub use hex::Hex;
pub use inspect::{Wanted, inspect, inspect_with};
pub use judge::{Verdict, judge};
pub use limits::Limits;
pub use policy::Policy;
pub use report::{FileReport, Report};
pub use subject::Subject;
pub use target::Target;
pub use time::UtcTime;
pub use verdict::Outcome;
