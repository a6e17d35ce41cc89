//! One download of an address at a time: what has arrived of it lies in one file.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// The addresses that are being downloaded or waited for.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: Mutex<BTreeMap<String, Arc<Turn<()>>>>,
}

/// Nobody else of this process downloads the address until this is dropped.
pub(super) struct Alone<'a> {
    addresses: &'a Addresses,
    url: &'a str,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Addresses {
    /// Waits until nobody else of this process downloads the address, for as long as that takes.
    pub(super) async fn alone<'a>(&'a self, url: &'a str) -> Alone<'a> {
        let turn = {
            // A poisoned map is as good as any: nothing panics while it is held.
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(url.to_owned()).or_default())
        };
        // Made first, so that who stops waiting is forgotten as well.
        let mut alone = Alone { addresses: self, url, turn: None };
        alone.turn = Some(turn.lock_owned().await);
        alone
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.turn = None;
        let mut known = self.addresses.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Who waits holds it too.
        if known.get(self.url).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            known.remove(self.url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_remembered() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let addresses = Addresses::default();
        runtime.block_on(async {
            let first = addresses.alone("a").await;
            let other = addresses.alone("b").await;
            let second = addresses.alone("a");
            drop(behind(first, second).await);
            drop(other);
        });
        assert_eq!(addresses.known.lock().unwrap().len(), 0);
    }

    /// Polls the second, which waits, then ends the first.
    async fn behind<'a>(first: Alone<'a>, second: impl Future<Output = Alone<'a>>) -> Alone<'a> {
        let mut second = std::pin::pin!(second);
        let waits = std::future::poll_fn(|context| {
            std::task::Poll::Ready(second.as_mut().poll(context).is_pending())
        });
        assert!(waits.await);
        drop(first);
        second.await
    }
}
