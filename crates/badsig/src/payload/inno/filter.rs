//! The filter for x86 programs ("call instruction optimization"): targets of calls and jumps were made absolute before
//! packing, and are made relative again here.
//!
//! Source: `Projects/Src/Compression.SevenZipDecoder` and `TTransformCallInstructions` of Inno Setup. Three forms: before
//! 5.2 any operand, byte by byte; since 5.2 only operands whose highest byte is 0 or 0xff, in blocks of 64 KB; since 5.3.9
//! that byte is inverted when the sign of the rest says so.

use std::io::{self, Read};

/// How operands were changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Before 5.2.
    Bytes,
    /// Since 5.2.
    Blocks,
    /// Since 5.3.9.
    BlocksWithSign,
}

/// No operand crosses a border of this size.
const BLOCK: usize = 0x1_0000;
const CALL: u8 = 0xe8;
const JUMP: u8 = 0xe9;

/// Undoes the filter while a file is read.
pub(super) struct Filter<R> {
    inner: R,
    form: Form,
    block: Vec<u8>,
    taken: usize,
    /// Offset of the block in the file.
    offset: u32,
    /// An operand of [`Form::Bytes`]: what is carried, and how many of its bytes are to come.
    operand: (u32, u8),
}

impl<R: Read> Filter<R> {
    pub(super) fn new(inner: R, form: Form) -> Filter<R> {
        Filter { inner, form, block: Vec::new(), taken: 0, offset: 0, operand: (0, 0) }
    }

    fn next_block(&mut self) -> io::Result<()> {
        let before = u32::try_from(self.block.len()).unwrap_or(0);
        self.offset = self.offset.wrapping_add(before);
        self.block.clear();
        self.taken = 0;
        let limit = u64::try_from(BLOCK).unwrap_or(0);
        (&mut self.inner).take(limit).read_to_end(&mut self.block)?;
        match self.form {
            Form::Bytes => self.bytes(),
            Form::Blocks => self.operands(false),
            Form::BlocksWithSign => self.operands(true),
        }
        Ok(())
    }

    fn bytes(&mut self) {
        let (mut carry, mut left) = self.operand;
        for (byte, position) in self.block.iter_mut().zip(self.offset..) {
            if left > 0 {
                carry = carry.wrapping_add(u32::from(*byte));
                *byte = carry.to_le_bytes()[0];
                carry >>= 8;
                left = left.saturating_sub(1);
            } else if matches!(*byte, CALL | JUMP) {
                carry = position.wrapping_add(5).wrapping_neg();
                left = 4;
            }
        }
        self.operand = (carry, left);
    }

    fn operands(&mut self, sign: bool) {
        let mut start = 0usize;
        while let Some([code, low, middle, high, top]) = self
            .block
            .get_mut(start..start.saturating_add(5))
            .and_then(|bytes| <&mut [u8; 5]>::try_from(bytes).ok())
        {
            if !matches!(*code, CALL | JUMP) {
                start = start.saturating_add(1);
                continue;
            }
            start = start.saturating_add(5);
            if matches!(*top, 0 | 0xff) {
                let end = self.offset.wrapping_add(u32::try_from(start).unwrap_or(0));
                let target = u32::from_le_bytes([*low, *middle, *high, 0]);
                let relative = target.wrapping_sub(end);
                [*low, *middle, *high, _] = relative.to_le_bytes();
                if sign && relative & 0x80_0000 != 0 {
                    *top = !*top;
                }
            }
        }
    }
}

impl<R: Read> Read for Filter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken >= self.block.len() {
            self.next_block()?;
        }
        let mut rest = self.block.get(self.taken..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.taken = self.taken.saturating_add(count);
        Ok(count)
    }
}
