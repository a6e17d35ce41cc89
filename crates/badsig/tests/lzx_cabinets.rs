//! LZX cabinets of the encoder `lzxc`, of every window and kind of block, and such that are written by hand: what
//! badsig unpacks is what was packed, and what cabextract and 7z unpack. Damaged ones end in an error.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod cabinets;

use std::process::Command;
use std::sync::Arc;

use badsig::Limits;
use badsig::payload::cabinet::Cabinet;
use badsig::problem::Problem;
use badsig::subject::ByteSource;
use cabinets::{BLOCK, Folder, Strategy, WINDOWS, WindowSize, cabinet, lzx_type, pack};
use testkit::Random;

/// Damaged cabinets that are tried; more with `BADSIG_MUTATIONS=n`.
const ROUNDS: u64 = 4000;

/// Packed blocks, and what they unpack to.
type Blocks = Vec<(Vec<u8>, usize)>;

fn unpack(bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let source: Arc<dyn ByteSource> = Arc::new(bytes);
    let files = Cabinet::open(&source, &Limits::default())?.read(|_| true, 1 << 30)?;
    Ok(files.into_iter().flat_map(|(_, bytes)| bytes).collect())
}

/// What another tool unpacks; `None` when it is not there. It must not refuse.
#[track_caller]
fn unpacked_by(tool: &str, arguments: &[&str], bytes: &[u8]) -> Option<Vec<u8>> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("made.cab");
    std::fs::write(&path, bytes).unwrap();
    let mut command = Command::new(tool);
    let output = command.args(arguments).arg(&path).output();
    let Ok(output) = output else {
        testkit::skip_tool(&format!("{tool} is missing"));
        return None;
    };
    assert!(output.status.success(), "{tool} refuses: {}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

#[track_caller]
fn by_cabextract(bytes: &[u8]) -> Option<Vec<u8>> {
    unpacked_by("cabextract", &["-q", "-p"], bytes)
}

#[track_caller]
fn by_7z(bytes: &[u8]) -> Option<Vec<u8>> {
    unpacked_by("7z", &["e", "-so"], bytes)
}

/// badsig, cabextract and 7z unpack `data` from this cabinet.
fn all_unpack(what: &str, bytes: &[u8], data: &[u8]) {
    let ours = unpack(bytes.to_vec()).unwrap_or_else(|problem| panic!("{what}: {problem}"));
    assert!(ours == data, "{what}: badsig unpacks something else");
    for (tool, theirs) in [("cabextract", by_cabextract(bytes)), ("7z", by_7z(bytes))] {
        assert!(theirs.is_none_or(|theirs| theirs == data), "{what}: {tool} unpacks something else");
    }
}

/// Words from a small vocabulary, some noise, and what came long before once more.
fn data(size: usize, random: &mut Random) -> Vec<u8> {
    let words: Vec<Vec<u8>> = (0..200)
        .map(|_| {
            let length = 2 + random.below(9);
            random.bytes(length)
        })
        .collect();
    let mut data = Vec::with_capacity(size + 40_000);
    while data.len() < size {
        match random.below(40) {
            0 => {
                let length = random.below(3000);
                data.extend(random.bytes(length));
            }
            1 => data.extend(vec![random.byte(); random.below(2000)]),
            2 if data.len() > 1000 => {
                // As far back as possible, too.
                let start = random.below(data.len() / 8);
                let end = (start + random.below(30_000)).min(data.len());
                data.extend_from_within(start..end);
            }
            _ => (0..50).for_each(|_| data.extend(&words[random.below(200)])),
        }
    }
    data.truncate(size);
    data
}

#[test]
fn every_window_and_kind_of_block_is_unpacked() {
    let mut random = Random::new(0x1b2c_3d4e);
    let kinds = [Strategy::Optimal, Strategy::LiteralOnly, Strategy::Uncompressed, Strategy::Optimal];
    for (bits, window) in WINDOWS {
        let few = data(5 * BLOCK + 4321, &mut random);
        // As far back as the window reaches, and a little farther.
        let noise = random.bytes((1 << bits) - 2 * BLOCK / 3);
        let far = [&few[..BLOCK], &noise, &few].concat();
        for (what, data, spanning) in [("far", far, true), ("few", few, false)] {
            let blocks = pack(&data, window, spanning, &kinds, None);
            let made = cabinet(&[Folder::of_one(lzx_type(bits), blocks, "a")]);
            all_unpack(&format!("window of 2^{bits}, {what}"), &made, &data);
        }
    }
}

/// Code with calls between -8 and 24 KiB away, without other bytes of that value: the encoder looks for calls inside the
/// operands of calls that it left alone, which nobody else does.
fn code(size: usize, random: &mut Random) -> Vec<u8> {
    let mut code = Vec::with_capacity(size + 8);
    while code.len() < size {
        let length = random.below(40);
        code.extend(random.bytes(length).into_iter().map(|byte| byte & 0x77));
        let distance = i32::try_from(random.below(32 * 1024)).unwrap() - 8 * 1024;
        let operand = distance.to_le_bytes();
        let target = i32::try_from(code.len()).unwrap() + distance;
        if !operand.contains(&0xe8) && target != 0 {
            code.push(0xe8);
            code.extend(operand);
        }
    }
    code.truncate(size);
    code
}

#[test]
fn calls_are_translated_as_others_do() {
    let mut random = Random::new(0x0e8e_8e8e);
    let size = 9 * BLOCK + 777;
    let code = code(size, &mut random);
    for (bits, window) in [WINDOWS[0], WINDOWS[3], WINDOWS[6]] {
        // Also sizes that end in the middle.
        for calls in [u32::try_from(size).unwrap(), 100_000, 12_000_000] {
            let blocks = pack(&code, window, true, &[], Some(calls));
            let made = cabinet(&[Folder::of_one(lzx_type(bits), blocks, "code")]);
            let what = format!("2^{bits}, calls of {calls}");
            let ours = unpack(made.clone()).unwrap();
            for (tool, theirs) in [("cabextract", by_cabextract(&made)), ("7z", by_7z(&made))] {
                assert!(theirs.is_none_or(|theirs| theirs == ours), "{what}: {tool} unpacks something else");
            }
            assert!(calls == 100_000 || ours == code, "{what}: not what was packed");
        }
    }
}

/// Operands that the encoder never writes, put into a stream of bytes as they are: absolute targets of 0, at both
/// limits, and outside.
#[test]
fn every_operand_is_translated_as_others_do() {
    let mut bytes = vec![0x90; 2 * BLOCK];
    let size: i32 = 50_000;
    let mut place = 11;
    for operand in [0, 1, -1, size - 1, size, -size, i32::MIN, i32::MAX, 17, -11, -12, -200, -5000, 40_000] {
        for start in [place, place + 1000, place + BLOCK] {
            bytes[start] = 0xe8;
            bytes[start + 1..start + 5].copy_from_slice(&operand.to_le_bytes());
        }
        place += 23;
    }
    // One at the end of the first block, in the part that stays as it is, and one call in the operand of another.
    bytes[BLOCK - 10] = 0xe8;
    bytes[BLOCK - 11 - 5] = 0xe8;
    bytes[5000..5010].copy_from_slice(&[0xe8, 0xe8, 1, 2, 0, 0xe8, 1, 1, 0, 0]);
    let mut stream = Bits::default();
    stream.bits(1, 1);
    stream.bits(size.cast_unsigned() >> 16, 16);
    stream.bits(size.cast_unsigned() & 0xffff, 16);
    let first = stream.uncompressed(&bytes[..BLOCK], BLOCK);
    let second = Bits::default().uncompressed(&bytes[BLOCK..], BLOCK);
    let made = cabinet(&[Folder::of_one(lzx_type(16), vec![(first, BLOCK), (second, BLOCK)], "operands")]);
    let ours = unpack(made.clone()).unwrap();
    assert!(ours != bytes, "something is translated");
    for (tool, theirs) in [("cabextract", by_cabextract(&made)), ("7z", by_7z(&made))] {
        if let Some(theirs) = theirs {
            let differs = ours.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs);
            assert_eq!(differs, None, "{tool}");
        }
    }
}

/// Writes the bits of an LZX stream.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    word: u32,
    count: u32,
}

impl Bits {
    fn bits(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            self.word = self.word << 1 | (value >> bit & 1);
            self.count += 1;
            if self.count == 16 {
                self.bytes.extend(u16::try_from(self.word).unwrap().to_le_bytes());
                (self.word, self.count) = (0, 0);
            }
        }
    }

    /// A part of bytes as they are that states this size, with as many as lie in this block of the cabinet.
    fn uncompressed(mut self, bytes: &[u8], size: usize) -> Vec<u8> {
        self.part(bytes, size);
        self.bytes
    }

    fn part(&mut self, bytes: &[u8], size: usize) {
        self.bits(3, 3);
        self.bits(u32::try_from(size).unwrap(), 24);
        self.bits(0, 16 - self.count);
        for recent in [1_u32, 1, 1] {
            self.bytes.extend(recent.to_le_bytes());
        }
        self.bytes.extend(bytes);
    }
}

/// Parts of an odd number of bytes are followed by one more byte: in the middle of a block, at its end, or at the start of
/// the next; cabextract and 7z take all of them.
#[test]
fn odd_parts_are_filled_to_a_word() {
    let mut random = Random::new(0x0dd);
    let data = random.bytes(2 * BLOCK);
    let (here, there) = data.split_at(BLOCK);
    let start = || {
        let mut bits = Bits::default();
        bits.bits(0, 1);
        bits.part(&here[..1001], 1001);
        bits.bytes.push(0);
        bits.part(&here[1001..1004], 3);
        bits.bytes.push(0);
        bits
    };
    let block = |bits: Bits| (bits.bytes, BLOCK);
    let mut spans = start();
    spans.part(&here[1004..], BLOCK - 1004 + 501);
    let mut spanned = Bits { bytes: [&there[..501], &[0]].concat(), ..Bits::default() };
    spanned.part(&there[501..], BLOCK - 501);
    let mut ends = start();
    ends.part(&here[1004..2003], 999);
    ends.bytes.push(0);
    ends.part(&here[2003..], BLOCK - 2003);
    let mut ends_and_fills = start();
    ends_and_fills.part(&here[1004..2003], 999);
    ends_and_fills.bytes.push(0);
    ends_and_fills.part(&here[2003..], BLOCK - 2003);
    ends_and_fills.bytes.push(0);
    let mut plain = Bits::default();
    plain.part(there, BLOCK);
    let mut filled = Bits { bytes: vec![0], ..Bits::default() };
    filled.part(there, BLOCK);
    for (what, blocks) in [
        ("over two blocks", vec![block(spans), block(spanned)]),
        ("filled before the border", vec![block(ends_and_fills), block(plain)]),
        ("filled behind the border", vec![block(ends), block(filled)]),
    ] {
        all_unpack(what, &cabinet(&[Folder::of_one(lzx_type(15), blocks, "odd")]), &data);
    }
}

#[test]
fn damaged_streams_end_in_an_error_or_in_bytes() {
    let rounds = std::env::var("BADSIG_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let mut random = Random::new(0xdead_beef);
    let data = data(3 * BLOCK, &mut random);
    let kinds = [Strategy::Optimal, Strategy::LiteralOnly, Strategy::Uncompressed];
    let originals: Vec<(u16, Blocks)> = [(15, WindowSize::KB32), (21, WindowSize::MB2)]
        .into_iter()
        .flat_map(|(bits, window)| {
            [true, false].map(|spanning| {
                let calls = spanning.then_some(50_000);
                (bits, pack(&data, window, spanning, &kinds, calls))
            })
        })
        .collect();
    let mut refused = 0;
    for round in 0..rounds {
        let (bits, mut blocks) = originals[usize::try_from(round % 4).unwrap()].clone();
        let number = random.below(blocks.len());
        let packed = &mut blocks[number].0;
        for _ in 0..=random.below(3) {
            // Most of what is decided is decided at the start.
            let end = if random.below(2) == 0 { packed.len() } else { packed.len().min(100) };
            match random.below(6) {
                0 => packed.truncate(random.below(end)),
                1 => packed.extend(random.bytes(7)),
                _ if packed.is_empty() => {}
                _ => {
                    let place = random.below(end.min(packed.len()));
                    packed[place] ^= 1 << random.below(8);
                }
            }
        }
        let made = cabinet(&[Folder::of_one(lzx_type(bits), blocks, "a")]);
        refused += u64::from(unpack(made).is_err());
    }
    println!("{refused} of {rounds} refused");
    assert!(refused > rounds / 3, "{refused}");
}
