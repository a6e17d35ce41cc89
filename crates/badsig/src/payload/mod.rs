//! Ways in which files carry other files: cabinets, Windows Installer databases, self-extracting programs.
//!
//! A kind of payload only finds members and gives their bytes, in the order in which the container stores
//! them; it never judges and never writes to disk, and no member's name is ever used as a path. One file (or
//! directory) a kind; the list is [`KINDS`]. What happens with the members is the business of whoever visits
//! them ([`Visitor`]).
//!
//! What it does not do: run anything, follow downloads that an installer would make, or decrypt.

mod appended;
mod archive;
mod beside;
mod budget;
mod burn;
pub mod cabinet;
mod container;
mod executable;
mod extract;
#[cfg(any(feature = "inno", feature = "nsis", feature = "sevenz", feature = "zip"))]
mod foreign;
mod iexpress;
mod inno;
mod installer;
#[cfg(any(feature = "inno", feature = "nsis", feature = "sevenz"))]
mod lzma;
mod member;
mod named;
mod nsis;
mod range;
mod resources;
mod sevenz;
mod sfxcab;
mod spool;
mod squirrel;
mod stored;
mod walk;
mod zip;

pub use crate::subject::{NoSiblings, Siblings};
pub use burn::engine_of;
pub use container::Container;
pub use extract::{ExtractError, Extracted, MemberPath, extract};
pub(crate) use installer::external;
pub use member::{Content, Member, Stop, Visitor, problem_of};
pub use range::Range;
pub(crate) use walk::{ReadAhead, look_inside};

use crate::problem::{Problem, ProblemKind};

/// A kind of payload: a way in which a file carries others.
pub struct Kind {
    /// The name in reports, lower case: `cabinet`, `burn`, `nsis`.
    pub name: &'static str,
    /// What an administrator calls it: `WiX Burn bundle`.
    pub title: &'static str,
    /// Looks whether a file carries members in this way, reading as little as possible; `None` when not.
    pub recognise: fn(&Container<'_>) -> Option<Found>,
}

/// A payload that was recognised.
pub enum Found {
    /// It can be opened.
    Payload(Box<dyn Payload>),
    /// It is of this kind, and badsig does not open it: why, for people (`made by Advanced Installer, whose
    /// archive badsig does not read`).
    NotOpened(String),
    /// It is of this kind and damaged.
    Damaged(Problem),
}

/// Members that can be visited.
pub trait Payload {
    /// Gives every member to the visitor, in the order in which they are stored, each byte unpacked at most
    /// once.
    ///
    /// # Errors
    /// What ended the visit early: damage (a [`Problem`] with its place) or the visitor's own wish. Members
    /// that were given before stay valid. Damage that concerns one member alone is told as
    /// [`Content::Unavailable`] of that member instead.
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop>;

    /// What of its members is read with another file instead, and with which.
    fn elsewhere(&self) -> Option<String> {
        None
    }

    /// Whether one of the members has the name of a security catalog, which may list the others. Only cabinets are asked:
    /// drivers come in them.
    fn names_a_catalog(&self) -> bool {
        false
    }

    /// The files beside the members, which they may name: other volumes of a cabinet set. `None` where members know
    /// nothing of each other.
    fn siblings<'c>(&'c self, _: &'c Container<'c>) -> Option<Box<dyn Siblings + 'c>> {
        None
    }

    /// The name under which a file is installed that lies in one of the members (a cabinet) under this name.
    fn installed_name(&self, _: &str) -> Option<&str> {
        None
    }
}

/// All kinds of payload, in the order in which they are tried. A file may be of several.
pub const KINDS: &[Kind] = &[
    cabinet::KIND,
    installer::KIND,
    iexpress::IEXPRESS,
    sfxcab::SFXCAB,
    burn::BURN,
    nsis::NSIS,
    inno::INNO,
    squirrel::SQUIRREL,
    resources::RESOURCES,
    appended::APPENDED,
    sevenz::SEVENZ,
    zip::KIND,
    named::RAR_SFX,
    named::ADVANCED_INSTALLER,
    named::INSTALLSHIELD,
];

fn cut_off(offset: u64, length: u64, size: u64) -> Problem {
    let message = format!("the member has {length} bytes at {offset:#x}, and the file ends at {size:#x}");
    Problem::at(ProblemKind::Truncated, offset, message)
}
