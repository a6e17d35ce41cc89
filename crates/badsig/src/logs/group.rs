//! Failures grouped by update: the same failure every hour is told once, with how often.

use std::collections::HashMap;

use super::failure::Failure;
use super::{GROUP_BYTES, GROUPS};

/// Failures of one update (or file, where the log names no update) with one code.
#[derive(Clone, Debug)]
pub struct Group {
    /// The first of them.
    pub failure: Failure,
    /// How many there are.
    pub count: u64,
    /// When the last one was, by the clock of the computer that wrote the log.
    pub last_time: Option<String>,
}

/// All failures of a run, in the order in which each was first seen.
#[derive(Debug, Default)]
pub struct Failures {
    groups: Vec<Group>,
    index: HashMap<(String, String), usize>,
    bytes: usize,
    not_listed: u64,
}

impl Failures {
    /// Adds one.
    pub fn add(&mut self, failure: Failure) {
        let key = key(&failure);
        if let Some(group) = self.index.get(&key).and_then(|index| self.groups.get_mut(*index)) {
            group.count = group.count.saturating_add(1);
            group.last_time = failure.time.or(group.last_time.take());
            return;
        }
        let bytes = self.bytes.saturating_add(failure.text_bytes());
        if self.groups.len() >= GROUPS || bytes > GROUP_BYTES {
            self.not_listed = self.not_listed.saturating_add(1);
            return;
        }
        self.bytes = bytes;
        self.index.insert(key, self.groups.len());
        self.groups.push(Group { last_time: failure.time.clone(), failure, count: 1 });
    }

    /// The groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Failures that fitted into no group within the bounds of memory.
    pub fn not_listed(&self) -> u64 {
        self.not_listed
    }

    /// All failures, those not listed too.
    pub fn count(&self) -> u64 {
        self.groups.iter().map(|group| group.count).fold(self.not_listed, u64::saturating_add)
    }
}

fn key(failure: &Failure) -> (String, String) {
    let subject = [&failure.update, &failure.file, &failure.certificate].into_iter().flatten().next();
    let subject = subject.unwrap_or(&failure.component).to_ascii_lowercase();
    (subject, failure.code())
}
