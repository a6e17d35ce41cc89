//! LZX, as cabinets use it ("Microsoft LZX Data Compression Format" of the cabinet SDK; MS-PATCH describes the same
//! with larger windows): matches in a window of 32 KiB to 2 MiB, Huffman codes, the last three distances kept at hand,
//! and calls in x86 code translated.
//!
//! Where the two documents and real cabinets differ, real cabinets count: windows of 1 and 2 MiB have 42 and 50 slots of
//! distances, the tree of aligned offsets stands before the others, and the block of bytes as they are states its
//! size as every block does.
//!
//! What it does not do: distances longer than 2 MiB and reference data, which only patches have.

mod bits;
mod calls;
mod lengths;
mod symbols;
mod tree;
mod window;

use self::bits::Bits;
use self::symbols::Codes;
use self::tree::Tree;
use self::window::Window;

/// Symbols of the main tree that are bytes as they are.
const BYTES: usize = 256;
/// Lengths that the main tree has for each slot of distances: 2 to 8 bytes, and longer.
const MATCHES: usize = 8;
/// Symbols of the tree of lengths above 8.
const LENGTHS: usize = 249;
/// Symbols of the tree of the lowest three bits of distances.
const ALIGNED: usize = 8;
/// Slots of distances in the largest window.
const SLOTS: usize = 50;

/// What is wrong with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Damage {
    #[error("its Huffman codes are none")]
    Codes,
    #[error("a part of it is of kind {0}, which does not exist")]
    Kind(u32),
    #[error("a match reaches back before the start or out of the window")]
    Distance,
    #[error("a match goes past the end")]
    Length,
    #[error("it ends early")]
    End,
    #[error("a block of {0} bytes can only be the last one of a folder")]
    Short(usize),
}

/// Unpacks the blocks of one folder.
pub(super) struct Lzx {
    window: Window,
    /// Bytes unpacked so far.
    position: u64,
    /// Slots of distances that this window has.
    slots: usize,
    /// The size that calls are translated with; 0 when they are not, `None` before the start.
    calls: Option<i32>,
    part: Part,
    /// The last distances, the newest first.
    recent: [u32; 3],
    main_lengths: [u8; BYTES + SLOTS * MATCHES],
    length_lengths: [u8; LENGTHS],
    main: Tree,
    length: Tree,
    aligned: Tree,
    small: Tree,
    translated: Vec<u8>,
    /// A block that was not full came: nothing may follow.
    ended: bool,
}

/// A part of the stream with its own codes (a "block" in the documents); it may go over several blocks of the cabinet.
struct Part {
    kind: PartKind,
    /// Bytes that it still unpacks to.
    left: usize,
    /// It has an odd number of bytes as they are: one more follows to fill the word.
    odd: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Verbatim,
    Aligned,
    Uncompressed,
}

impl Lzx {
    /// For a window of 2^`bits` bytes; `None` when there is no such window.
    pub(super) fn new(bits: u16) -> Option<Lzx> {
        let slots = match bits {
            15..=19 => usize::from(bits).saturating_mul(2),
            20 => 42,
            21 => SLOTS,
            _ => return None,
        };
        Some(Lzx {
            window: Window::new(1 << bits),
            position: 0,
            slots,
            calls: None,
            part: Part { kind: PartKind::Verbatim, left: 0, odd: false },
            recent: [1; 3],
            main_lengths: [0; BYTES + SLOTS * MATCHES],
            length_lengths: [0; LENGTHS],
            main: Tree::new(),
            length: Tree::new(),
            aligned: Tree::new(),
            small: Tree::new(),
            translated: Vec::new(),
            ended: false,
        })
    }

    /// Unpacks the next block of the cabinet, which states that it has `unpacked` bytes then.
    ///
    /// # Errors
    /// What is wrong with it; nothing behind it can be unpacked.
    pub(super) fn unpack(&mut self, packed: &[u8], unpacked: usize) -> Result<&[u8], Damage> {
        if self.ended || unpacked > super::blocks::BLOCK {
            return Err(Damage::Short(unpacked));
        }
        self.ended = unpacked < super::blocks::BLOCK;
        let mut bits = Bits::new(packed);
        if self.calls.is_none() {
            let size = if bits.take(1) == 1 { bits.take(32) } else { 0 };
            self.calls = Some(i32::from_ne_bytes(size.to_ne_bytes()));
        }
        self.window.make_room();
        let start = self.window.end;
        let end = start.saturating_add(unpacked);
        while self.window.end < end {
            while self.part.left == 0 {
                self.next_part(&mut bits)?;
            }
            let here = end.saturating_sub(self.window.end).min(self.part.left);
            self.part.left = self.part.left.saturating_sub(here);
            self.rest_of_part(&mut bits, self.window.end.saturating_add(here))?;
        }
        if bits.ran_out() {
            return Err(Damage::End);
        }
        let position = self.position;
        self.position = position.saturating_add(u64::try_from(unpacked).unwrap_or(0));
        let plain = self.window.since(start);
        match self.calls {
            None | Some(0) => Ok(plain),
            Some(size) => {
                self.translated.clear();
                self.translated.extend_from_slice(plain);
                calls::translate(&mut self.translated, position, size);
                Ok(&self.translated)
            }
        }
    }

    /// Unpacks the rest of the current part, as far as it lies in this block, which the window ends with at `until`.
    fn rest_of_part(&mut self, bits: &mut Bits<'_>, until: usize) -> Result<(), Damage> {
        let codes = Codes { main: &self.main, length: &self.length, aligned: &self.aligned };
        let (recent, window) = (&mut self.recent, &mut self.window);
        match self.part.kind {
            PartKind::Verbatim => symbols::unpack::<false>(bits, &codes, recent, window, until),
            PartKind::Aligned => symbols::unpack::<true>(bits, &codes, recent, window, until),
            PartKind::Uncompressed => {
                let bytes = bits.take_bytes(until.saturating_sub(window.end)).ok_or(Damage::End)?;
                window.extend(bytes);
                // The byte that fills the last word belongs to this block, if it has one more.
                if self.part.left == 0 && self.part.odd && bits.take_bytes(1).is_some() {
                    self.part.odd = false;
                }
                Ok(())
            }
        }
    }

    /// Reads the head of the next part.
    fn next_part(&mut self, bits: &mut Bits<'_>) -> Result<(), Damage> {
        if std::mem::take(&mut self.part.odd) {
            bits.take_bytes(1).ok_or(Damage::End)?;
        }
        let kind = bits.take(3);
        self.part.left = usize::try_from(bits.take(24)).unwrap_or(0);
        self.part.kind = match kind {
            1 => PartKind::Verbatim,
            2 => PartKind::Aligned,
            3 => PartKind::Uncompressed,
            other => return Err(Damage::Kind(other)),
        };
        match self.part.kind {
            PartKind::Uncompressed => {
                self.part.odd = self.part.left & 1 == 1;
                bits.next_word();
                for recent in &mut self.recent {
                    // The lower word first, unlike in other numbers.
                    *recent = bits.take(16) | bits.take(16) << 16;
                }
            }
            PartKind::Aligned => {
                let mut lengths = [0_u8; ALIGNED];
                lengths.fill_with(|| u8::try_from(bits.take(3)).unwrap_or(0));
                self.aligned.set(&lengths)?;
                self.trees(bits)?;
            }
            PartKind::Verbatim => self.trees(bits)?,
        }
        if bits.ran_out() { Err(Damage::End) } else { Ok(()) }
    }

    /// Reads the trees of symbols and lengths.
    fn trees(&mut self, bits: &mut Bits<'_>) -> Result<(), Damage> {
        let matches = self.slots.saturating_mul(MATCHES);
        let (bytes, rest) = self.main_lengths.split_at_mut(BYTES);
        lengths::read(bits, &mut self.small, bytes)?;
        lengths::read(bits, &mut self.small, rest.get_mut(..matches).unwrap_or_default())?;
        self.main.set(&self.main_lengths)?;
        lengths::read(bits, &mut self.small, &mut self.length_lengths)?;
        self.length.set(&self.length_lengths)?;
        if self.main.is_empty() { Err(Damage::Codes) } else { Ok(()) }
    }
}
