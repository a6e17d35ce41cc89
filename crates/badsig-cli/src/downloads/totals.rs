//! How far all downloads of a run are, for whoever shows it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Counted as bytes arrive; read at any time.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    arrived: AtomicU64,
    expected: AtomicU64,
    begun: AtomicUsize,
    done: AtomicUsize,
}

impl Totals {
    /// Bytes that have arrived.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed)
    }

    /// Bytes of all files of which the size is known.
    pub(crate) fn expected(&self) -> u64 {
        self.expected.load(Ordering::Relaxed).max(self.arrived())
    }

    /// Files that are there or lost.
    pub(crate) fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// Files that were asked for.
    pub(crate) fn begun(&self) -> usize {
        self.begun.load(Ordering::Relaxed)
    }

    pub(super) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn end(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// What one download has added to the totals.
#[derive(Debug, Default)]
pub(super) struct Share {
    arrived: AtomicU64,
    expected: AtomicU64,
}

impl Share {
    /// The download is this far now. It may be less far than before, when it begins anew.
    pub(super) fn now(&self, totals: &Totals, arrived: u64, expected: u64) {
        change(&totals.arrived, self.arrived.swap(arrived, Ordering::Relaxed), arrived);
        change(&totals.expected, self.expected.swap(expected, Ordering::Relaxed), expected);
    }
}

fn change(total: &AtomicU64, before: u64, now: u64) {
    if now >= before {
        total.fetch_add(now.saturating_sub(before), Ordering::Relaxed);
    } else {
        total.fetch_sub(before.saturating_sub(now), Ordering::Relaxed);
    }
}
