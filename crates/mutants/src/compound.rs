//! Fields of compound files. Source: MS-CFB 2.2 (header), 2.3 (FAT), 2.4 (mini FAT), 2.5 (DIFAT), 2.6.1 (directory entry).

use crate::little_endian::{long, word};
use crate::table::{Field, Row, place, row};

/// What a compound file begins with.
pub const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The header, without the 109 locations of FAT sectors at its end.
pub const HEADER: &[Row] = &[
    row("Header Signature", 0, 8),
    row("Header CLSID", 8, 16),
    row("Minor Version", 24, 2),
    row("Major Version", 26, 2),
    row("Byte Order", 28, 2),
    row("Sector Shift", 30, 2),
    row("Mini Sector Shift", 32, 2),
    row("Reserved", 34, 6),
    row("Number of Directory Sectors", 40, 4),
    row("Number of FAT Sectors", 44, 4),
    row("First Directory Sector Location", 48, 4),
    row("Transaction Signature Number", 52, 4),
    row("Mini Stream Cutoff Size", 56, 4),
    row("First Mini FAT Sector Location", 60, 4),
    row("Number of Mini FAT Sectors", 64, 4),
    row("First DIFAT Sector Location", 68, 4),
    row("Number of DIFAT Sectors", 72, 4),
];

/// One of the 109 locations of FAT sectors in the header.
pub const HEADER_DIFAT: &[Row] = &[row("DIFAT", 0, 4)];

/// One entry of the FAT.
pub const FAT: &[Row] = &[row("FAT entry", 0, 4)];

/// One entry of the mini FAT.
pub const MINI_FAT: &[Row] = &[row("mini FAT entry", 0, 4)];

/// One directory entry.
pub const DIRECTORY_ENTRY: &[Row] = &[
    row("Directory Entry Name", 0, 64),
    row("Directory Entry Name Length", 64, 2),
    row("Object Type", 66, 1),
    row("Color Flag", 67, 1),
    row("Left Sibling ID", 68, 4),
    row("Right Sibling ID", 72, 4),
    row("Child ID", 76, 4),
    row("CLSID", 80, 16),
    row("State Bits", 96, 4),
    row("Creation Time", 100, 8),
    row("Modified Time", 108, 8),
    row("Starting Sector Location", 116, 4),
    row("Stream Size", 120, 8),
];

/// The greatest number of a sector (MAXREGSECT).
const LAST_SECTOR: usize = 0xFFFF_FFFA;

/// Sectors of one chain that are looked at: damaged chains may go round.
const MOST: usize = 4096;

/// Where sectors lie, and how they follow each other. Reads the FAT sectors that the header names, not further ones.
pub struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl<'a> Sectors<'a> {
    /// Of a file with sectors of 512 or 4096 bytes.
    pub fn new(bytes: &'a [u8]) -> Sectors<'a> {
        let size = if word(bytes, 30) == Some(12) { 4096 } else { 512 };
        Sectors { bytes, size }
    }

    /// Where a sector begins, if that is inside the file.
    pub fn start(&self, sector: usize) -> Option<usize> {
        sector.checked_add(1)?.checked_mul(self.size).filter(|start| *start < self.bytes.len())
    }

    /// The sector that a byte lies in; none for the header.
    pub fn of(&self, offset: usize) -> Option<usize> {
        offset.checked_div(self.size)?.checked_sub(1)
    }

    /// The sectors of the FAT.
    pub fn fat(&self) -> Vec<usize> {
        let count = long(self.bytes, 44).unwrap_or(0).min(109);
        (0..count).filter_map(|index| long(self.bytes, 76usize.checked_add(index.checked_mul(4)?)?)).collect()
    }

    /// The sectors of the mini FAT.
    pub fn mini_fat(&self) -> Vec<usize> {
        self.chain(long(self.bytes, 60).unwrap_or(usize::MAX))
    }

    /// The sectors of the directory.
    pub fn directory(&self) -> Vec<usize> {
        self.chain(long(self.bytes, 48).unwrap_or(usize::MAX))
    }

    /// Where the directory entries begin.
    pub fn entries(&self) -> Vec<usize> {
        self.parts(&self.directory(), 128)
    }

    /// The sectors from one on, as the FAT links them.
    pub fn chain(&self, first: usize) -> Vec<usize> {
        let fat = self.fat();
        let mut sectors = Vec::new();
        let mut sector = first;
        while sector <= LAST_SECTOR && sectors.len() < MOST {
            sectors.push(sector);
            let Some(next) = self.linked(&fat, sector) else { break };
            sector = next;
        }
        sectors
    }

    /// What an allocation table that lies in these sectors says follows a number.
    pub fn linked(&self, table: &[usize], number: usize) -> Option<usize> {
        let each = self.size.checked_div(4)?;
        let start = self.start(*table.get(number.checked_div(each)?)?)?;
        long(self.bytes, start.checked_add(number.checked_rem(each)?.checked_mul(4)?)?)
    }

    /// Where pieces of a size begin in these sectors.
    fn parts(&self, sectors: &[usize], size: usize) -> Vec<usize> {
        let starts = sectors.iter().filter_map(|sector| self.start(*sector));
        starts.flat_map(|start| (start..start.saturating_add(self.size)).step_by(size)).collect()
    }
}

/// All fields, as far as the header leads to them.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let sectors = Sectors::new(bytes);
    let mut put = |start: usize, rows: &[Row]| place(&mut fields, bytes.len(), start, rows);
    put(0, HEADER);
    (76..512).step_by(4).for_each(|start| put(start, HEADER_DIFAT));
    sectors.parts(&sectors.fat(), 4).into_iter().for_each(|start| put(start, FAT));
    sectors.parts(&sectors.mini_fat(), 4).into_iter().for_each(|start| put(start, MINI_FAT));
    sectors.entries().into_iter().for_each(|start| put(start, DIRECTORY_ENTRY));
    fields
}
