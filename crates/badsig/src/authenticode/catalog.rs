//! Security catalogs: the digests of files that a catalog lists.
//!
//! A catalog is a certificate trust list whose subjects are files. Old ones (version 1) name a subject by its digest as
//! text in UTF-16 or by any other tag, new ones (version 2) by the digest itself; both say the digest again in an
//! attribute `SPC_INDIRECT_DATA`. Digests are those that Authenticode would sign (programs, cabinets) or those of the
//! whole file (anything else). Source: `MAKECAT` and `CryptCATAdminCalcHashFromFileHandle2` in Microsoft's documentation,
//! compared with real catalogs.
//!
//! Unsigned cabinets are not looked for in catalogs: they have no such digest here (`format::cabinet`).
//!
//! Nothing here looks at the signature of a catalog.

use std::collections::HashSet;

use super::ctl::{CertificateTrustList, list_in_signed_data};
use super::der::DerError;
use super::indirect_data::IndirectData;
use super::spc;

/// Lengths of SHA-1 and SHA-256 in bytes.
const LENGTHS: [usize; 2] = [20, 32];

/// The digests that a catalog lists.
///
/// # Errors
/// When it is no signed message with a readable list.
pub fn listed_digests(cms: &[u8]) -> Result<HashSet<Vec<u8>>, DerError> {
    let list = CertificateTrustList::from_der(list_in_signed_data(cms)?)?;
    let mut digests = HashSet::new();
    for entry in &list.entries {
        digests.extend(identifier(&entry.subject_identifier.0));
        let data = entry.attributes.iter().filter(|attribute| attribute.kind == spc::SPC_INDIRECT_DATA);
        digests.extend(data.filter_map(|data| IndirectData::read(&data.values).ok()).map(|data| data.digest));
    }
    Ok(digests)
}

/// A digest, or a digest as text; other tags say nothing.
fn identifier(bytes: &[u8]) -> Option<Vec<u8>> {
    if LENGTHS.contains(&bytes.len()) {
        return Some(bytes.to_vec());
    }
    let units = bytes
        .chunks_exact(2)
        .map(|pair| pair.iter().rev().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
    let text = String::from_utf16(&units.collect::<Vec<u16>>()).ok()?;
    let text = text.trim_end_matches('\0');
    let length = text.len() / 2;
    if !LENGTHS.contains(&length) || text.len() % 2 != 0 || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/../../fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// `osslsigncode extract-data` of exe/unsigned.exe and exe/x86.dll, by SHA-1 and SHA-256.
    #[test]
    fn both_versions_list_their_members() {
        let sha1 = listed_digests(&fixture("cat/signed-sha1-members.cat")).unwrap();
        let sha256 = listed_digests(&fixture("cat/signed-sha256-members.cat")).unwrap();
        assert_eq!((sha1.len(), sha256.len()), (2, 2));
        assert!(sha1.contains(&hex("C3626E51055056B27DB716593090C16B51E75585")), "{sha1:?}");
        assert!(
            sha256.contains(&hex("04E28C0C712CE659EFB96BD5E73D44537813085EEA0A6E8017928281E17CFD30")),
            "{sha256:?}"
        );
    }

    #[test]
    fn other_tags_are_no_digests() {
        for tag in [&b"driver.sys"[..], b"", &[b'A'; 80], &[0xd8; 40]] {
            assert_eq!(identifier(tag), None, "{tag:?}");
        }
        assert_eq!(identifier(&[7; 20]), Some(vec![7; 20]));
    }

    #[test]
    fn no_cut_catalog_panics() {
        let whole = fixture("cat/signed-sha1-members.cat");
        for end in (0..whole.len()).step_by(7) {
            assert!(listed_digests(&whole[..end]).is_err(), "{end}");
        }
    }
}
