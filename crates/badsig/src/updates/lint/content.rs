//! `OriginFile`: name, size, digests, address.

use super::{Found, short};
use crate::check::update_catalog as checks;
use crate::updates::package::OriginFile;
use crate::updates::values;

/// What SCUP publishes at most: 375 MB.
const SCUP_PUBLISHES: u64 = 375 * 1024 * 1024;
/// What SCUP takes at most: below 2 GB.
const SCUP_TAKES: u64 = 2 * 1024 * 1024 * 1024;
/// `bt:FileName`.
const NAME: usize = 256;
const SHA1_BYTES: usize = 20;
const SHA256_BYTES: usize = 32;

pub(super) fn look(file: &OriginFile, found: &mut Found<'_>) {
    name(file, found);
    size(file, found);
    digests(file, found);
    let modified = found.required(file.modified.as_deref(), "Modified of OriginFile");
    found.date(modified, "Modified of OriginFile");
    address(file.url.as_deref(), found);
}

fn name(file: &OriginFile, found: &mut Found<'_>) {
    let Some(name) = found.required(file.file_name.as_deref(), "FileName of OriginFile") else { return };
    found.longest(Some(name), "FileName of OriginFile", NAME);
    let forbidden = |character: char| {
        character.is_control() || matches!(character, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    if name.contains(forbidden) || name.chars().all(|character| matches!(character, '.' | ' ')) {
        found.add(&checks::CONTENT_FILE_NAME, format!("FileName is {:?}, not a plain name", short(name)));
    }
}

fn size(file: &OriginFile, found: &mut Found<'_>) {
    let Some(text) = found.required(file.size.as_deref(), "Size of OriginFile") else { return };
    match values::size(text) {
        None => found.invalid(format!("Size of OriginFile is {:?}, not a number of bytes", short(text))),
        Some(0) => found.block(&checks::CONTENT_SIZE, "the content has 0 bytes".to_owned()),
        Some(size) if size >= SCUP_TAKES => found.add(
            &checks::CONTENT_SIZE,
            format!("the content has {size} bytes, more than the 2 GB that publishers take"),
        ),
        Some(size) if size > SCUP_PUBLISHES => found.add(
            &checks::CONTENT_SIZE,
            format!("the content has {size} bytes, more than the 375 MB that SCUP publishes"),
        ),
        Some(_) => {}
    }
}

fn digests(file: &OriginFile, found: &mut Found<'_>) {
    if let Some(text) = found.required(file.digest.as_deref(), "Digest of OriginFile") {
        digest(text, "Digest", "SHA-1", SHA1_BYTES, found);
    }
    for additional in &file.additional_digests {
        let algorithm = found.required(additional.algorithm.as_deref(), "Algorithm of AdditionalDigest");
        found.one_of(algorithm, "Algorithm of AdditionalDigest", &["SHA256"]);
        digest(&additional.value, "AdditionalDigest", "SHA-256", SHA256_BYTES, found);
    }
    let mut stated = file.additional_digests.iter().filter_map(|digest| values::base64(&digest.value));
    let first = stated.next();
    if stated.any(|other| Some(&other) != first.as_ref()) {
        let message = "AdditionalDigest states two different SHA-256 of one file".to_owned();
        found.block(&checks::PACKAGE_VALUE_INVALID, message);
    }
    if file.additional_digests.is_empty() {
        found.add(&checks::CONTENT_WEAK_DIGEST, "no AdditionalDigest with SHA-256".to_owned());
    }
}

fn digest(text: &str, name: &str, algorithm: &str, length: usize, found: &mut Found<'_>) {
    match values::base64(text) {
        None => found.invalid(format!("{name} is {:?}, not {algorithm} in base64", short(text))),
        Some(bytes) if bytes.0.len() != length => found.invalid(format!(
            "{name} has {} bytes where {algorithm} has {length}: {:?}",
            bytes.0.len(),
            short(text)
        )),
        Some(_) => {}
    }
}

fn address(url: Option<&str>, found: &mut Found<'_>) {
    let message = match url.map(str::trim) {
        None | Some("") => "no OriginUri: the content cannot be downloaded".to_owned(),
        Some(url) if url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://")) => return,
        Some(url) => format!("the content comes from {}", short(url)),
    };
    found.add(&checks::CONTENT_ADDRESS, message);
}
