//! The packing methods of NSIS: Deflate without complements, bzip2 without its headers, LZMA with its properties in front.

use std::io::{self, Read};

use lzma_rust2::filter::bcj::BcjReader;

use super::bzip2::Bzip2;
use super::inflate::Inflate;
use crate::payload::lzma::lzma;

/// How an installer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Deflate,
    Bzip2,
    Lzma {
        /// A byte before the properties says whether a filter for x86 code was applied.
        filtered: bool,
    },
}

impl Method {
    /// The method by which these bytes were packed, by how they start (as 7-Zip tells them apart).
    pub(super) fn of(bytes: &[u8]) -> Method {
        match bytes {
            [filter, rest @ ..] if *filter <= 1 && is_lzma(rest) => Method::Lzma { filtered: true },
            bytes if is_lzma(bytes) => Method::Lzma { filtered: false },
            // The mark of a block and the highest byte of a number below 900,000.
            [0x31, high, ..] if *high < 14 => Method::Bzip2,
            _ => Method::Deflate,
        }
    }

    pub(super) fn is_lzma(self) -> bool {
        matches!(self, Method::Lzma { .. })
    }

    /// Unpacks what is read from `packed`.
    pub(super) fn unpack<'a>(self, mut packed: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
        match self {
            Method::Deflate => Ok(Box::new(Inflate::new(io::BufReader::new(packed)))),
            Method::Bzip2 => Ok(Box::new(Bzip2::new(io::BufReader::new(packed)))),
            Method::Lzma { filtered } => {
                let mut filter = [0u8; 1];
                if filtered {
                    packed.read_exact(&mut filter)?;
                }
                let reader = lzma(io::BufReader::new(packed), "the NSIS installer")?;
                Ok(if filter == [1] { Box::new(BcjReader::new_x86(reader, 0)) } else { Box::new(reader) })
            }
        }
    }
}

/// Properties as NSIS writes them: 0x5d, a dictionary of whole 64 KB, and the first byte of the range coder, 0.
fn is_lzma(bytes: &[u8]) -> bool {
    matches!(bytes, [0x5d, 0, 0, _, _, 0, next, ..] if next & 0x80 == 0)
}
