//! Unpacking the blocks of a folder: stored, MSZIP, LZX.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::problem::{Problem, ProblemKind};

use super::blocks::{BLOCK, Block};
use super::lzx::Lzx;

/// The method of a folder, with what it keeps from block to block.
pub(super) enum Unpacker {
    Stored(Vec<u8>),
    MsZip(Box<MsZip>),
    Lzx(Box<Lzx>),
}

impl Unpacker {
    /// For the field `typeCompress` of a folder (MS-CAB 2.2).
    ///
    /// # Errors
    /// When badsig does not know the method.
    pub(super) fn new(compression: u16) -> Result<Unpacker, Problem> {
        match (compression & 0x0f, compression >> 8 & 0x1f) {
            (0, _) => Ok(Unpacker::Stored(Vec::new())),
            (1, _) => Ok(Unpacker::MsZip(Box::default())),
            (2, _) => Err(Problem::new(
                ProblemKind::NotSupported,
                "the folder is packed with Quantum, which badsig does not unpack",
            )),
            (3, bits) => match Lzx::new(bits) {
                Some(state) => Ok(Unpacker::Lzx(Box::new(state))),
                None => {
                    let message =
                        format!("the folder says LZX with a window of 2^{bits} bytes; 2^15 to 2^21 exist");
                    Err(Problem::new(ProblemKind::Malformed, message))
                }
            },
            (method, _) => Err(Problem::new(
                ProblemKind::Malformed,
                format!("the folder is packed with method {method}, which does not exist"),
            )),
        }
    }

    /// Unpacks the next block of the folder.
    ///
    /// # Errors
    /// When it is damaged.
    pub(super) fn unpack(&mut self, block: &mut Block) -> Result<&[u8], Problem> {
        let damaged = |what: String| Problem::malformed(block.offset, what);
        match self {
            Unpacker::Stored(bytes) => {
                std::mem::swap(bytes, &mut block.packed);
                if bytes.len() != block.unpacked {
                    let message =
                        format!("a stored block has {} bytes and says {}", bytes.len(), block.unpacked);
                    return Err(damaged(message));
                }
                Ok(bytes)
            }
            Unpacker::MsZip(state) => state
                .unpack(&block.packed, block.unpacked)
                .map_err(|what| damaged(format!("an MSZIP block is damaged: {what}"))),
            Unpacker::Lzx(state) => state
                .unpack(&block.packed, block.unpacked)
                .map_err(|error| damaged(format!("an LZX block is damaged: {error}"))),
        }
    }
}

/// MSZIP (MS-MCI): every block is a DEFLATE stream of its own behind `CK`, whose matches may reach back into
/// the 32 KiB before it.
#[derive(Default)]
pub(super) struct MsZip {
    state: DecompressorOxide,
    /// Up to 32 KiB of what came before, then the block.
    buffer: Vec<u8>,
    /// Where the bytes of the last block end.
    end: usize,
}

impl MsZip {
    fn unpack(&mut self, packed: &[u8], unpacked: usize) -> Result<&[u8], String> {
        let stream = packed.strip_prefix(b"CK").ok_or("it does not start with CK")?;
        self.buffer.resize(BLOCK.saturating_mul(2), 0);
        let start = self.end.min(BLOCK);
        self.buffer.copy_within(self.end.saturating_sub(start)..self.end, 0);
        self.end = start.saturating_add(unpacked);
        let target = self.buffer.get_mut(..self.end).ok_or("it is too large")?;
        self.state.init();
        let (status, _, count) =
            decompress(&mut self.state, stream, target, start, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        match status {
            TINFLStatus::Done if count == unpacked => Ok(target.get(start..).unwrap_or_default()),
            TINFLStatus::Done => Err(format!("it unpacks to {count} bytes instead of {unpacked}")),
            TINFLStatus::HasMoreOutput => Err(format!("it unpacks to more than {unpacked} bytes")),
            TINFLStatus::FailedCannotMakeProgress => Err("it ends early".to_owned()),
            _ => Err("it is no DEFLATE stream".to_owned()),
        }
    }
}
