//! Work that is done once in a run, whichever thread needs it first.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Values by key; each is made once, and whoever needs it meanwhile waits.
pub(crate) struct Once<K, V> {
    /// `None` while somebody makes the value.
    slots: Mutex<BTreeMap<K, Option<V>>>,
    made: Condvar,
}

impl<K: Ord + Clone, V: Clone> Once<K, V> {
    pub(crate) fn new() -> Once<K, V> {
        Once { slots: Mutex::new(BTreeMap::new()), made: Condvar::new() }
    }

    /// The values of these keys. Those that nobody made yet are made by `make`, all together; what it does not
    /// give is `lost`.
    pub(crate) fn get(
        &self,
        keys: Vec<K>,
        lost: &V,
        make: impl FnOnce(Vec<K>) -> BTreeMap<K, V>,
    ) -> BTreeMap<K, V> {
        let mine = self.claim(&keys);
        if !mine.is_empty() {
            // Fills the places in any case, so that nobody waits for ever.
            let mut claimed =
                Claimed { once: self, keys: mine.clone(), lost: lost.clone(), made: BTreeMap::new() };
            claimed.made = make(mine);
        }
        self.wait(keys)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<K, Option<V>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn claim(&self, keys: &[K]) -> Vec<K> {
        let mut slots = self.lock();
        let mut mine = Vec::new();
        for key in keys {
            if !slots.contains_key(key) {
                slots.insert(key.clone(), None);
                mine.push(key.clone());
            }
        }
        mine
    }

    fn wait(&self, keys: Vec<K>) -> BTreeMap<K, V> {
        let missing = |slots: &mut BTreeMap<K, Option<V>>| {
            keys.iter().any(|key| slots.get(key).is_some_and(Option::is_none))
        };
        let slots = self.made.wait_while(self.lock(), missing).unwrap_or_else(PoisonError::into_inner);
        let value = |key: K| {
            let value = slots.get(&key)?.clone()?;
            Some((key, value))
        };
        keys.into_iter().filter_map(value).collect()
    }
}

struct Claimed<'a, K: Ord + Clone, V: Clone> {
    once: &'a Once<K, V>,
    keys: Vec<K>,
    lost: V,
    made: BTreeMap<K, V>,
}

impl<K: Ord + Clone, V: Clone> Drop for Claimed<'_, K, V> {
    fn drop(&mut self) {
        let mut slots = self.once.lock();
        for key in &self.keys {
            let value = self.made.remove(key).unwrap_or_else(|| self.lost.clone());
            slots.insert(key.clone(), Some(value));
        }
        drop(slots);
        self.once.made.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn each_is_made_once_by_whoever_comes_first() {
        let once = Once::new();
        let made = AtomicUsize::new(0);
        std::thread::scope(|threads| {
            for start in 0..8 {
                let (once, made) = (&once, &made);
                threads.spawn(move || {
                    let keys: Vec<usize> = (start..start + 5).collect();
                    let found = once.get(keys.clone(), &usize::MAX, |mine| {
                        made.fetch_add(mine.len(), Ordering::SeqCst);
                        std::thread::sleep(std::time::Duration::from_millis(5));
                        mine.into_iter().map(|key| (key, key * 10)).collect()
                    });
                    assert_eq!(found, keys.into_iter().map(|key| (key, key * 10)).collect());
                });
            }
        });
        assert_eq!(made.into_inner(), 12);
    }

    #[test]
    fn nobody_waits_for_a_value_that_was_lost() {
        let once = Once::new();
        let lost = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            once.get(vec![1], &-1, |_| panic!("lost"));
        }));
        assert!(lost.is_err());
        assert_eq!(once.get(vec![1], &-1, |_| BTreeMap::new()), BTreeMap::from([(1, -1)]));
    }
}
