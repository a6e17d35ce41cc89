//! The cache on disk: one file per request, named by the SHA-256 of kind, address and request.
//!
//! An entry is a line of JSON (what it is, validators, length and SHA-256 of the body) and the body. It is written beside
//! and renamed, under an advisory lock that the system gives back when its holder dies; so a kill at any moment leaves
//! either the old entry or the new one. What remains of a killed writer is overwritten by the next. Nothing is flushed to
//! the medium: an entry damaged by a power cut does not fit its digest, counts as absent, and is replaced.
//!
//! Whether an entry is current is not decided here.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::limits;
use crate::lock::lock;
use crate::request::Request;
use crate::validators::Validators;

/// A writer needs the lock for milliseconds; one that holds it for longer is stopped, and not waited for.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
/// Longer validators are not worth keeping.
const MAX_VALIDATOR: usize = 1024;

/// An undamaged entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The body.
    pub bytes: Vec<u8>,
    /// By the clock of the caller of that run.
    pub fetched_at: SystemTime,
    /// To ask whether it is still current.
    pub validators: Validators,
}

#[derive(Deserialize, Serialize)]
struct Header {
    badsig_cache: u32,
    url: String,
    kind: String,
    etag: Option<String>,
    last_modified: Option<String>,
    fetched_at: u64,
    length: u64,
    sha256: String,
}

/// A directory of entries.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: PathBuf,
}

impl Cache {
    /// The cache in a directory, which is made when something is stored.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// Where the entry of a request is kept.
    pub fn path(&self, request: &Request) -> PathBuf {
        self.directory.join(format!("{}.entry", key(request)))
    }

    /// The entry of a request; absent when there is none, it is damaged, or larger than `limit`.
    pub fn read(&self, request: &Request, limit: u64) -> Option<Entry> {
        let mut file = BufReader::new(File::open(self.path(request)).ok()?);
        let mut line = Vec::new();
        file.by_ref().take(limits::MAX_CACHE_HEADER).read_until(b'\n', &mut line).ok()?;
        let header: Header = serde_json::from_slice(&line).ok()?;
        let described = header.url == request.url() && header.kind == request.kind().name();
        if header.badsig_cache != 1 || !described || header.length > limit {
            return None;
        }
        let mut bytes = Vec::new();
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes).ok()?;
        let whole =
            u64::try_from(bytes.len()) == Ok(header.length) && hex(&Sha256::digest(&bytes)) == header.sha256;
        whole.then(|| Entry {
            bytes,
            fetched_at: from_seconds(header.fetched_at),
            validators: Validators { etag: header.etag, last_modified: header.last_modified },
        })
    }

    /// Keeps an entry, in the place of an older one.
    pub fn write(&self, request: &Request, entry: &Entry) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let _lock = lock(&self.directory.join("lock"), LOCK_PATIENCE)?;
        // One name is enough: whoever has the lock is alone, and what a killed writer left is of no use.
        let beside = self.directory.join("incoming");
        let mut file = File::create(&beside)?;
        serde_json::to_writer(&mut file, &header(request, entry))?;
        file.write_all(b"\n")?;
        file.write_all(&entry.bytes)?;
        drop(file);
        fs::rename(&beside, self.path(request))
    }
}

fn header(request: &Request, entry: &Entry) -> Header {
    let short = |text: &Option<String>| text.clone().filter(|t| t.len() <= MAX_VALIDATOR);
    Header {
        badsig_cache: 1,
        url: request.url().to_owned(),
        kind: request.kind().name().to_owned(),
        etag: short(&entry.validators.etag),
        last_modified: short(&entry.validators.last_modified),
        fetched_at: entry.fetched_at.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()),
        length: u64::try_from(entry.bytes.len()).unwrap_or(u64::MAX),
        sha256: hex(&Sha256::digest(&entry.bytes)),
    }
}

fn from_seconds(seconds: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH)
}

/// The name of the entry. Every part has its length in front, so that no two requests share one.
fn key(request: &Request) -> String {
    let mut hash = Sha256::new();
    for part in
        [request.kind().name().as_bytes(), request.url().as_bytes(), request.body().unwrap_or_default()]
    {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Kind;

    fn request(url: &str) -> Request {
        Request::Get { url: url.into(), kind: Kind::Crl }
    }

    fn entry(bytes: &[u8]) -> Entry {
        let validators = Validators { etag: Some("\"1\"".into()), last_modified: None };
        Entry { bytes: bytes.to_vec(), fetched_at: from_seconds(1_700_000_000), validators }
    }

    #[test]
    fn comes_back_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::new(directory.path().join("made/when/needed"));
        assert_eq!(cache.read(&request("a"), 100), None);
        cache.write(&request("a"), &entry(b"one")).unwrap();
        cache.write(&request("a"), &entry(b"two\nlines")).unwrap();
        assert_eq!(cache.read(&request("a"), 100), Some(entry(b"two\nlines")));
        assert_eq!(cache.read(&request("a"), 8), None, "larger than the limit");
        assert_eq!(cache.read(&request("b"), 100), None);
    }

    #[test]
    fn every_damage_is_seen() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::new(directory.path());
        cache.write(&request("a"), &entry(b"body")).unwrap();
        let path = cache.path(&request("a"));
        let good = fs::read(&path).unwrap();
        for cut in 0..good.len() {
            fs::write(&path, &good[..cut]).unwrap();
            assert_eq!(cache.read(&request("a"), 100), None, "cut at {cut}");
        }
        let mut flipped = good.clone();
        *flipped.last_mut().unwrap() ^= 1;
        fs::write(&path, flipped).unwrap();
        assert_eq!(cache.read(&request("a"), 100), None);
        cache.write(&request("a"), &entry(b"body")).unwrap();
        assert_eq!(cache.read(&request("a"), 100), Some(entry(b"body")));
    }

    #[test]
    fn requests_do_not_share_entries() {
        let ocsp = |der: &[u8]| Request::Ocsp { url: "u".into(), der: der.to_vec() };
        let keys = [request("u"), request("u1"), ocsp(b""), ocsp(b"1"), ocsp(b"2")].map(|r| key(&r));
        let different: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(different.len(), keys.len());
    }
}
