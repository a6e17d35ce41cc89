//! `--cache`: facts of files that were read in an earlier run.
//!
//! Three kinds of entries, each a file of its own, below a directory for the version that wrote it:
//! - `paths`: what a path was when it was read (size, times, inode) and which facts are its own. A file that still is what it
//!   was is not opened at all.
//! - `facts`: facts by the SHA-256 of the file's content and of everything else that shapes them.
//! - `certificates`: DER by its SHA-256; facts only name them.
//!
//! Every entry is written beside its place and then renamed, so another run sees all of it or nothing, whatever happens to
//! this one. Every entry has a checksum; a damaged one counts as none and is written anew. Whoever can write into the
//! directory decides what badsig believes of the files: it is as private as the files themselves must be.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use badsig::hex::Hex;
use badsig::report::KeptFacts;
use badsig::subject::{ByteSource, Directory};
use badsig::{Facts, Limits};

use crate::failure::Failure;
use crate::output::message;

mod certificates;
mod entry;
mod key;
mod place;
mod prune;
mod siblings;
mod stamp;

use certificates::Certificates;
use entry::Entries;
pub(crate) use key::Shape;
use place::PathEntry;
pub(crate) use siblings::{Asked, Recorder};
pub(crate) use stamp::Stamp;

/// Facts of earlier runs.
pub(crate) struct FactsCache {
    shape: Shape,
    limits: Limits,
    paths: Entries,
    facts: Entries,
    certificates: Certificates,
    counts: Counts,
    /// Entries that were damaged, each once.
    damaged: Mutex<BTreeSet<String>>,
}

/// How often the cache helped.
#[derive(Default)]
struct Counts {
    unread: AtomicUsize,
    hashed: AtomicUsize,
    read: AtomicUsize,
}

fn count(number: &AtomicUsize) {
    number.fetch_add(1, Ordering::Relaxed);
}

impl FactsCache {
    /// Opens a cache, and makes its directory where there is none.
    pub(crate) fn open(directory: &Path, shape: Shape, limits: Limits) -> Result<FactsCache, Failure> {
        let writable = place::prepare(directory)
            .map_err(|why| Failure::usage(format!("--cache {}: {why}", directory.display())))?;
        if !writable {
            message::warning(&format!(
                "--cache {}: cannot be written to, so nothing new is kept",
                directory.display()
            ));
        }
        let version = directory.join(place::version_name());
        let entries = |kind: &str| Entries::new(version.join(kind), writable);
        if writable {
            prune::when_due(directory);
        }
        Ok(FactsCache {
            shape,
            limits,
            paths: entries("paths"),
            facts: entries("facts"),
            certificates: Certificates::new(entries("certificates")),
            counts: Counts::default(),
            damaged: Mutex::default(),
        })
    }

    /// The facts of a path that still is what it was when they were kept; its content is not read.
    pub(crate) fn unchanged(&self, path: &Path, name: &str, beside: &Directory) -> Option<Facts> {
        let stamp = Stamp::of(path)?;
        let key = self.shape.path_key(path);
        let known: PathEntry = self.read(&self.paths, &key)?;
        if !known.is(path, &stamp) || !known.siblings.iter().all(|asked| asked.is_still_so(beside)) {
            return None;
        }
        let facts = self.facts(&known.facts, name)?;
        count(&self.counts.unread);
        Some(facts)
    }

    /// The facts for content that was seen before, under whatever name.
    pub(crate) fn of_content(&self, sha256: &Hex, name: &str) -> Option<Facts> {
        let facts = self.facts(&self.shape.content_key(sha256, &[]), name)?;
        count(&self.counts.hashed);
        Some(facts)
    }

    /// Keeps facts that were just read: by content, unless files beside it had a part in them; and by path, where
    /// the path was the same before (`before`) and after and is not so young that a change could go unseen.
    pub(crate) fn keep(&self, path: &Path, facts: &Facts, before: Option<Stamp>, asked: &[Asked]) {
        count(&self.counts.read);
        let Some(sha256) = &facts.sha256 else { return };
        let Some((kept, table)) = KeptFacts::of(facts) else { return };
        let key = self.shape.content_key(sha256, asked);
        let reachable = asked.is_empty() || before.is_some();
        if !reachable || !self.certificates.keep(&table) {
            return;
        }
        if self.facts.write(&key, &kept) {
            self.keep_path(path, &key, before, asked);
        }
    }

    /// Keeps what a path is, for facts that are kept already.
    pub(crate) fn keep_path_of_content(&self, path: &Path, sha256: &Hex, before: Option<Stamp>) {
        self.keep_path(path, &self.shape.content_key(sha256, &[]), before, &[]);
    }

    fn keep_path(&self, path: &Path, facts: &Hex, before: Option<Stamp>, asked: &[Asked]) {
        let Some(before) = before.filter(|before| before.is_settled() && Stamp::of(path) == Some(*before))
        else {
            return;
        };
        if !asked.iter().all(Asked::is_settled) {
            return;
        }
        if let Some(entry) = PathEntry::new(path, before, facts.clone(), asked) {
            self.paths.write(&self.shape.path_key(path), &entry);
        }
    }

    fn facts(&self, key: &Hex, name: &str) -> Option<Facts> {
        let kept: KeptFacts = self.read(&self.facts, key)?;
        let wanted = kept.certificates();
        let table = match self.certificates.table(&wanted) {
            Ok(table) => table?,
            Err(damage) => {
                self.damaged(damage);
                return None;
            }
        };
        kept.into_facts(name, &table, &self.limits)
            .map_err(|why| self.damaged(format!("facts {key}: {why}")))
            .ok()
    }

    fn read<T: serde::de::DeserializeOwned>(&self, entries: &Entries, key: &Hex) -> Option<T> {
        match entries.read(key) {
            Ok(entry) => entry,
            Err(damage) => {
                self.damaged(damage);
                None
            }
        }
    }

    fn damaged(&self, why: String) {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner).insert(why);
    }

    /// How often it helped and what was damaged, for people.
    pub(crate) fn summary(&self) -> Vec<String> {
        let of = |number: &AtomicUsize| number.load(Ordering::Relaxed);
        let Counts { unread, hashed, read } = &self.counts;
        let totals = format!(
            "cache: {} files not read again, {} read for their digest only, {} read",
            of(unread),
            of(hashed),
            of(read)
        );
        let damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        let damaged = damaged.iter().map(|why| format!("cache: collected again: {why}"));
        std::iter::once(totals).chain(damaged).collect()
    }
}

/// A source is hashed for the cache; `None` when it cannot be read, which reading it will tell.
pub(crate) fn sha256_of(source: &dyn ByteSource) -> Option<Hex> {
    use badsig::digest::{CoveredBytes, DigestAlgorithm, hash_subject};
    let digests = hash_subject(source, &[DigestAlgorithm::Sha256], &CoveredBytes::new(), &[]).ok()?;
    source.check_unchanged().ok()?;
    digests.of_whole(DigestAlgorithm::Sha256).map(Hex::from)
}

/// The place of an entry within its kind: two letters first, so that no directory gets too large.
fn file_of(directory: &Path, key: &Hex) -> PathBuf {
    let name = key.to_string();
    let (start, rest) = name.split_at_checked(2).unwrap_or((&name, ""));
    directory.join(start).join(rest)
}
