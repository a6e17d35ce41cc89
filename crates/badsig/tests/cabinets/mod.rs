//! Writes cabinets (MS-CAB) around packed blocks, and LZX blocks with the encoder `lzxc`, for tests and measurements.

#![allow(
    dead_code,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code, and not every test needs all of it"
)]

pub(crate) use lzxc::{Strategy, WindowSize};

/// What a block of a cabinet unpacks to at most.
pub(crate) const BLOCK: usize = 32 * 1024;

/// The windows of LZX in cabinets, with their exponents.
pub(crate) const WINDOWS: [(u16, WindowSize); 7] = [
    (15, WindowSize::KB32),
    (16, WindowSize::KB64),
    (17, WindowSize::KB128),
    (18, WindowSize::KB256),
    (19, WindowSize::KB512),
    (20, WindowSize::MB1),
    (21, WindowSize::MB2),
];

/// A run of packed blocks with its files.
#[derive(Clone, Default)]
pub(crate) struct Folder {
    /// `typeCompress`: 0 stored, 1 MSZIP, 3 with the exponent of the window in the higher byte LZX.
    pub(crate) compression: u16,
    /// Packed bytes, and what they unpack to.
    pub(crate) blocks: Vec<(Vec<u8>, usize)>,
    /// Names, where they start in the unpacked folder, and their sizes.
    pub(crate) files: Vec<(String, u32, u32)>,
}

impl Folder {
    /// One file that is the whole folder.
    pub(crate) fn of_one(compression: u16, blocks: Vec<(Vec<u8>, usize)>, name: &str) -> Folder {
        let size = blocks.iter().map(|(_, size)| u32::try_from(*size).unwrap()).sum();
        Folder { compression, blocks, files: vec![(name.to_owned(), 0, size)] }
    }
}

/// The type of an LZX folder.
pub(crate) fn lzx_type(bits: u16) -> u16 {
    3 | bits << 8
}

/// Packs `data` with LZX. `spanning` lets parts of the stream go over several blocks; otherwise each block has its own
/// and `strategies` are used in turn. `calls` is the size that calls of x86 code are translated with.
pub(crate) fn pack(
    data: &[u8],
    window: WindowSize,
    spanning: bool,
    strategies: &[Strategy],
    calls: Option<u32>,
) -> Vec<(Vec<u8>, usize)> {
    let mut encoder = lzxc::Encoder::new(window);
    if let Some(size) = calls {
        encoder.set_e8_translation(size);
    }
    if spanning {
        let packed = encoder.encode_stream(data);
        return packed.into_iter().zip(data.chunks(BLOCK).map(<[u8]>::len)).collect();
    }
    let numbered = data.chunks(BLOCK).enumerate();
    let pack = numbered.map(|(number, block)| {
        encoder.set_strategy(strategies[number % strategies.len()]);
        (encoder.encode_chunk(block), block.len())
    });
    pack.collect()
}

/// MS-CAB 3.1. gcab refuses blocks without it.
fn sum(bytes: &[u8]) -> u32 {
    let mut sum = 0;
    for four in bytes.chunks(4) {
        let mut word = [0; 4];
        if four.len() == 4 {
            word.copy_from_slice(four);
        } else {
            // The first of the last bytes is the highest.
            four.iter().rev().zip(&mut word).for_each(|(byte, place)| *place = *byte);
        }
        sum ^= u32::from_le_bytes(word);
    }
    sum
}

/// The bytes of a cabinet.
pub(crate) fn cabinet(folders: &[Folder]) -> Vec<u8> {
    let mut lists = Vec::new();
    let files: usize = folders.iter().map(|folder| folder.files.len()).sum();
    let head = 36 + 8 * folders.len();
    for (number, folder) in folders.iter().enumerate() {
        for (name, offset, size) in &folder.files {
            lists.extend(size.to_le_bytes());
            lists.extend(offset.to_le_bytes());
            lists.extend(u16::try_from(number).unwrap().to_le_bytes());
            lists.extend([0x75, 0x57, 0, 0, 0x20, 0]);
            lists.extend(name.as_bytes());
            lists.push(0);
        }
    }
    let start = head + lists.len();
    let (mut data, mut table) = (Vec::new(), Vec::new());
    for folder in folders {
        table.extend(u32::try_from(start + data.len()).unwrap().to_le_bytes());
        table.extend(u16::try_from(folder.blocks.len()).unwrap().to_le_bytes());
        table.extend(folder.compression.to_le_bytes());
        for (packed, unpacked) in &folder.blocks {
            let lengths =
                [packed.len(), *unpacked].map(|length| u16::try_from(length).unwrap().to_le_bytes());
            data.extend((sum(packed) ^ sum(&lengths.concat())).to_le_bytes());
            data.extend(lengths.concat());
            data.extend(packed);
        }
    }
    let size = u32::try_from(start + data.len()).unwrap();
    let mut cabinet = b"MSCF\0\0\0\0".to_vec();
    cabinet.extend(size.to_le_bytes());
    cabinet.extend([0; 4]);
    cabinet.extend(u32::try_from(head).unwrap().to_le_bytes());
    cabinet.extend([0, 0, 0, 0, 3, 1]);
    cabinet.extend(u16::try_from(folders.len()).unwrap().to_le_bytes());
    cabinet.extend(u16::try_from(files).unwrap().to_le_bytes());
    cabinet.extend([0; 6]);
    [cabinet, table, lists, data].concat()
}
