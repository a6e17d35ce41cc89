//! Names of the places in a signed file that its signature does not cover (`docs/digests.md`).

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

use std::ops::Range;

use badsig::authenticode::der::{Reader, Tlv, tag};
use mutants::compound::Sectors;
use mutants::pe::security_directory;

/// What stands for every place that a signature does cover.
pub(crate) const COVERED: &str = "COVERED";

/// The beginning of `\x05DigitalSignature` in a directory entry.
const SIGNATURE_STREAM: &[u8] = b"\x05\0D\0i\0g\0";

/// The beginning of `\x05MsiDigitalSignatureEx` in a directory entry.
const EXTENDED_STREAM: &[u8] = b"\x05\0M\0s\0i\0D\0";

/// Covered too, but a directory may hold its entries in any order as long as the links lead to them.
pub(crate) const ENTRY: &str = "what counts of a directory entry";

const SLACK: &str = "unused end of a sector, or a free sector";

/// The name of the place of every byte.
pub(crate) fn names(bytes: &[u8]) -> Vec<&'static str> {
    (0..bytes.len()).map(|offset| name(bytes, offset)).collect()
}

fn name(bytes: &[u8], offset: usize) -> &'static str {
    if bytes.starts_with(b"MZ") {
        pe(bytes, offset)
    } else if bytes.starts_with(b"MSCF") {
        cab(bytes, offset)
    } else if bytes.starts_with(&[tag::SEQUENCE]) {
        cms(bytes, offset)
    } else {
        compound(bytes, offset)
    }
}

fn long(bytes: &[u8], offset: usize) -> usize {
    u32::from_le_bytes(bytes[offset..offset + 4].try_into().unwrap()).try_into().unwrap()
}

fn pe(bytes: &[u8], offset: usize) -> &'static str {
    let check_sum = long(bytes, 0x3c) + 24 + 64;
    let table = long(bytes, security_directory(bytes).unwrap());
    if (check_sum..check_sum + 4).contains(&offset) {
        "CheckSum"
    } else if (table..table + 4).contains(&offset) {
        "WIN_CERTIFICATE.dwLength"
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
        48..52 => "size of the signature",
        52..56 => "end of the signature's entry in the reserve area",
        _ if offset >= signature => cms(&bytes[signature..], offset - signature),
        _ => COVERED,
    }
}

/// All fixtures have 512-byte sectors and the locations of their allocation table in the header.
fn compound(bytes: &[u8], offset: usize) -> &'static str {
    let sectors = Sectors::new(bytes);
    let Some(sector) = sectors.of(offset) else { return "header of the compound file" };
    if sectors.fat().contains(&sector) || sectors.mini_fat().contains(&sector) {
        return "allocation table";
    }
    if sectors.directory().contains(&sector) {
        return entry_field(bytes, offset);
    }
    for entry in sectors.entries() {
        let (kind, size) = (bytes[entry + 66], long(bytes, entry + 120));
        if kind == 2 && size >= 4096 {
            let chain = sectors.chain(long(bytes, entry + 116));
            if let Some(position) = chain.iter().position(|other| *other == sector) {
                let within = position * 512 + offset % 512;
                if within >= size {
                    return SLACK;
                }
                if bytes[entry..].starts_with(SIGNATURE_STREAM) {
                    let starts = chain.iter().map(|sector| sectors.start(*sector).unwrap());
                    let stream: Vec<u8> =
                        starts.flat_map(|start| bytes[start..start + 512].to_vec()).collect();
                    return cms(&stream[..size], within);
                }
                return COVERED;
            }
        }
    }
    mini_stream(bytes, offset, &sectors)
}

fn entry_field(bytes: &[u8], offset: usize) -> &'static str {
    let start = offset / 128 * 128;
    let entry = &bytes[start..start + 128];
    if entry[66] == 0 {
        return "free directory entry";
    }
    let stream = entry[66] == 2;
    // With MsiDigitalSignatureEx all metadata is covered, but not its own nor that of the signature.
    let own = entry.starts_with(EXTENDED_STREAM) || entry.starts_with(SIGNATURE_STREAM);
    let free = own || !bytes.windows(EXTENDED_STREAM.len()).any(|window| window == EXTENDED_STREAM);
    let name_length = usize::from(u16::from_le_bytes([entry[64], entry[65]]));
    match offset - start {
        field @ 0..64 if field >= name_length => "unused end of a name",
        // The root's name and its length are in no digest, and nothing is found by them.
        0..=65 if entry[66] == 5 => "name of the root",
        0..64 if free => "name of a stream or storage",
        67 => "colour in the directory tree",
        76..80 if stream => "child of a stream, which has none",
        68..80 => "links of the directory tree",
        80..96 if stream => "class of a stream, which has none",
        96..100 if free => "state bits",
        100..116 if free || entry[66] == 5 => "times",
        116..124 => "start and size of a stream",
        124..128 => "upper half of a size, unused in version 3",
        _ => ENTRY,
    }
}

fn mini_stream(bytes: &[u8], offset: usize, sectors: &Sectors<'_>) -> &'static str {
    let root = sectors.entries()[0];
    let holders = sectors.chain(long(bytes, root + 116));
    let Some(position) = holders.iter().position(|holder| Some(*holder) == sectors.of(offset)) else {
        return SLACK;
    };
    let mini = (position * 512 + offset % 512) / 64;
    let table = sectors.mini_fat();
    for entry in sectors.entries() {
        let (kind, size) = (bytes[entry + 66], long(bytes, entry + 120));
        if kind == 2 && size > 0 && size < 4096 {
            let mut sector = long(bytes, entry + 116);
            let mut done = 0;
            while done < size {
                if sector == mini {
                    return match done + offset % 64 < size {
                        true if bytes[entry..].starts_with(EXTENDED_STREAM) => {
                            "content of MsiDigitalSignatureEx"
                        }
                        true => COVERED,
                        false => SLACK,
                    };
                }
                done += 64;
                sector = sectors.linked(&table, sector).unwrap();
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
    places.push((span(base, &fields.any("version").unwrap()), "SignedData.version"));
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
