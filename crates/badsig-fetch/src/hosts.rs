//! Turns: how many connections one host, and all hosts together, see at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Failure;

/// Hands out turns.
#[derive(Debug)]
pub(crate) struct Hosts {
    per_host: usize,
    in_all: Arc<Semaphore>,
    hosts: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

/// A turn; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _host: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Hosts {
    pub(crate) fn new(per_host: usize, in_all: usize) -> Self {
        let in_all = Arc::new(Semaphore::new(in_all.max(1)));
        Self { per_host: per_host.max(1), in_all, hosts: Mutex::default() }
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self, url: &Url) -> Result<Turn, Failure> {
        let _host = permit(self.of(url)).await?;
        let _all = permit(Arc::clone(&self.in_all)).await?;
        Ok(Turn { _host, _all })
    }

    fn of(&self, url: &Url) -> Arc<Semaphore> {
        let name = url.host_str().unwrap_or_default().to_owned();
        // A poisoned map is as good as any: nothing panics while it is held.
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(name).or_insert_with(|| Arc::new(Semaphore::new(self.per_host))))
    }
}

/// Waits for a permit.
pub(crate) async fn permit(semaphore: Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Failure> {
    semaphore.acquire_owned().await.map_err(|e| Failure::Connect(e.to_string()))
}
