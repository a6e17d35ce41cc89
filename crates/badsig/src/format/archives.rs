//! How archives and packages start: told from a few bytes, by fields that must fit each other.
//!
//! Sources: `7zFormat.txt` of the LZMA SDK, PKWARE APPNOTE 4.3, \[MS-CAB\] 2.1, `Source/exehead/fileform.h` of NSIS, \[MS-CFB\] 2.2.

use super::bytes::{u16_at, u32_at};
use super::{cabinet, compound};
use crate::problem::{Problem, ProblemKind};

/// The signature of 7z.
pub(crate) const SEVEN_ZIP: &[u8] = b"7z\xbc\xaf\x27\x1c";
/// A local file header of ZIP (4.3.7).
pub(crate) const ZIP: &[u8] = b"PK\x03\x04";
/// "End of central directory record" of ZIP (4.3.16).
pub(crate) const ZIP_END: &[u8] = b"PK\x05\x06";
/// Both generations of RAR.
pub(crate) const RAR: &[u8] = b"Rar!\x1a\x07";
/// `FH_SIG` and `FH_INT1` to `FH_INT3` of NSIS.
pub(crate) const NSIS: &[u8] = b"\xef\xbe\xad\xdeNullsoftInst";
/// The same of NSIS 1.
pub(crate) const NSIS_1: &[u8] = b"\xef\xbe\xad\xdensisinstall\0";

/// The footer of Advanced Installer.
pub(crate) const ADVANCED_INSTALLER_FOOTER: &[u8] = b"ADVINSTSFX";

/// How far from the end of a file the record at the end of a ZIP archive is looked for: a comment of at most 65,535 bytes follows it,
/// and some tools add a little more.
pub(crate) const ZIP_END_SEARCHED: u64 = 66 * 1024;
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
    /// Whether the bytes from the magic on fit.
    fits: fn(&[u8]) -> bool,
}

/// What is looked for in a place where no archive belongs.
const MARKS: [Mark; 8] = [
    // No field of the record can be asked: readers take archives whose counts and sizes are wrong.
    Mark { magic: ZIP_END, what: "a ZIP archive", fits: |record| record.len() >= ZIP_END_SIZE },
    Mark { magic: SEVEN_ZIP, what: "a 7z archive", fits: is_seven_zip },
    Mark { magic: cabinet::MAGIC, what: "a cabinet", fits: |header| cabinet_size(header).is_some() },
    Mark {
        magic: &compound::MAGIC,
        what: "a compound file, as Windows Installer packages are",
        fits: |_| true,
    },
    Mark { magic: NSIS, what: "an NSIS installer", fits: |_| true },
    Mark { magic: NSIS_1, what: "an NSIS installer", fits: |_| true },
    Mark { magic: RAR, what: "a RAR archive", fits: |_| true },
    Mark { magic: ADVANCED_INSTALLER_FOOTER, what: "files of Advanced Installer", fits: |_| true },
];

/// The first archive, installer or package that starts (ZIP: ends) in these bytes: where, and what it is.
fn first_in(bytes: &[u8]) -> Option<(usize, &'static str)> {
    let found = MARKS.iter().filter_map(|mark| {
        let mut places = memchr::memmem::find_iter(bytes, mark.magic);
        places.find(|at| (mark.fits)(bytes.get(*at..).unwrap_or_default())).map(|at| (at, mark.what))
    });
    found.min()
}

/// What is wrong with bytes that no signature covers, which stand at `start` of the file in a place that is called `what`: installers
/// read their own file and find an archive wherever it stands, so whoever put one there decides what is installed.
pub(crate) fn hidden_in(what: &str, bytes: &[u8], start: Option<u64>) -> Option<Problem> {
    let (at, found) = first_in(bytes)?;
    let message = format!(
        "{what}, which no signature covers, holds {found}: anybody can have put it there after signing, and a program that reads \
         its own file would take it"
    );
    let place = start.map(|start| start.saturating_add(u64::try_from(at).unwrap_or(u64::MAX)));
    Some(Problem { kind: ProblemKind::Malformed, message, offset: place })
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
        for magic in [SEVEN_ZIP, cabinet::MAGIC] {
            let bytes = [b"before".as_slice(), magic, &[0x5a; 64]].concat();
            assert_eq!(first_in(&bytes), None, "{magic:x?}");
        }
        // A record is as long as it is.
        assert_eq!(first_in(&[ZIP_END, &[0; 17]].concat()), None);
        assert_eq!(first_in(&[b"before", ZIP_END, &[0; 18]].concat()), Some((6, "a ZIP archive")));
    }
}
