//! How many bytes may be held at once for one purpose, counted while they arrive.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number of bytes, shared by downloads that run side by side.
#[derive(Debug)]
pub(crate) struct Budget {
    left: AtomicU64,
}

impl Budget {
    pub(crate) fn new(bytes: u64) -> Self {
        Self { left: AtomicU64::new(bytes) }
    }

    /// Nothing is taken yet.
    pub(crate) fn share(&self) -> Share<'_> {
        Share { budget: self, taken: 0 }
    }
}

/// What one download took; given back when it fails.
#[derive(Debug)]
pub(crate) struct Share<'a> {
    budget: &'a Budget,
    taken: u64,
}

impl Share<'_> {
    /// Takes more; false when there is not so much left.
    pub(crate) fn take(&mut self, bytes: usize) -> bool {
        let Ok(bytes) = u64::try_from(bytes) else { return false };
        let less = |left: u64| left.checked_sub(bytes);
        let taken = self.budget.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok();
        if taken {
            self.taken = self.taken.saturating_add(bytes);
        }
        taken
    }

    /// The bytes stay.
    pub(crate) fn keep(mut self) {
        self.taken = 0;
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.budget.left.fetch_add(self.taken, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_downloads_give_back() {
        let budget = Budget::new(10);
        let mut first = budget.share();
        assert!(first.take(6) && first.take(4) && !first.take(1));
        drop(first);
        let mut second = budget.share();
        assert!(second.take(7));
        second.keep();
        assert!(!budget.share().take(4));
        assert!(budget.share().take(3));
    }
}
