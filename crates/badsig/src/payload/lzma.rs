//! LZMA and LZMA2 streams of installers and archives, with a bound on the memory that they ask for.

#[cfg(any(feature = "inno", feature = "nsis"))]
use std::io::{self, Read};

#[cfg(any(feature = "inno", feature = "nsis"))]
use lzma_rust2::LzmaReader;

#[cfg(any(feature = "inno", feature = "nsis"))]
use crate::format::bytes::u32_at;
use crate::limits::LZMA_DICTIONARY;
use crate::problem::{Problem, ProblemKind};

/// LZMA with its properties in front: a byte, and the size of the dictionary. It ends with a mark. `what` is being read, for
/// messages.
#[cfg(any(feature = "inno", feature = "nsis"))]
pub(super) fn lzma<R: Read>(mut packed: R, what: &str) -> io::Result<LzmaReader<R>> {
    let mut properties = [0u8; 5];
    packed.read_exact(&mut properties)?;
    let dictionary = u32_at(&properties, 1).unwrap_or(0);
    check_dictionary(u64::from(dictionary), what).map_err(io::Error::other)?;
    let [first, ..] = properties;
    LzmaReader::new_with_props(packed, u64::MAX, first, dictionary, None)
}

/// Whether a dictionary of so many bytes may be had.
pub(super) fn check_dictionary(dictionary: u64, what: &str) -> Result<(), Problem> {
    if dictionary <= LZMA_DICTIONARY {
        return Ok(());
    }
    let message = format!(
        "{what} was packed with a dictionary of {dictionary} bytes, more than the limit of {LZMA_DICTIONARY}"
    );
    Err(Problem::new(ProblemKind::LimitReached, message))
}
