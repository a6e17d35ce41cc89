//! The same without `async`, for command lines. Not to be used inside an asynchronous runtime.

use std::future::Future;
use std::io;

use tokio::runtime::{Builder, Runtime};

use crate::client::OptionsError;
use crate::error::FetchError;
use crate::fetcher::Fetcher;
use crate::gather::{Gathered, Wanted};
use crate::options::FetchOptions;
use crate::request::{Fetched, Request};

/// A [`Fetcher`] with a runtime of its own, on the calling thread.
#[derive(Debug)]
pub struct BlockingFetcher {
    fetcher: Fetcher,
    runtime: Runtime,
}

impl BlockingFetcher {
    /// A fetcher; nothing is asked yet.
    pub fn new(options: FetchOptions) -> Result<Self, OptionsError> {
        let no_runtime = |e: io::Error| OptionsError::System(e.to_string());
        let runtime = Builder::new_current_thread().enable_all().build().map_err(no_runtime)?;
        Ok(Self { fetcher: Fetcher::new(options)?, runtime })
    }

    /// The asynchronous one.
    pub fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    /// See [`Fetcher::fetch`].
    pub fn fetch(&self, request: &Request) -> Result<Fetched, FetchError> {
        self.wait(self.fetcher.fetch(request))
    }

    /// See [`Fetcher::gather`].
    pub fn gather(&self, wanted: impl IntoIterator<Item = Wanted>) -> Gathered {
        self.wait(self.fetcher.gather(wanted))
    }

    /// Waits for anything that the asynchronous fetcher promises.
    pub fn wait<T>(&self, promised: impl Future<Output = T>) -> T {
        self.runtime.block_on(promised)
    }
}
