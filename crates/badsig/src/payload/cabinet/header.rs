//! Header, folders and file entries of one cabinet file (MS-CAB 2.1–2.3).

use crate::format::cabinet::MAGIC;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

use super::cursor::Cursor;
use super::set::Segment;

const FLAG_PREVIOUS: u16 = 0x0001;
const FLAG_NEXT: u16 = 0x0002;
const FLAG_RESERVE: u16 = 0x0004;
/// `_A_NAME_IS_UTF`: the name is UTF-8; otherwise it is in the code page of whoever made the cabinet.
const NAME_IS_UTF: u16 = 0x0080;
/// Values of `iFolder` for files that other volumes continue.
const CONTINUED_FROM_PREVIOUS: u16 = 0xfffd;
const CONTINUED_TO_NEXT: u16 = 0xfffe;
const CONTINUED_BOTH: u16 = 0xffff;

/// What one cabinet file says.
pub(super) struct Header {
    /// Number that all volumes of a set share.
    pub(super) set_id: u16,
    /// Number of this volume in its set, from 0.
    pub(super) volume: u16,
    /// File name of the volume before this one.
    pub(super) previous: Option<String>,
    /// File name of the volume after this one.
    pub(super) next: Option<String>,
    /// Bytes of reserve area behind each block header.
    pub(super) block_reserve: u8,
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<File>,
    /// Where folders start, in order.
    starts: Vec<u64>,
}

impl Header {
    /// Whether the first folder goes on with the last one of the volume before.
    pub(super) fn continues(&self) -> bool {
        self.files.iter().any(|file| file.folder == FolderOf::FromPrevious)
    }

    /// The part of a folder in this volume, which has this number and size.
    pub(super) fn segment(&self, volume: usize, size: u64, folder: &Folder) -> Segment {
        let later = self.starts.get(self.starts.partition_point(|start| *start <= folder.start));
        Segment {
            volume,
            start: folder.start,
            end: later.copied().unwrap_or(size).min(size),
            blocks: folder.blocks,
            block_reserve: self.block_reserve,
        }
    }
}

/// A run of compressed data (CFFOLDER).
pub(super) struct Folder {
    /// Where its first block lies.
    pub(super) start: u64,
    /// Number of blocks.
    pub(super) blocks: u16,
    /// Method and its parameters.
    pub(super) compression: u16,
}

/// A file entry (CFFILE).
pub(super) struct File {
    /// With `/` between parts.
    pub(super) name: String,
    pub(super) size: u32,
    /// Where it starts in its unpacked folder.
    pub(super) offset: u32,
    pub(super) folder: FolderOf,
}

/// The folder that a file lies in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderOf {
    /// This one, from its start in this volume.
    Number(u16),
    /// The last folder of this volume, going on in the next.
    ToNext,
    /// The first folder of this volume, which began in the one before.
    FromPrevious,
}

/// Reads header, folders and file entries.
///
/// # Errors
/// A [`Problem`] with the field and its offset.
pub(super) fn read(source: &dyn ByteSource, limits: &Limits) -> Result<Header, Problem> {
    let mut cursor = Cursor::new(source, 0);
    if cursor.take(4)? != MAGIC {
        return Err(Problem::new(ProblemKind::UnknownFormat, "the file does not start as a cabinet does"));
    }
    cursor.skip(12);
    let first_file = u64::from(cursor.u32()?);
    cursor.skip(4);
    let version = cursor.u16()?;
    if version >> 8 != 1 {
        let message = format!("cabinet version {}.{} is not 1.3", version >> 8, version & 0xff);
        return Err(Problem::malformed(24, message));
    }
    let (folder_count, file_count) = (cursor.u16()?, cursor.u16()?);
    if usize::from(file_count) > limits.cabinet_files {
        let message =
            format!("the cabinet lists {file_count} files, more than the limit of {}", limits.cabinet_files);
        return Err(Problem::at(ProblemKind::LimitReached, 28, message));
    }
    let (flags, set_id, volume) = (cursor.u16()?, cursor.u16()?, cursor.u16()?);
    let (mut folder_reserve, mut block_reserve) = (0, 0);
    if flags & FLAG_RESERVE != 0 {
        let header_reserve = cursor.u16()?;
        (folder_reserve, block_reserve) = (cursor.u8()?, cursor.u8()?);
        cursor.skip(u64::from(header_reserve));
    }
    let previous = (flags & FLAG_PREVIOUS != 0).then(|| volume_name(&mut cursor)).transpose()?;
    let next = (flags & FLAG_NEXT != 0).then(|| volume_name(&mut cursor)).transpose()?;
    let folders: Vec<Folder> =
        (0..folder_count).map(|_| folder(&mut cursor, folder_reserve)).collect::<Result<_, _>>()?;
    let mut starts: Vec<u64> = folders.iter().map(|folder| folder.start).collect();
    starts.sort_unstable();
    cursor.seek(first_file);
    let files = (0..file_count).map(|_| file(&mut cursor)).collect::<Result<_, _>>()?;
    Ok(Header { set_id, volume, previous, next, block_reserve, folders, files, starts })
}

/// The file name of a volume; the name of the disk behind it is passed over.
fn volume_name(cursor: &mut Cursor<'_>) -> Result<String, Problem> {
    let name = text(&cursor.zero_ended()?, false);
    cursor.zero_ended()?;
    Ok(name)
}

fn folder(cursor: &mut Cursor<'_>, reserve: u8) -> Result<Folder, Problem> {
    let folder =
        Folder { start: u64::from(cursor.u32()?), blocks: cursor.u16()?, compression: cursor.u16()? };
    cursor.skip(u64::from(reserve));
    Ok(folder)
}

fn file(cursor: &mut Cursor<'_>) -> Result<File, Problem> {
    let (size, offset) = (cursor.u32()?, cursor.u32()?);
    let folder = match cursor.u16()? {
        CONTINUED_FROM_PREVIOUS | CONTINUED_BOTH => FolderOf::FromPrevious,
        CONTINUED_TO_NEXT => FolderOf::ToNext,
        number => FolderOf::Number(number),
    };
    cursor.skip(4);
    let attributes = cursor.u16()?;
    let name = text(&cursor.zero_ended()?, attributes & NAME_IS_UTF != 0).replace('\\', "/");
    Ok(File { name, size, offset, folder })
}

/// Names that are not marked as UTF-8 are in a code page that the cabinet does not name: Western European is
/// taken, so that every byte has its letter and different names stay different.
fn text(bytes: &[u8], utf8: bool) -> String {
    if utf8 || bytes.is_ascii() {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}
