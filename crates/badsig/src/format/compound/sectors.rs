//! Sectors and chains of a compound file (MS-CFB 2.2–2.5): where the bytes of a stream lie.
//!
//! The allocation table is read piece by piece, so that memory does not grow with the file.

use std::collections::HashMap;

use super::directory::{Directory, Entry};
use crate::digest::CoveredBytes;
use crate::format::bytes::{u16_at, u32_at};
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, read_exact, read_vec};

const HEADER: u64 = 512;
/// Sector numbers from here on are marks (MS-CFB 2.1).
pub(super) const MAX_REGULAR: u32 = 0xffff_fffa;
/// The entry of a sector that is free (FREESECT, MS-CFB 2.1).
const FREE: [u8; 4] = [0xff; 4];
/// Mini sectors are always 64 bytes.
const MINI_SECTOR: u64 = 64;
/// Streams shorter than this lie in the mini stream.
const MINI_CUTOFF: u64 = 4096;
/// Table sectors kept in memory: at most 1 MiB with 4096-byte sectors.
const CACHED_SECTORS: usize = 256;
/// Location entries in the header.
const HEADER_LOCATIONS: usize = 109;
/// Larger mini streams are refused; real ones stay below 1 MiB (they hold streams below 4 KiB).
const MINI_STREAM_LIMIT: u64 = 256 * 1024 * 1024;

/// Access to the sectors of a compound file.
pub struct Sectors<'a> {
    source: &'a dyn ByteSource,
    shift: u32,
    /// Sectors that hold the allocation table, in order.
    table: Vec<u32>,
    /// Sectors that say where the allocation table lies.
    locations: Vec<u32>,
    mini_table: Vec<u32>,
    mini_stream: Option<Vec<u32>>,
    /// Which sectors of `mini_table` say something of a stream that was walked so far.
    mini_table_needed: Vec<bool>,
    directory_start: u32,
    cache: HashMap<u32, Vec<u8>>,
}

/// Fields that can have one value only (MS-CFB 2.2). No digest covers them, and who believed another value would find
/// other streams.
fn fixed_fields(header: &[u8]) -> Result<(), Problem> {
    let rows = [
        (28, "byte order", u16_at(header, 28).map(u32::from), 0xFFFE),
        (32, "mini sector shift", u16_at(header, 32).map(u32::from), 6),
        (56, "mini stream cutoff", u32_at(header, 56), 4096),
    ];
    for (offset, name, found, expected) in rows {
        if found != Some(expected) {
            let found = found.unwrap_or(0);
            let message = format!("{name} is {found:#x}, compound files have {expected:#x}");
            return Err(Problem::malformed(offset, message));
        }
    }
    Ok(())
}

impl<'a> Sectors<'a> {
    /// Reads the header and the locations of the allocation table.
    ///
    /// # Errors
    /// A [`Problem`] with field and offset.
    pub fn open(source: &'a dyn ByteSource) -> Result<Sectors<'a>, Problem> {
        if source.size() < HEADER {
            let message = format!(
                "a compound file starts with {HEADER} bytes of header, this one has {}",
                source.size()
            );
            return Err(Problem::at(ProblemKind::Truncated, 0, message));
        }
        let header = read_vec(source, 0, HEADER, HEADER)?;
        let shift = match (u16_at(&header, 26), u16_at(&header, 30)) {
            (Some(3), Some(9)) => 9,
            (Some(4), Some(12)) => 12,
            (version, shift) => {
                let message = format!(
                    "compound file version {} with sector shift {} is neither version 3 with 512-byte sectors \
                     nor version 4 with 4096-byte sectors",
                    version.unwrap_or(0),
                    shift.unwrap_or(0)
                );
                return Err(Problem::malformed(26, message));
            }
        };
        let field = |offset| u32_at(&header, offset).unwrap_or(u32::MAX);
        fixed_fields(&header)?;
        let mut sectors = Sectors {
            source,
            shift,
            table: Vec::new(),
            locations: Vec::new(),
            mini_table: Vec::new(),
            mini_stream: None,
            mini_table_needed: Vec::new(),
            directory_start: field(48),
            cache: HashMap::new(),
        };
        sectors.locate_table(&header, field(44), field(68))?;
        sectors.mini_table = sectors.mini_table_chain(field(60), field(64))?;
        sectors.mini_table_needed = vec![false; sectors.mini_table.len()];
        Ok(sectors)
    }

    /// Sector size in bytes.
    pub fn size(&self) -> u64 {
        1u64 << self.shift
    }

    /// Size of the whole file in bytes.
    pub fn file_size(&self) -> u64 {
        self.source.size()
    }

    /// The bytes of the file.
    pub(super) fn source(&self) -> &'a dyn ByteSource {
        self.source
    }

    /// The sectors that directory, mini stream and tables claim for themselves.
    ///
    /// # Errors
    /// When a chain is damaged.
    pub(super) fn structures(&mut self, directory: &Directory) -> Result<Structures, Problem> {
        let most = self.count();
        let mini_stream = match directory.root().size {
            0 => Vec::new(),
            _ => self.mini_stream(directory)?.to_vec(),
        };
        Ok(Structures {
            directory: self.whole_chain(self.directory_start, most, "the directory")?,
            mini_stream,
            mini_table: self.mini_table.clone(),
            mini_table_needed: self.mini_table_needed.clone(),
            table: self.table.clone(),
            locations: self.locations.clone(),
        })
    }

    /// Where the last sector ends that the allocation table does not call free; at most the end of the file.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn used_end(&mut self) -> Result<u64, Problem> {
        let per_sector = self.size() / 4;
        for (number, table) in self.table.clone().iter().enumerate().rev() {
            let bytes = self.sector_bytes(*table)?;
            let used = bytes.chunks_exact(4).rposition(|entry| entry != FREE);
            if let Some(last) = used {
                let number = u64::try_from(number).unwrap_or(u64::MAX).saturating_mul(per_sector);
                let sector = number.saturating_add(u64::try_from(last).unwrap_or(u64::MAX));
                // The header takes one sector.
                return Ok(sector.saturating_add(2).saturating_mul(self.size()).min(self.file_size()));
            }
        }
        Ok(self.size())
    }

    /// Where a sector lies in the file.
    pub(super) fn place(&self, sector: u32) -> (u64, u64) {
        (self.offset(sector), self.offset(sector).saturating_add(self.size()))
    }

    /// The first sector of the directory.
    pub fn directory_start(&self) -> u32 {
        self.directory_start
    }

    /// Number of whole or partial sectors that the file has room for.
    fn count(&self) -> u64 {
        self.source.size().saturating_sub(self.size()).div_ceil(self.size())
    }

    /// Offset in the file of a sector: the header takes one sector.
    fn offset(&self, sector: u32) -> u64 {
        u64::from(sector).saturating_add(1) << self.shift
    }

    /// MS-CFB 2.5: 109 locations in the header, the others in a chain of their own.
    fn locate_table(&mut self, header: &[u8], wanted: u32, first: u32) -> Result<(), Problem> {
        // Each sector of the table has an entry for as many sectors as numbers fit into it.
        let most = self.count().div_ceil(self.size() / 4);
        if u64::from(wanted) > most {
            let message = format!(
                "the header counts {wanted} allocation table sectors, a file of this size has at most {most}"
            );
            return Err(Problem::at(ProblemKind::Truncated, 44, message));
        }
        let wanted = usize::try_from(wanted).unwrap_or(0);
        let in_header = (0..HEADER_LOCATIONS)
            .filter_map(|index| u32_at(header, index.saturating_mul(4).saturating_add(76)));
        self.table.extend(in_header.take(wanted));
        let mut next = first;
        while self.table.len() < wanted && next < MAX_REGULAR {
            self.check_regular(next, "the table locations")?;
            self.locations.push(next);
            let bytes = self.sector(next)?.to_vec();
            let last = bytes.len().saturating_sub(4);
            let locations = (0..last).step_by(4).filter_map(|offset| u32_at(&bytes, offset));
            let missing = wanted.saturating_sub(self.table.len());
            self.table.extend(locations.take(missing));
            // Only a sector that is cut off holds no location, and then none follows.
            next = if last == 0 { u32::MAX } else { u32_at(&bytes, last).unwrap_or(u32::MAX) };
        }
        if self.table.len() < wanted {
            let message =
                format!("{wanted} allocation table sectors are counted, {} are listed", self.table.len());
            return Err(Problem::malformed(44, message));
        }
        // A free slot among them is refused too: who passes over it finds other sectors than who counts it.
        self.table.iter().try_for_each(|sector| self.check_regular(*sector, "the allocation table"))
    }

    fn mini_table_chain(&mut self, first: u32, count: u32) -> Result<Vec<u32>, Problem> {
        if first >= MAX_REGULAR || count == 0 {
            return Ok(Vec::new());
        }
        let most = MINI_STREAM_LIMIT.checked_div(MINI_SECTOR.saturating_mul(128)).unwrap_or(0);
        if u64::from(count) > most {
            let message = format!("the mini stream's table of {count} sectors is over the limit of {most}");
            return Err(Problem::new(ProblemKind::LimitReached, message));
        }
        self.chain(first, u64::from(count), "the mini stream's table")
    }

    /// One sector's bytes; the last of a file may be shorter than the others.
    fn sector(&mut self, sector: u32) -> Result<&[u8], Problem> {
        if !self.cache.contains_key(&sector) {
            if self.cache.len() >= CACHED_SECTORS {
                self.cache.clear();
            }
            let offset = self.offset(sector);
            let length = self.source.size().saturating_sub(offset).min(self.size());
            if length == 0 {
                let message = format!("sector {sector} lies behind the end of the file");
                return Err(Problem::at(ProblemKind::Truncated, offset, message));
            }
            self.cache.insert(sector, read_vec(self.source, offset, length, length)?);
        }
        Ok(self.cache.get(&sector).map(Vec::as_slice).unwrap_or_default())
    }

    /// The sector after `sector` in its chain.
    fn next(&mut self, sector: u32) -> Result<u32, Problem> {
        let index = usize::try_from(sector).unwrap_or(usize::MAX);
        self.table_entry(index, Table::Regular)
    }

    fn table_entry(&mut self, index: usize, table: Table) -> Result<u32, Problem> {
        let per_sector = usize::try_from(self.size() / 4).unwrap_or(128);
        let sectors = match table {
            Table::Regular => &self.table,
            Table::Mini => &self.mini_table,
        };
        let holder = index.checked_div(per_sector).and_then(|number| sectors.get(number)).copied();
        let Some(holder) = holder else {
            return Err(Problem::malformed(0, format!("sector {index} is not in the allocation table")));
        };
        let within = index.checked_rem(per_sector).unwrap_or(0).saturating_mul(4);
        let offset = self.offset(holder);
        u32_at(self.sector(holder)?, within)
            .ok_or_else(|| Problem::at(ProblemKind::Truncated, offset, "the allocation table is cut off"))
    }

    /// Follows a chain for exactly `count` sectors.
    ///
    /// # Errors
    /// When it ends before.
    pub fn chain(&mut self, first: u32, count: u64, what: &str) -> Result<Vec<u32>, Problem> {
        if count > self.count() {
            let message =
                format!("{what} should have {count} sectors, the file has room for {}", self.count());
            return Err(Problem::at(ProblemKind::Truncated, self.source.size(), message));
        }
        let mut chain = Vec::new();
        let mut sector = first;
        for _ in 0..count {
            self.check_regular(sector, what)?;
            chain.push(sector);
            sector = self.next(sector)?;
        }
        Ok(chain)
    }

    fn check_regular(&self, sector: u32, what: &str) -> Result<(), Problem> {
        if sector >= MAX_REGULAR {
            return Err(Problem::malformed(0, format!("the chain of {what} ends early (mark {sector:#x})")));
        }
        if u64::from(sector) >= self.count() {
            let message = format!("{what} continues in sector {sector}, behind the end of the file");
            return Err(Problem::at(ProblemKind::Truncated, self.offset(sector), message));
        }
        Ok(())
    }

    /// Follows a chain to its end mark; used where the length is not stored (the directory of version 3).
    ///
    /// # Errors
    /// When it runs in a circle, leaves the file, or is longer than `limit` sectors.
    pub fn whole_chain(&mut self, first: u32, limit: u64, what: &str) -> Result<Vec<u32>, Problem> {
        let mut chain = Vec::new();
        let mut sector = first;
        while sector < MAX_REGULAR {
            self.check_regular(sector, what)?;
            if u64::try_from(chain.len()).unwrap_or(u64::MAX) >= self.count() {
                return Err(Problem::malformed(0, format!("the chain of {what} runs in a circle")));
            }
            if u64::try_from(chain.len()).unwrap_or(u64::MAX) >= limit {
                let message = format!("{what} is longer than the limit of {limit} sectors");
                return Err(Problem::new(ProblemKind::LimitReached, message));
            }
            chain.push(sector);
            sector = self.next(sector)?;
        }
        Ok(chain)
    }

    /// One sector of a chain as bytes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn sector_bytes(&mut self, sector: u32) -> Result<Vec<u8>, Problem> {
        Ok(self.sector(sector)?.to_vec())
    }

    /// Adds the bytes of a stream to what is covered, until that has more than `most` pieces.
    ///
    /// # Errors
    /// When its chain ends early or leaves the file, or there are too many pieces.
    pub fn cover_stream(
        &mut self,
        directory: &Directory,
        entry: &Entry,
        covered: &mut CoveredBytes,
        most: usize,
    ) -> Result<(), Problem> {
        if entry.size < MINI_CUTOFF {
            self.cover_mini(directory, entry, covered)?;
            return check_pieces(covered, most);
        }
        let what = format!("stream {}", entry.display_name());
        let count = entry.size.div_ceil(self.size());
        if count > self.count() {
            let message = format!("{what} says {} bytes, more than the file has", entry.size);
            return Err(Problem::at(ProblemKind::Truncated, self.source.size(), message));
        }
        let mut left = entry.size;
        let mut sector = entry.start;
        while left > 0 {
            self.check_regular(sector, &what)?;
            let length = left.min(self.size());
            let offset = self.offset(sector);
            self.check_end(offset, length, &what)?;
            covered.push_range(offset, offset.saturating_add(length));
            check_pieces(covered, most)?;
            left = left.saturating_sub(length);
            if left > 0 {
                sector = self.next(sector)?;
            }
        }
        Ok(())
    }

    fn check_end(&self, offset: u64, length: u64, what: &str) -> Result<(), Problem> {
        let end = offset.saturating_add(length);
        if end > self.source.size() {
            let missing = end.saturating_sub(self.source.size());
            let message = format!("the file ends {missing} bytes early, inside {what}");
            return Err(Problem::at(ProblemKind::Truncated, self.source.size(), message));
        }
        Ok(())
    }

    /// A stream of the mini stream has at most 64 pieces.
    fn cover_mini(
        &mut self,
        directory: &Directory,
        entry: &Entry,
        covered: &mut CoveredBytes,
    ) -> Result<(), Problem> {
        let what = format!("stream {}", entry.display_name());
        let per_sector = self.size() / MINI_SECTOR;
        let mut left = entry.size;
        let mut mini = entry.start;
        while left > 0 {
            if mini >= MAX_REGULAR {
                return Err(Problem::malformed(
                    0,
                    format!("the chain of {what} ends early (mark {mini:#x})"),
                ));
            }
            self.mark_mini_table(mini);
            let number = u64::from(mini);
            let holder =
                usize::try_from(number.checked_div(per_sector).unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
            let Some(sector) = self.mini_stream(directory)?.get(holder).copied() else {
                let message =
                    format!("{what} continues in mini sector {mini}, behind the end of the mini stream");
                return Err(Problem::malformed(0, message));
            };
            let within = number.checked_rem(per_sector).unwrap_or(0).saturating_mul(MINI_SECTOR);
            let offset = self.offset(sector).saturating_add(within);
            let length = left.min(MINI_SECTOR);
            self.check_end(offset, length, &what)?;
            covered.push_range(offset, offset.saturating_add(length));
            left = left.saturating_sub(length);
            if left > 0 {
                mini = self.table_entry(usize::try_from(mini).unwrap_or(usize::MAX), Table::Mini)?;
            }
        }
        Ok(())
    }

    /// Notes that the sector of the mini table with the entry of this mini sector is needed.
    fn mark_mini_table(&mut self, mini: u32) {
        let holder = u64::from(mini).checked_div(self.size() / 4);
        let holder = holder.and_then(|holder| usize::try_from(holder).ok());
        if let Some(mark) = holder.and_then(|holder| self.mini_table_needed.get_mut(holder)) {
            *mark = true;
        }
    }

    /// The sectors of the mini stream, which is the root entry's stream.
    fn mini_stream(&mut self, directory: &Directory) -> Result<&[u32], Problem> {
        if self.mini_stream.is_none() {
            let root = directory.root();
            if root.size > MINI_STREAM_LIMIT {
                let message = format!(
                    "the mini stream of {} bytes is over the limit of {MINI_STREAM_LIMIT}",
                    root.size
                );
                return Err(Problem::new(ProblemKind::LimitReached, message));
            }
            let count = root.size.div_ceil(self.size());
            self.mini_stream = Some(self.chain(root.start, count, "the mini stream")?);
        }
        Ok(self.mini_stream.as_deref().unwrap_or_default())
    }

    /// The contents of a stream, at most `limit` bytes.
    ///
    /// # Errors
    /// When it is longer or cannot be read.
    pub fn read_stream(
        &mut self,
        directory: &Directory,
        entry: &Entry,
        limit: u64,
    ) -> Result<Vec<u8>, Problem> {
        if entry.size > limit {
            let message = format!(
                "stream {} of {} bytes is over the limit of {limit}",
                entry.display_name(),
                entry.size
            );
            return Err(Problem::new(ProblemKind::LimitReached, message));
        }
        let mut covered = CoveredBytes::new();
        // The size bounds the pieces.
        self.cover_stream(directory, entry, &mut covered, usize::MAX)?;
        let mut bytes = Vec::new();
        for piece in covered.pieces() {
            if let crate::digest::Piece::Range { offset, length } = piece {
                let start = bytes.len();
                bytes.resize(start.saturating_add(usize::try_from(*length).unwrap_or(0)), 0);
                read_exact(self.source, *offset, bytes.get_mut(start..).unwrap_or_default())?;
            }
        }
        Ok(bytes)
    }
}

/// The sectors of a compound file that hold no stream by themselves.
pub(super) struct Structures {
    pub(super) directory: Vec<u32>,
    pub(super) mini_stream: Vec<u32>,
    pub(super) mini_table: Vec<u32>,
    /// Which sectors of `mini_table` say something of a stream that was walked.
    pub(super) mini_table_needed: Vec<bool>,
    pub(super) table: Vec<u32>,
    pub(super) locations: Vec<u32>,
}

fn check_pieces(covered: &CoveredBytes, most: usize) -> Result<(), Problem> {
    if covered.pieces().len() > most {
        let message = format!("the streams lie in more than {most} pieces");
        return Err(Problem::new(ProblemKind::LimitReached, message));
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Table {
    Regular,
    Mini,
}
