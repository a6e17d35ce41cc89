//! Names of the places in a signed file that its signature does not cover (`docs/digests.md`).

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

use std::ops::Range;

use badsig::authenticode::der::{Reader, Tlv, tag};

/// What stands for every place that a signature does cover.
pub(crate) const COVERED: &str = "COVERED";

const SLACK: &str = "unused end of a sector, or a free sector";

/// The name of the place of a byte.
pub(crate) fn name(bytes: &[u8], offset: usize) -> &'static str {
    if bytes.starts_with(b"MZ") {
        pe(bytes, offset)
    } else if bytes.starts_with(b"MSCF") {
        cab(bytes, offset)
    } else {
        compound(bytes, offset)
    }
}

fn long(bytes: &[u8], offset: usize) -> usize {
    u32::from_le_bytes(bytes[offset..offset + 4].try_into().unwrap()).try_into().unwrap()
}

fn word(bytes: &[u8], offset: usize) -> usize {
    u16::from_le_bytes(bytes[offset..offset + 2].try_into().unwrap()).into()
}

fn pe(bytes: &[u8], offset: usize) -> &'static str {
    let header = long(bytes, 0x3c) + 24;
    let directory = header + if word(bytes, header) == 0x20b { 144 } else { 128 };
    let table = long(bytes, directory);
    if (header + 64..header + 68).contains(&offset) {
        "CheckSum"
    } else if (table + 4..table + 6).contains(&offset) {
        "WIN_CERTIFICATE.wRevision"
    } else if offset >= table + 8 {
        cms(&bytes[table + 8..], offset - table - 8)
    } else {
        COVERED
    }
}

fn cab(bytes: &[u8], offset: usize) -> &'static str {
    let signature = long(bytes, 44);
    match offset {
        4..8 => "reserved1",
        34..36 => "iCabinet",
        36..40 => "sizes of the reserve areas",
        52..56 => "end of the signature's entry in the reserve area",
        _ if offset >= signature => cms(&bytes[signature..], offset - signature),
        _ => COVERED,
    }
}

/// All fixtures have 512-byte sectors and their allocation table in the header's first locations.
fn compound(bytes: &[u8], offset: usize) -> &'static str {
    if offset < 512 {
        return "header of the compound file";
    }
    let tables: Vec<usize> = (0..long(bytes, 44)).map(|index| long(bytes, 76 + index * 4)).collect();
    let next = |sector: usize| long(bytes, (tables[sector / 128] + 1) * 512 + sector % 128 * 4);
    let chain = |start: usize| {
        let mut sectors = Vec::new();
        let mut sector = start;
        while sector < 0xffff_fffa {
            sectors.push(sector);
            sector = next(sector);
        }
        sectors
    };
    let sector = offset / 512 - 1;
    let directory = chain(long(bytes, 48));
    if tables.contains(&sector) || chain(long(bytes, 60)).contains(&sector) {
        return "allocation table";
    }
    if directory.contains(&sector) {
        return entry_field(bytes, offset);
    }
    for entry in directory.iter().flat_map(|sector| (0..4).map(move |index| (sector + 1) * 512 + index * 128))
    {
        let (kind, size) = (bytes[entry + 66], long(bytes, entry + 120));
        if kind == 2 && size >= 4096 {
            let sectors = chain(long(bytes, entry + 116));
            if let Some(position) = sectors.iter().position(|other| *other == sector) {
                let within = position * 512 + offset % 512;
                if within >= size {
                    return SLACK;
                }
                let name = &bytes[entry + 2..entry + 4];
                if name == b"D\0" {
                    let stream: Vec<u8> =
                        sectors.iter().flat_map(|s| bytes[(s + 1) * 512..(s + 2) * 512].to_vec()).collect();
                    return cms(&stream[..size], within);
                }
                return COVERED;
            }
        }
    }
    mini_stream(bytes, offset, &chain, &directory)
}

fn entry_field(bytes: &[u8], offset: usize) -> &'static str {
    let start = offset / 128 * 128;
    if bytes[start + 66] == 0 {
        return "free directory entry";
    }
    match offset - start {
        0..66 => "name of a stream or storage",
        66 => COVERED,
        67 => "colour in the directory tree",
        68..80 => "links of the directory tree",
        80..96 if bytes[start + 66] == 2 => "class of a stream, which has none",
        96..100 => "state bits",
        100..116 => "times",
        116..124 => "start and size of a stream",
        124..128 => "upper half of a size, unused in version 3",
        _ => COVERED,
    }
}

fn mini_stream(
    bytes: &[u8],
    offset: usize,
    chain: &dyn Fn(usize) -> Vec<usize>,
    directory: &[usize],
) -> &'static str {
    let root = (directory[0] + 1) * 512;
    let holders = chain(long(bytes, root + 116));
    let Some(position) = holders.iter().position(|holder| *holder == offset / 512 - 1) else { return SLACK };
    let mini = (position * 512 + offset % 512) / 64;
    let table: Vec<usize> = chain(long(bytes, 60)).iter().map(|sector| (sector + 1) * 512).collect();
    let next = |mini: usize| long(bytes, table[mini / 128] + mini % 128 * 4);
    for entry in directory.iter().flat_map(|sector| (0..4).map(move |index| (sector + 1) * 512 + index * 128))
    {
        let (kind, size) = (bytes[entry + 66], long(bytes, entry + 120));
        if kind == 2 && size > 0 && size < 4096 {
            let mut sector = long(bytes, entry + 116);
            let mut done = 0;
            while done < size {
                if sector == mini {
                    return if done + offset % 64 < size { COVERED } else { SLACK };
                }
                done += 64;
                sector = next(sector);
            }
        }
    }
    SLACK
}

/// Names a byte inside a CMS.
fn cms(bytes: &[u8], offset: usize) -> &'static str {
    let places = signed_data(bytes, 0);
    let place = places.iter().find(|(range, _)| range.contains(&offset));
    let end = Reader::new(bytes).any("ContentInfo").unwrap().raw.len();
    match place {
        Some((_, name)) => name,
        None if offset >= end => "padding behind the signature",
        None => COVERED,
    }
}

type Places = Vec<(Range<usize>, &'static str)>;

fn span(base: usize, value: &Tlv<'_>) -> Range<usize> {
    base + value.offset..base + value.offset + value.raw.len()
}

fn signed_data(bytes: &[u8], base: usize) -> Places {
    let mut places = Places::new();
    let mut info = Reader::new(bytes).sequence("ContentInfo").unwrap();
    info.any("contentType").unwrap();
    let mut fields = info.any("content").unwrap().inside().sequence("SignedData").unwrap();
    fields.any("version").unwrap();
    places.push((span(base, &fields.any("digestAlgorithms").unwrap()), "SignedData.digestAlgorithms"));
    fields.any("encapContentInfo").unwrap();
    if let Some(bag) = fields.optional(tag::context_constructed(0), "certificates").unwrap() {
        places.push((span(base, &bag), "a certificate in the bag that is there twice or not needed"));
    }
    let mut signer = fields.any("signerInfos").unwrap().inside().sequence("SignerInfo").unwrap();
    places.push((span(base, &signer.any("version").unwrap()), "SignerInfo.version"));
    while let Ok(value) = signer.any("field") {
        if value.tag != tag::context_constructed(1) {
            continue;
        }
        let mut attributes = value.inside();
        while let Ok(mut attribute) = attributes.sequence("Attribute") {
            attribute.any("type").unwrap();
            let mut values = attribute.any("values").unwrap().inside();
            while let Ok(token) = values.any("value") {
                if token.raw.get(4..15) == Some(&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]) {
                    places.extend(signed_data(token.raw, base + token.offset));
                }
            }
        }
    }
    places
}
