//! One entry, one file: a line with a checksum, then JSON.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use badsig::digest::DigestAlgorithm;
use badsig::hex::Hex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::Builder;

use super::file_of;
use crate::output::message;

/// What the first line starts with.
const MAGIC: &str = "badsig-cache 1 ";
/// Entries are marked as used when their mark is older, not on every use.
const MARK_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// Files that are written, before they get their names.
pub(super) const UNFINISHED: &str = ".badsig-";

/// Entries of one kind.
pub(super) struct Entries {
    directory: PathBuf,
    writable: bool,
    /// Whether it was said that something could not be written.
    complained: AtomicBool,
}

impl Entries {
    pub(super) fn new(directory: PathBuf, writable: bool) -> Entries {
        Entries { directory, writable, complained: AtomicBool::new(false) }
    }

    /// The payload of an entry; `None` where there is none, an error where it is damaged.
    pub(super) fn payload(&self, key: &Hex) -> Result<Option<Vec<u8>>, String> {
        let path = file_of(&self.directory, key);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        self.mark_used(&path);
        let payload = checked(&bytes, key).ok_or_else(|| format!("{}: damaged", path.display()))?;
        Ok(Some(payload.to_vec()))
    }

    /// An entry; `None` where there is none, an error where it is damaged.
    pub(super) fn read<T: DeserializeOwned>(&self, key: &Hex) -> Result<Option<T>, String> {
        let Some(payload) = self.payload(key)? else { return Ok(None) };
        let place = || file_of(&self.directory, key).display().to_string();
        serde_json::from_slice(&payload).map(Some).map_err(|error| format!("{}: {error}", place()))
    }

    /// Writes an entry, or writes it anew; whether it is there now.
    pub(super) fn write(&self, key: &Hex, value: &impl Serialize) -> bool {
        serde_json::to_vec(value).is_ok_and(|payload| self.write_payload(key, &payload))
    }

    /// As [`Entries::write`], for bytes.
    pub(super) fn write_payload(&self, key: &Hex, payload: &[u8]) -> bool {
        if !self.writable {
            return false;
        }
        let written = self.try_write(key, payload);
        if let Err(error) = &written
            && !self.complained.swap(true, Ordering::Relaxed)
        {
            let directory = self.directory.display();
            message::warning(&format!("{directory}: an entry of the cache cannot be written: {error}"));
        }
        written.is_ok()
    }

    fn try_write(&self, key: &Hex, payload: &[u8]) -> io::Result<()> {
        let path = file_of(&self.directory, key);
        let directory = path.parent().unwrap_or(&self.directory);
        std::fs::create_dir_all(directory)?;
        let mut file = Builder::new().prefix(UNFINISHED).tempfile_in(directory)?;
        let mut bytes = header(payload, key).into_bytes();
        bytes.extend_from_slice(payload);
        file.write_all(&bytes)?;
        // Without waiting for the disk: what a crash of the machine leaves half-written has a wrong checksum.
        file.persist(path).map(drop).map_err(|error| error.error)
    }

    /// What is used is not thrown away.
    fn mark_used(&self, path: &std::path::Path) {
        let Ok(modified) = std::fs::metadata(path).and_then(|metadata| metadata.modified()) else { return };
        let now = SystemTime::now();
        if self.writable && now.duration_since(modified).is_ok_and(|age| age > MARK_AFTER) {
            // It is used now and found again even when this fails.
            let _ = std::fs::File::options().append(true).open(path).and_then(|file| file.set_modified(now));
        }
    }
}

/// The checksum is of the key as well: an entry under another name is not taken for what it is not.
fn header(payload: &[u8], key: &Hex) -> String {
    let mut all = key.0.clone();
    all.extend_from_slice(payload);
    format!("{MAGIC}{}\n", Hex(DigestAlgorithm::Sha256.digest(&all)))
}

fn checked<'b>(bytes: &'b [u8], key: &Hex) -> Option<&'b [u8]> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?.checked_add(1)?;
    let (head, payload) = bytes.split_at_checked(end)?;
    (header(payload, key).as_bytes() == head).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Hex {
        Hex(vec![byte; 32])
    }

    #[test]
    fn entries_come_back_as_they_were() {
        let directory = tempfile::tempdir().unwrap();
        let entries = Entries::new(directory.path().join("facts"), true);
        assert_eq!(entries.read::<String>(&key(1)), Ok(None));
        assert!(entries.write(&key(1), &"one"));
        assert!(entries.write(&key(1), &"two"));
        assert_eq!(entries.read::<String>(&key(1)), Ok(Some("two".to_owned())));
        assert!(!Entries::new(directory.path().join("facts"), false).write(&key(2), &"three"));
    }

    /// Every byte changed, every byte cut off, every entry under another name: never taken for what was written.
    #[test]
    fn damage_is_seen() {
        let directory = tempfile::tempdir().unwrap();
        let entries = Entries::new(directory.path().to_owned(), true);
        assert!(entries.write(&key(1), &"some facts"));
        let path = file_of(directory.path(), &key(1));
        let whole = std::fs::read(&path).unwrap();
        for place in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[place] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            assert!(entries.read::<String>(&key(1)).is_err(), "byte {place}");
            std::fs::write(&path, &whole[..place]).unwrap();
            assert!(entries.read::<String>(&key(1)).is_err(), "cut at {place}");
        }
        let other = file_of(directory.path(), &key(2));
        std::fs::create_dir_all(other.parent().unwrap()).unwrap();
        std::fs::write(other, &whole).unwrap();
        assert!(entries.read::<String>(&key(2)).is_err());
        assert!(entries.write(&key(1), &"some facts"));
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }
}
