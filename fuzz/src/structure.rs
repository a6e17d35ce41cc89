//! Changes that know where the fields of files and the elements of a DER signature lie (the crate `mutants`): random bytes
//! seldom hit the few that matter.

use mutants::{Change, Field, Value, der, headers};

/// Values that sizes, offsets and counts are set to, besides 0, 1, the greatest and their neighbours.
const INTERESTING: [u32; 9] = [2, 7, 8, 0x1FF, 0x200, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFC, 0xFFFF_FFFE];

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
    if random.below(3) == 0 && change_der(data, &mut random) {
        return true;
    }
    let fields = headers(data);
    if fields.is_empty() {
        return false;
    }
    // The last ones are the entries of the certificate table or of the directory, which decide most.
    let from = if random.below(3) == 0 { fields.len().saturating_sub(24) } else { 0 };
    let field = fields[from + random.below(fields.len() - from)];
    let values = [Value::Zero, Value::One, Value::Greatest, Value::More, Value::Less];
    match values.get(random.below(8)) {
        Some(value) => match Change::Set(field, *value).apply(data) {
            Some(changed) => data.copy_from_slice(&changed),
            None => return false,
        },
        None => set(data, field, &mut random),
    }
    true
}

/// An interesting number, or one bit changed; all headers have their least byte first.
fn set(data: &mut [u8], field: Field, random: &mut Random) {
    let Some(bytes) = data.get_mut(field.at..field.at + field.width) else { return };
    if random.below(2) == 0 {
        let place = random.below(bytes.len());
        bytes[place] ^= 1 << random.below(8);
        return;
    }
    let number = INTERESTING[random.below(INTERESTING.len())].to_le_bytes();
    bytes.iter_mut().zip(number).for_each(|(byte, new)| *byte = new);
}

/// Changes a tag, a length or a byte of the content of some element of the first SignedData.
fn change_der(data: &mut [u8], random: &mut Random) -> bool {
    let Some(mut at) = der::signed_data(data) else { return false };
    for _ in 0..random.below(400) {
        let Some(element) = der::element(data, at) else { break };
        let constructed = data.get(at).is_some_and(|tag| tag & 0x20 != 0);
        at = if constructed { element.contents } else { element.end };
    }
    let Some(element) = der::element(data, at) else { return false };
    let spot = match random.below(4) {
        0 => element.at,
        1 => element.at + 1,
        2 => element.contents - 1,
        _ => element.contents + random.below(element.end - element.contents),
    };
    let value = u8::try_from(random.below(256)).unwrap_or(0);
    data.get_mut(spot).map(|byte| *byte = value).is_some()
}
