//! Damage to signed files, for tests and fuzzing: where the fields of PE files, compound files, cabinets and their
//! signatures lie, from the tables of the specifications, and every change of a kind that can be made to a file.
//!
//! It knows bytes only and nothing of badsig, so that it finds a field where the specification puts it, not where badsig
//! looks. It is made for files that may be damaged already: a field that would lie outside the file is left out.

pub mod cabinet;
mod change;
pub mod compound;
pub mod der;
mod little_endian;
pub mod pe;
mod table;

pub use change::{Change, KINDS, Kind, Value, changes};
pub use table::{Field, Order, Row};

/// The fields of a file's headers and directories, and the lengths in its signature; empty for other formats.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = headers(bytes);
    if let Some(start) = der::signed_data(bytes) {
        fields.extend(der::lengths(bytes, start));
    }
    fields
}

/// The fields of a file's headers and directories, without its signature.
pub fn headers(bytes: &[u8]) -> Vec<Field> {
    if bytes.starts_with(b"MZ") {
        pe::fields(bytes)
    } else if bytes.starts_with(&compound::SIGNATURE) {
        compound::fields(bytes)
    } else if bytes.starts_with(b"MSCF") {
        cabinet::fields(bytes)
    } else {
        Vec::new()
    }
}
