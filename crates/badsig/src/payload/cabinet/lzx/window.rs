//! What was unpacked last: matches are copied from it.

use super::super::blocks::BLOCK;

/// Bytes that are copied at a time; as many may be written behind a match, where nothing stands yet.
const AT_ONCE: usize = 16;

/// The last bytes that were unpacked, at least as many as the window has, in one piece, and room for a block behind
/// them.
pub(super) struct Window {
    bytes: Vec<u8>,
    /// Bytes that a match may reach back.
    pub(super) size: usize,
    /// Where the next byte goes.
    pub(super) end: usize,
}

impl Window {
    /// A window of this many bytes.
    pub(super) fn new(size: usize) -> Window {
        // Twice the size, so that what has become too old is thrown away seldom.
        let length = size.saturating_mul(2).saturating_add(BLOCK).saturating_add(AT_ONCE);
        Window { bytes: vec![0; length], size, end: 0 }
    }

    /// Makes room for a block.
    pub(super) fn make_room(&mut self) {
        if self.end.saturating_add(BLOCK).saturating_add(AT_ONCE) > self.bytes.len() {
            let start = self.end.saturating_sub(self.size);
            self.bytes.copy_within(start..self.end, 0);
            self.end = self.end.saturating_sub(start);
        }
    }

    /// What was unpacked since `start`.
    pub(super) fn since(&self, start: usize) -> &[u8] {
        self.bytes.get(start..self.end).unwrap_or_default()
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        let end = self.end.saturating_add(bytes.len());
        if let Some(places) = self.bytes.get_mut(self.end..end) {
            places.copy_from_slice(bytes);
        }
        self.end = end;
    }

    /// All bytes, to be written behind [`Window::end`].
    pub(super) fn bytes(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

/// Copies `length` bytes to `to` from `back` bytes before it; `None` when there is nothing so far back, or no room.
#[inline(always)]
pub(super) fn repeat(bytes: &mut [u8], to: usize, back: usize, length: usize) -> Option<()> {
    let from = to.checked_sub(back)?;
    if back < AT_ONCE {
        return repeat_near(bytes.get_mut(from..to.wrapping_add(length))?, back);
    }
    let mut done = 0;
    while done < length {
        let (source, target) = (from.wrapping_add(done), to.wrapping_add(done));
        let piece: [u8; AT_ONCE] = bytes.get(source..source.wrapping_add(AT_ONCE))?.try_into().ok()?;
        bytes.get_mut(target..target.wrapping_add(AT_ONCE))?.copy_from_slice(&piece);
        done = done.wrapping_add(AT_ONCE);
    }
    Some(())
}

/// Fills `all` by repeating its first `back` bytes.
fn repeat_near(all: &mut [u8], back: usize) -> Option<()> {
    if back == 1 {
        all.fill(all.first().copied()?);
        return Some(());
    }
    let mut done = back;
    while done < all.len() {
        let count = done.min(all.len().wrapping_sub(done));
        all.copy_within(..count, done);
        // Without a distance there is nothing to repeat.
        done = done.checked_add(count).filter(|_| count > 0)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_repeat_what_lies_before() {
        for back in 1..40_usize {
            for length in 2..=257_usize {
                let mut bytes = vec![0_u8; 400];
                bytes.iter_mut().take(40).zip(1..).for_each(|(byte, number)| *byte = number);
                let mut expected = bytes[..40].to_vec();
                repeat(&mut bytes, 40, back, length).unwrap();
                (0..length).for_each(|_| expected.push(expected[expected.len() - back]));
                assert_eq!(&bytes[..40 + length], expected, "{back} {length}");
            }
        }
        let mut bytes = [0_u8; 64];
        assert!(repeat(&mut bytes, 3, 4, 2).is_none() && repeat(&mut bytes, 3, 0, 2).is_none());
        assert!(repeat(&mut bytes, 60, 20, 8).is_none());
    }

    #[test]
    fn what_lies_in_the_window_stays() {
        let mut window = Window::new(BLOCK);
        for block in 0..9_u8 {
            window.make_room();
            let start = window.end;
            window.extend(&[block; BLOCK]);
            assert_eq!(window.since(start), [block; BLOCK]);
            if let Some(before) = block.checked_sub(1) {
                assert_eq!(window.bytes()[start - BLOCK..start], [before; BLOCK]);
            }
        }
    }
}
