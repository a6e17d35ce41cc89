//! Makes a large LZX cabinet for measurements: `lzx_cabinet OUT.cab MEGABYTES FILE…` packs the files (a window of 2 MiB),
//! and repeats that folder until the cabinet has this many megabytes. Names are `F0_0`, `F0_1`, …: folder and file.
//!
//! The packer is the crate `lzxc`, which has nothing in common with the reader in badsig.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a tool for measurements: what goes wrong ends it"
)]

#[path = "../tests/cabinets/mod.rs"]
mod cabinets;

use cabinets::{Folder, Strategy, WindowSize, cabinet, lzx_type, pack};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: lzx_cabinet OUT.cab MEGABYTES FILE…";
    let target = arguments.next().expect(usage);
    let megabytes: usize = arguments.next().expect(usage).parse().expect(usage);
    let (mut data, mut sizes) = (Vec::new(), Vec::new());
    for path in arguments {
        let bytes = std::fs::read(path).unwrap();
        sizes.push((u32::try_from(data.len()).unwrap(), u32::try_from(bytes.len()).unwrap()));
        data.extend(bytes);
    }
    let blocks = pack(&data, WindowSize::MB2, false, &[Strategy::Optimal], None);
    let packed: usize = blocks.iter().map(|(packed, _)| packed.len()).sum();
    let copies = megabytes.saturating_mul(1_000_000).div_ceil(packed);
    let folders: Vec<Folder> = (0..copies)
        .map(|copy| {
            let named = sizes.iter().enumerate();
            let files = named.map(|(number, (offset, size))| (format!("F{copy}_{number}"), *offset, *size));
            Folder { compression: lzx_type(21), blocks: blocks.clone(), files: files.collect() }
        })
        .collect();
    std::fs::write(target, cabinet(&folders)).unwrap();
}
