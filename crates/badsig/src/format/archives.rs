//! How archives and packages start: told from a few bytes, by fields that must fit each other.
//!
//! Sources: `7zFormat.txt` of the LZMA SDK, PKWARE APPNOTE 4.3, \[MS-CAB\] 2.1, `Source/exehead/fileform.h` of NSIS, \[MS-CFB\] 2.2.

use super::bytes::{u16_at, u32_at};
use super::{cabinet, compound};

/// The signature of 7z.
pub(crate) const SEVEN_ZIP: &[u8] = b"7z\xbc\xaf\x27\x1c";
/// A local file header of ZIP (4.3.7).
pub(crate) const ZIP: &[u8] = b"PK\x03\x04";
/// "End of central directory record" of ZIP (4.3.16).
pub(crate) const ZIP_END: &[u8] = b"PK\x05\x06";
/// A header in the central directory of ZIP (4.3.12).
const ZIP_ENTRY: &[u8] = b"PK\x01\x02";
/// Both generations of RAR.
pub(crate) const RAR: &[u8] = b"Rar!\x1a\x07";
/// `FH_SIG` and `FH_INT1` to `FH_INT3` of NSIS.
pub(crate) const NSIS: &[u8] = b"\xef\xbe\xad\xdeNullsoftInst";
/// The same of NSIS 1.
pub(crate) const NSIS_1: &[u8] = b"\xef\xbe\xad\xdensisinstall\0";

/// `SignatureHeader` of 7z: signature, version, CRC of the start header, start header.
pub(crate) const SEVEN_ZIP_HEADER: u64 = 32;
/// The record at the end of a ZIP archive, without its comment.
pub(crate) const ZIP_END_SIZE: usize = 22;
/// CFHEADER without the optional fields.
pub(crate) const CABINET_HEADER: usize = 36;

/// Whether these bytes are the start of a 7z archive: readers pass over a signature whose start header has another checksum.
pub(crate) fn is_seven_zip(bytes: &[u8]) -> bool {
    let start = bytes.get(12..32).unwrap_or_default();
    bytes.starts_with(SEVEN_ZIP) && bytes.get(6) == Some(&0) && u32_at(bytes, 8) == Some(crc32(start))
}

/// The size that a plausible header of a cabinet states; `None` when no cabinet starts here. The reserved fields may hold
/// anything: readers do not look at them.
pub(crate) fn cabinet_size(header: &[u8]) -> Option<u32> {
    let size = u32_at(header, 8)?;
    let first_file = u32_at(header, 16)?;
    let plausible = header.starts_with(cabinet::MAGIC)
        && u16_at(header, 24)? == 0x0103
        && u16_at(header, 26)? > 0
        && u32::try_from(CABINET_HEADER).ok()? <= first_file
        && first_file < size;
    plausible.then_some(size)
}

/// The CRC of ISO 3309, as 7z and ZIP use it. For some bytes only: it goes bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xedb8_8320 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
}

/// How one kind is recognised in the middle of other bytes.
struct Mark {
    magic: &'static [u8],
    what: &'static str,
    /// Whether the fields around the magic at this place fit.
    fits: fn(&Sought<'_>, usize) -> bool,
}

/// What is looked for in a place where no archive belongs.
const MARKS: [Mark; 7] = [
    Mark { magic: ZIP_END, what: "a ZIP archive", fits: ends_zip },
    Mark { magic: SEVEN_ZIP, what: "a 7z archive", fits: |sought, at| is_seven_zip(sought.from(at)) },
    Mark {
        magic: cabinet::MAGIC,
        what: "a cabinet",
        fits: |sought, at| cabinet_size(sought.from(at)).is_some(),
    },
    Mark {
        magic: &compound::MAGIC,
        what: "a compound file, as Windows Installer packages are",
        fits: |_, _| true,
    },
    Mark { magic: NSIS, what: "an NSIS installer", fits: |_, _| true },
    Mark { magic: NSIS_1, what: "an NSIS installer", fits: |_, _| true },
    Mark { magic: RAR, what: "a RAR archive", fits: |_, _| true },
];

/// Bytes that are searched, and where they stand in their file.
struct Sought<'a> {
    bytes: &'a [u8],
    start: u64,
}

impl<'a> Sought<'a> {
    fn from(&self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }
}

/// The first archive, installer or package that starts (ZIP: ends) in these bytes, which stand at `start` of their file: where
/// among them, and what it is.
pub(crate) fn first_in(bytes: &[u8], start: u64) -> Option<(usize, &'static str)> {
    let sought = Sought { bytes, start };
    let found = MARKS.iter().filter_map(|mark| {
        let mut places = memchr::memmem::find_iter(bytes, mark.magic);
        places.find(|at| (mark.fits)(&sought, *at)).map(|at| (at, mark.what))
    });
    found.min()
}

/// Whether a ZIP archive ends with the record here: entries and their directory have sizes that can be, and where the directory
/// lies in the same bytes it starts as one.
fn ends_zip(sought: &Sought<'_>, at: usize) -> bool {
    let record = sought.from(at);
    let numbers = (u16_at(record, 10), u32_at(record, 12), u32_at(record, 16), u16_at(record, 20));
    let (Some(entries), Some(directory), Some(_), Some(_)) = numbers else { return false };
    let zip64 = entries == u16::MAX || directory == u32::MAX;
    // The smallest header of an entry has 46 bytes.
    if zip64 || entries == 0 || directory < u32::from(entries).saturating_mul(46) {
        return zip64;
    }
    let start = usize::try_from(directory).ok().and_then(|directory| at.checked_sub(directory));
    match start {
        Some(start) => sought.from(start).starts_with(ZIP_ENTRY),
        None => u64::try_from(at).is_ok_and(|at| sought.start.saturating_add(at) >= u64::from(directory)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
    #[test]
    fn the_checksum_is_the_one_of_zip_and_7z() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn magic_bytes_by_chance_are_no_archives() {
        for magic in [SEVEN_ZIP, ZIP_END, cabinet::MAGIC] {
            let bytes = [b"before".as_slice(), magic, &[0x5a; 64]].concat();
            assert_eq!(first_in(&bytes, 1 << 20), None, "{magic:x?}");
        }
    }
}
