//! Facts of files of the file system: read, or taken from the cache.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use badsig::subject::{ByteSource, Directory, FileSource, NoSiblings, ReadError, Siblings};
use badsig::{Catalogs, Facts, Hex, Subject, Wanted, inspect_with};

use crate::downloads::Got;
use crate::facts_cache::{FactsCache, Recorder, Stamp, sha256_of};
use crate::progress::Counted;
use crate::settings::InsideSettings;

/// Everything that can be read from one file, within the bounds that suit every real installer: for commands without
/// options for them.
pub(crate) fn facts_of(path: &Path) -> Facts {
    let limits = InsideSettings::standard().limits();
    match Subject::open(path) {
        Ok(subject) => inspect_with(&subject, &limits, &Wanted::default()),
        Err(error) => Facts::unreadable(path.display().to_string(), error.into()),
    }
}

/// Collects facts.
pub(crate) struct Collector<'a> {
    inside: &'a InsideSettings,
    wanted: Wanted,
    cache: Option<&'a FactsCache>,
    /// Where bytes are counted.
    counter: Option<Arc<AtomicU64>>,
    /// What lies beside files, listed once a run.
    directories: Mutex<HashMap<PathBuf, Arc<Directory>>>,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(
        inside: &'a InsideSettings,
        sha1: bool,
        catalogs: Arc<Catalogs>,
        cache: Option<&'a FactsCache>,
        counter: Option<Arc<AtomicU64>>,
    ) -> Collector<'a> {
        let mut wanted = Wanted::default();
        wanted.sha1 = sha1;
        wanted.catalogs = catalogs;
        Collector { inside, wanted, cache, counter, directories: Mutex::default() }
    }

    /// Everything that can be read from a file.
    pub(crate) fn facts(&self, path: &Path) -> Facts {
        let name = path.display().to_string();
        let facts = match self.cache {
            Some(cache) => self.cached(cache, path, &name),
            None => self.open(path).map(|source| self.read(&name, source, self.beside(path), &self.wanted)),
        };
        facts.unwrap_or_else(|error| Facts::unreadable(name, error.into()))
    }

    /// Everything that can be read from a file that was downloaded, under its address. Nothing lies beside it.
    pub(crate) fn fetched(&self, shown: &str, got: &Got) -> Facts {
        match FileSource::open(got.path()) {
            Ok(file) => self.read(shown, Arc::new(file), Arc::new(NoSiblings), &self.with_digests(got)),
            Err(error) => Facts::unreadable(shown, error.into()),
        }
    }

    /// Everything that can be read from a file that was downloaded and stays where it is.
    pub(crate) fn kept(&self, got: &Got) -> Facts {
        let (path, name) = (got.path(), got.path().display().to_string());
        if self.cache.is_some() {
            return self.facts(path);
        }
        match self.open(path) {
            Ok(source) => self.read(&name, source, self.beside(path), &self.with_digests(got)),
            Err(error) => Facts::unreadable(name, error.into()),
        }
    }

    /// Digests that were made while a file arrived need not be made again.
    fn with_digests(&self, got: &Got) -> Wanted {
        let mut wanted = self.wanted.clone();
        wanted.known_sha1 = got.digests().sha1.map(|digest| Hex::from(&digest[..]));
        wanted.known_sha256 = got.digests().sha256.map(|digest| Hex::from(&digest[..]));
        wanted
    }

    fn cached(&self, cache: &FactsCache, path: &Path, name: &str) -> Result<Facts, ReadError> {
        let beside = self.beside(path);
        if let Some(facts) = cache.unchanged(path, name, &beside) {
            if let Some(counter) = &self.counter {
                counter.fetch_add(facts.size.unwrap_or_default(), Ordering::Relaxed);
            }
            return Ok(facts);
        }
        let before = Stamp::of(path);
        let source = self.open(path)?;
        let sha256 = sha256_of(&*source);
        if let Some(sha256) = &sha256
            && let Some(facts) = cache.of_content(sha256, name)
        {
            cache.keep_path_of_content(path, sha256, before);
            return Ok(facts);
        }
        let mut wanted = self.wanted.clone();
        wanted.known_sha256 = sha256;
        let recorder = Arc::new(Recorder::new(beside));
        let facts = self.read(name, source, Arc::clone(&recorder), &wanted);
        if let Some(asked) = recorder.asked() {
            cache.keep(path, &facts, before, &asked);
        }
        Ok(facts)
    }

    fn read(
        &self,
        name: &str,
        source: Arc<dyn ByteSource>,
        beside: Arc<impl Siblings + 'static>,
        wanted: &Wanted,
    ) -> Facts {
        inspect_with(&Subject::shared(name, source).beside(beside), &self.inside.limits(), wanted)
    }

    fn open(&self, path: &Path) -> Result<Arc<dyn ByteSource>, ReadError> {
        let file = FileSource::open(path)?;
        Ok(match &self.counter {
            Some(counter) => Arc::new(Counted::new(file, Arc::clone(counter))),
            None => Arc::new(file),
        })
    }

    fn beside(&self, path: &Path) -> Arc<Directory> {
        let parent = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut directories = self.directories.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(directories.entry(parent).or_insert_with(|| Arc::new(Directory::of(path))))
    }
}
