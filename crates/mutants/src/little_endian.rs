//! Numbers of PE files, compound files and cabinets.

/// The number of two bytes at an offset.
pub(crate) fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let end = at.checked_add(2)?;
    Some(u16::from_le_bytes(bytes.get(at..end)?.try_into().ok()?).into())
}

/// The number of four bytes at an offset.
pub(crate) fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let end = at.checked_add(4)?;
    usize::try_from(u32::from_le_bytes(bytes.get(at..end)?.try_into().ok()?)).ok()
}
