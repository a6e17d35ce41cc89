//! Files beside a file that had a part in its facts: other volumes, external cabinets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use badsig::subject::{ByteSource, Directory, ReadError, Siblings};
use serde::{Deserialize, Serialize};

use super::stamp::Stamp;

/// A name that was asked for, and what lay there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    name: String,
    /// `None`: there was no such file.
    stamp: Option<Stamp>,
}

impl Asked {
    fn now(name: &str, beside: &Directory) -> Asked {
        Asked { name: name.to_owned(), stamp: beside.find(name).and_then(Stamp::of) }
    }

    /// Whether the same lies there today.
    pub(super) fn is_still_so(&self, beside: &Directory) -> bool {
        Asked::now(&self.name, beside).stamp == self.stamp
    }

    pub(super) fn is_settled(&self) -> bool {
        self.stamp.is_none_or(|stamp| stamp.is_settled())
    }

    /// What tells it from another.
    pub(super) fn identity(&self) -> String {
        format!("{:?}", (&self.name, &self.stamp))
    }
}

/// Remembers which files beside a subject were asked for.
pub(crate) struct Recorder {
    beside: Arc<Directory>,
    asked: Mutex<BTreeMap<String, Asked>>,
}

impl Recorder {
    pub(crate) fn new(beside: Arc<Directory>) -> Recorder {
        Recorder { beside, asked: Mutex::default() }
    }

    /// What was asked for. `None` when a file changed since it was asked for first.
    pub(crate) fn asked(&self) -> Option<Vec<Asked>> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.values().all(|own| own.is_still_so(&self.beside)).then(|| asked.values().cloned().collect())
    }
}

impl Siblings for Recorder {
    fn open(&self, name: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.entry(name.to_owned()).or_insert_with(|| Asked::now(name, &self.beside));
        drop(asked);
        self.beside.open(name)
    }
}
