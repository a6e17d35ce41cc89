//! Will a third-party update be published, and will endpoints accept it?
//!
//! This library reads EXE, MSI, MSP, MST, CAB, MSU and CAT files, verifies their Authenticode signatures as
//! Windows would, and predicts what Configuration Manager, Windows, WSUS and patch management agents do with
//! them. It has no network, no clock and no output of its own.
//!
//! Two functions do the work. [`inspect`] reads a [`Subject`] once and gives [`Facts`]: hashes, signatures,
//! certificates, time stamps, what the file says of itself; no opinion. [`judge()`] turns facts, evidence
//! ([`trust::Evidence`]: roots, the date) and a [`Policy`] into a [`Verdict`], and is pure: the same facts can
//! be judged again for another date, other roots or another [`Target`].
//!
//! ```no_run
//! use badsig::trust::Evidence;
//! use badsig::{Limits, Outcome, Policy, Subject, UtcTime};
//!
//! let facts = badsig::inspect(&Subject::open("setup.msi".as_ref())?, &Limits::default());
//! let verdict = badsig::judge(&facts, &Evidence::embedded(UtcTime::now()), &Policy::default());
//! if verdict.outcome == Outcome::Blocked {
//!     verdict.findings.iter().for_each(|finding| println!("{}: {}", finding.check, finding.message));
//! }
//! # Ok::<(), badsig::subject::ReadError>(())
//! ```
//!
//! What it does not do: fetch anything (revocation counts by the lists and OCSP answers in the evidence, and
//! [`trust::needs`] says what would tell more), run or install what is inside installers (members are read
//! in bounds, see [`payload`]; large ones lie in temporary files without a name meanwhile), or ask Windows. The codes
//! are predicted from public documentation; every reason says whether its code is documented or inferred.

#![deny(missing_docs)]
#![forbid(unsafe_code)]
// Tests compute with numbers that they chose themselves.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

pub mod authenticode;
mod catalogs;
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
pub mod logs;
pub mod payload;
pub mod policy;
pub mod problem;
pub mod report;
pub mod subject;
pub mod target;
pub mod time;
pub mod trust;
pub mod updates;
pub mod vendors;
mod verdict;

pub use catalogs::Catalogs;
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

/// The examples of the README and the user guide, compiled.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../README.md")]
    struct Readme;
    #[doc = include_str!("../../../docs/library.md")]
    struct Library;
}
