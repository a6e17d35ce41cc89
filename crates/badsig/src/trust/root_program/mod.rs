//! The root certificates that Windows trusts, and the limits that Microsoft puts on them.
//!
//! Microsoft publishes its root program as a signed certificate trust list, `authroot.stl`. An entry names a
//! root by its SHA-1 and says for which usages, until when, and for certificates issued until when it is
//! trusted. Such lists are read in [`crate::authenticode::ctl`]. Here are the limits of one root
//! ([`RootConstraints`]) and the whole program ([`RootProgram`]), of which one edition is part of the library
//! ([`RootProgram::embedded`]; `docs/root-program.md` says how it was made). [`SignedList`] verifies the
//! signature around a list.
//!
//! Not here: what follows from the list of distrusted certificates ([`super::distrust`]), building chains, the
//! cabinets that Microsoft packs its lists into (`authrootstl.cab`: extract it first).

mod constraints;
mod derive;
mod embedded;
mod path;
mod program;
mod signed;

pub(in crate::trust) use constraints::{property_time, utf16};

pub use constraints::{RootConstraints, RootStanding, RootVerdict, StampedOrNow};
pub use derive::DeriveError;
pub use program::{RootEntry, RootProgram, RootSource};
pub use signed::{ListEdition, ListRoot, ListUsage, SignedList, SignedListError};
