//! Changes that know where the fields of PE files and compound files are, and the elements of a DER signature: random
//! bytes seldom hit the few that matter.

/// Values that sizes, offsets and counts are set to.
const INTERESTING: [u32; 12] =
    [0, 1, 2, 7, 8, 0x1FF, 0x200, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFC, 0xFFFF_FFFE, 0xFFFF_FFFF];

/// A small generator: the fuzzer gives one number, and the same one must always make the same change.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % end.max(1)
    }
}

/// Changes one field; false when the bytes are no format that is known here.
pub fn mutate(data: &mut [u8], seed: u32) -> bool {
    let mut random = Random(u64::from(seed) ^ 0x9E37_79B9_7F4A_7C15);
    let fields = if data.starts_with(b"MZ") {
        program_fields(data, &mut random)
    } else if data.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        compound_fields(data, &mut random)
    } else {
        Vec::new()
    };
    if random.below(3) == 0 && change_der(data, &mut random) {
        return true;
    }
    if fields.is_empty() {
        return false;
    }
    let at = fields[random.below(fields.len())];
    let old = u32_at(data, at).unwrap_or(0);
    let new = match random.below(4) {
        0 => old.wrapping_add(1),
        1 => old.wrapping_sub(1),
        2 => old ^ (1 << random.below(32)),
        _ => INTERESTING[random.below(INTERESTING.len())],
    };
    match data.get_mut(at..at.saturating_add(4)) {
        Some(field) => field.copy_from_slice(&new.to_le_bytes()),
        None => return false,
    }
    true
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn usize_at(data: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(data, at)?).ok()
}

/// Headers, data directories, section headers, and the certificate table's entry headers.
fn program_fields(data: &[u8], random: &mut Random) -> Vec<usize> {
    let mut fields = vec![0x3C];
    let Some(header) = usize_at(data, 0x3C).filter(|at| *at < data.len()) else { return fields };
    fields.extend((0..64).map(|index| header + 4 * index));
    let directory =
        header + 24 + if data.get(header + 24..header + 26) == Some(&[0x0B, 0x02]) { 112 } else { 96 };
    // The security directory counts as much as all other headers together.
    for _ in 0..16 {
        fields.push(directory + 32 + 4 * random.below(2));
    }
    if let Some(table) = usize_at(data, directory + 32) {
        fields.extend([table, table.saturating_add(4)]);
    }
    fields
}

/// The header, the sectors of the allocation table that it names, and the entries of the first directory sector.
fn compound_fields(data: &[u8], random: &mut Random) -> Vec<usize> {
    let mut fields: Vec<usize> = (0x18..0x4C + 16).step_by(4).collect();
    let sector = if data.get(0x1E) == Some(&12) { 4096 } else { 512 };
    let place = |number: usize| number.checked_add(1)?.checked_mul(sector).filter(|at| *at < data.len());
    if let Some(table) = usize_at(data, 0x4C).and_then(place) {
        fields.extend((0..24).map(|_| table + 4 * random.below(sector / 4)));
    }
    if let Some(directory) = usize_at(data, 0x30).and_then(place) {
        let entry = directory + 128 * random.below(sector / 128);
        for offset in [0x40, 0x44, 0x48, 0x4C, 0x74, 0x78, 0x7C] {
            fields.extend([entry + offset, entry + offset]);
        }
    }
    fields
}

/// Changes a tag, a length or a byte of the content of some element of the first SignedData.
fn change_der(data: &mut [u8], random: &mut Random) -> bool {
    const SIGNED_DATA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    let Some(start) = data.windows(SIGNED_DATA.len()).position(|window| window == SIGNED_DATA) else {
        return false;
    };
    let mut at = start + SIGNED_DATA.len();
    for _ in 0..random.below(400) {
        let Some((header, length)) = element(data, at) else { break };
        let constructed = data.get(at).is_some_and(|tag| tag & 0x20 != 0);
        at += if constructed { header } else { header + length };
    }
    let Some((header, length)) = element(data, at) else { return false };
    let spot = match random.below(4) {
        0 => at,
        1 => at + 1,
        2 => at + header.saturating_sub(1),
        _ => at + header + random.below(length),
    };
    let value = u8::try_from(random.below(256)).unwrap_or(0);
    data.get_mut(spot).map(|byte| *byte = value).is_some()
}

/// Bytes of the header and of the content of an element.
fn element(data: &[u8], at: usize) -> Option<(usize, usize)> {
    let first = usize::from(*data.get(at.checked_add(1)?)?);
    if first < 0x80 {
        return Some((2, first));
    }
    let count = first & 0x7F;
    if count == 0 || count > 4 {
        return None;
    }
    let bytes = data.get(at.checked_add(2)?..at.checked_add(2 + count)?)?;
    let length = bytes.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
    (length <= data.len()).then_some((2 + count, length))
}
