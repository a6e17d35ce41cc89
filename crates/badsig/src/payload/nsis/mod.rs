//! NSIS installers (Nullsoft Scriptable Install System), versions 2 and 3.
//!
//! Layout: `Source/exehead/fileform.h` of NSIS. Behind the program stand a first header, the packed header (script and
//! strings), and the data: each item with its length before it. Everything is packed by itself, or everything together
//! ("solid"). Items are given in the order in which they are stored, also those that the script does not name. NSIS 1 is
//! recognised and not opened.

#[cfg(feature = "nsis")]
mod bzip2;
#[cfg(feature = "nsis")]
mod data;
#[cfg(feature = "nsis")]
mod header;
#[cfg(feature = "nsis")]
mod inflate;
#[cfg(feature = "nsis")]
mod strings;
#[cfg(feature = "nsis")]
mod unpack;

use std::ops::Range as Span;

use super::executable::Executable;
use super::{Container, Found, Kind};
use crate::format::bytes::u32_at;
use crate::subject::read_vec;

/// NSIS installers.
pub(super) const NSIS: Kind = Kind { name: "nsis", title: "NSIS installer", recognise };

/// `FH_SIG` and `FH_INT1` to `FH_INT3`.
const SIGNATURE: &[u8] = b"\xef\xbe\xad\xdeNullsoftInst";
/// The same of NSIS 1.
const SIGNATURE_1: &[u8] = b"\xef\xbe\xad\xdensisinstall\0";
/// Offset of the signature in the first header.
const BEFORE_SIGNATURE: usize = 4;
/// `firstheader`.
const FIRST_HEADER: u64 = 28;
/// `FH_FLAGS_MASK`.
const FLAGS: u32 = 0x0f;
/// How far behind the program the first header is looked for. It is at the start, unless something was put before it.
const SEARCHED: u64 = 1024 * 1024;

/// Where an installer's packed header and data stand.
#[cfg_attr(not(feature = "nsis"), allow(dead_code, reason = "read by what the feature brings"))]
struct Place {
    /// Bytes behind the first header, to the end that it states or that of the overlay.
    data: Span<u64>,
    /// Size of the header, unpacked.
    header_size: u32,
    /// Where the first header says that the data end, when that is behind the overlay.
    cut_off: Option<u64>,
}

fn recognise(container: &Container<'_>) -> Option<Found> {
    let overlay = Executable::open(container)?.overlay();
    let length = overlay.end.saturating_sub(overlay.start).min(SEARCHED);
    let bytes = read_vec(&**container.source, overlay.start, length, SEARCHED).ok()?;
    if let Some(place) = find(&bytes, &overlay) {
        #[cfg(feature = "nsis")]
        return Some(data::open(container, &place));
        #[cfg(not(feature = "nsis"))]
        {
            let _ = place;
            return Some(super::archive::left_out("nsis"));
        }
    }
    memchr::memmem::find(&bytes, SIGNATURE_1)?;
    Some(Found::NotOpened("made by NSIS 1, which badsig does not read".to_owned()))
}

fn find(bytes: &[u8], overlay: &Span<u64>) -> Option<Place> {
    memchr::memmem::find_iter(bytes, SIGNATURE).find_map(|index| {
        let header = bytes.get(index.checked_sub(BEFORE_SIGNATURE)?..)?;
        let header_size = u32_at(header, 20)?;
        let following = u64::from(u32_at(header, 24)?);
        (u32_at(header, 0)? & !FLAGS == 0).then_some(())?;
        let first = overlay.start.checked_add(u64::try_from(index.checked_sub(BEFORE_SIGNATURE)?).ok()?)?;
        let start = first.checked_add(FIRST_HEADER)?;
        let stated = first.checked_add(following)?;
        let end = stated.min(overlay.end);
        let cut_off = Some(stated).filter(|stated| *stated > overlay.end);
        (start < end).then_some(Place { data: start..end, header_size, cut_off })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_that_should_go_on_behind_the_file_are_cut_off() {
        let installer = |following: u32| {
            let mut bytes = 0u32.to_le_bytes().to_vec();
            bytes.extend(SIGNATURE);
            bytes.extend(10u32.to_le_bytes());
            bytes.extend(following.to_le_bytes());
            bytes.resize(100, 0);
            bytes
        };
        let cut = |following| find(&installer(following), &(1000..1100)).unwrap().cut_off;
        assert_eq!(cut(100), None);
        assert_eq!(cut(101), Some(1101));
    }
}
