//! Fields of cabinets. Source: MS-CAB 2.1 (CFHEADER), 2.2 (CFFOLDER), 2.3 (CFFILE), 2.4 (CFDATA). The record of a
//! signature in the header's reserve area is not documented; its fields are those that signing programs write.

use crate::little_endian::{long, word};
use crate::table::{Field, Row, place, row};

/// CFHEADER up to its flags and numbers.
pub const HEADER: &[Row] = &[
    row("signature", 0, 4),
    row("reserved1", 4, 4),
    row("cbCabinet", 8, 4),
    row("reserved2", 12, 4),
    row("coffFiles", 16, 4),
    row("reserved3", 20, 4),
    row("versionMinor", 24, 1),
    row("versionMajor", 25, 1),
    row("cFolders", 26, 2),
    row("cFiles", 28, 2),
    row("flags", 30, 2),
    row("setID", 32, 2),
    row("iCabinet", 34, 2),
];

/// CFHEADER with flag 0x0004: sizes of the reserve areas.
pub const RESERVE_SIZES: &[Row] =
    &[row("cbCFHeader", 36, 2), row("cbCFFolder", 38, 1), row("cbCFData", 39, 1)];

/// abReserve of a signed cabinet.
pub const SIGNATURE_RECORD: &[Row] = &[
    row("mark of a signature", 40, 4),
    row("offset of the signature", 44, 4),
    row("size of the signature", 48, 4),
    row("end of the signature's record", 52, 8),
];

/// One CFFOLDER.
pub const FOLDER: &[Row] = &[row("coffCabStart", 0, 4), row("cCFData", 4, 2), row("typeCompress", 6, 2)];

/// One CFFILE, without its name.
pub const FILE: &[Row] = &[
    row("cbFile", 0, 4),
    row("uoffFolderStart", 4, 4),
    row("iFolder", 8, 2),
    row("date", 10, 2),
    row("time", 12, 2),
    row("attribs", 14, 2),
];

/// One CFDATA, without its bytes.
pub const DATA: &[Row] = &[row("csum", 0, 4), row("cbData", 4, 2), row("cbUncomp", 6, 2)];

/// Flag cfhdrRESERVE_PRESENT.
const RESERVE_PRESENT: usize = 4;

/// All fields of a cabinet that belongs to no set, as far as its header leads to them.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut put = |start: usize, rows: &[Row]| place(&mut fields, bytes.len(), start, rows);
    put(0, HEADER);
    let reserve = word(bytes, 30).unwrap_or(0) & RESERVE_PRESENT != 0;
    let [mut folder_start, mut folder_size, mut data_size] = [36usize, 8, 8];
    if reserve {
        put(0, RESERVE_SIZES);
        put(0, SIGNATURE_RECORD);
        let byte = |at: usize| bytes.get(at).copied().map_or(0, usize::from);
        folder_start = 40usize.saturating_add(word(bytes, 36).unwrap_or(0));
        folder_size = folder_size.saturating_add(byte(38));
        data_size = data_size.saturating_add(byte(39));
    }
    for index in 0..word(bytes, 26).unwrap_or(0).min(16) {
        let folder = folder_start.saturating_add(index.saturating_mul(folder_size));
        put(folder, FOLDER);
        let mut data = long(bytes, folder).unwrap_or(usize::MAX);
        for _ in 0..word(bytes, folder.saturating_add(4)).unwrap_or(0).min(64) {
            put(data, DATA);
            let packed = word(bytes, data.saturating_add(4)).unwrap_or(usize::MAX);
            data = data.saturating_add(data_size).saturating_add(packed);
        }
    }
    let mut file = long(bytes, 16).unwrap_or(usize::MAX);
    for _ in 0..word(bytes, 28).unwrap_or(0).min(64) {
        put(file, FILE);
        let name = file.saturating_add(16);
        let rest = bytes.get(name..).unwrap_or_default();
        let Some(end) = rest.iter().position(|byte| *byte == 0) else { break };
        file = name.saturating_add(end).saturating_add(1);
    }
    fields
}
