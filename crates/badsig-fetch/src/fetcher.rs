//! A fetch: the cache first, then the server, again after a pause when the failure may pass.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::attempt::{self, Room, Step};
use crate::budget::Budget;
use crate::cache::{Cache, Entry};
use crate::client::{self, OptionsError};
use crate::error::{Failure, FetchError};
use crate::hosts::Hosts;
use crate::limits;
use crate::options::FetchOptions;
use crate::repeat::repeated;
use crate::request::{Fetched, Request};
use crate::route::{AddressPolicy, Route};
use crate::validators::Validators;

/// Fetches within the limits of its options. Clones share connections, limits and cache.
#[derive(Clone, Debug)]
pub struct Fetcher {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    client: Client,
    proxies: Arc<BTreeSet<String>>,
    options: FetchOptions,
    cache: Option<Cache>,
    hosts: Hosts,
}

/// What the server said, at the end of all redirects.
enum Answer {
    Body { bytes: Vec<u8>, validators: Validators },
    NotModified,
}

impl Fetcher {
    /// A fetcher; nothing is asked yet.
    pub fn new(options: FetchOptions) -> Result<Self, OptionsError> {
        let (client, proxies) = client::build(&options)?;
        let cache = options.cache.clone().map(Cache::new);
        let hosts = Hosts::new(options.connections_per_host, limits::IN_ALL);
        let shared = Shared { client, proxies, options, cache, hosts };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The options it was made with.
    pub fn options(&self) -> &FetchOptions {
        &self.shared.options
    }

    /// Fetches one thing, or takes it from the cache when it is current.
    pub async fn fetch(&self, request: &Request) -> Result<Fetched, FetchError> {
        self.fetch_within(request, &Budget::new(self.shared.options.total_size)).await
    }

    /// The same, counting what is held against a budget that is shared with others.
    pub(crate) async fn fetch_within(
        &self,
        request: &Request,
        budget: &Budget,
    ) -> Result<Fetched, FetchError> {
        let shared = Arc::clone(&self.shared);
        let asked = request.clone();
        let held = spawn_blocking(move || shared.held(&asked)).await.ok().flatten();
        let mut share = budget.share();
        if held.as_ref().is_some_and(|entry| !share.take(entry.bytes.len())) {
            return Err(Failure::TooMuch(self.shared.options.total_size).at(request.url()));
        }
        if let Some(entry) = &held
            && (self.shared.options.is_fresh)(request, &entry.bytes, entry.fetched_at)
        {
            share.keep();
            return Ok(from_cache(entry.bytes.clone()));
        }
        let answer = self.ask(request, held.as_ref().map(|entry| &entry.validators), budget).await;
        let (bytes, validators, old) = match (answer.map_err(|failure| failure.at(request.url()))?, held) {
            (Answer::Body { bytes, validators }, _) => (bytes, validators, false),
            (Answer::NotModified, Some(entry)) => {
                share.keep();
                (entry.bytes, entry.validators, true)
            }
            (Answer::NotModified, None) => {
                return Err(Failure::HttpStatus { status: 304, retry_after: None }.at(request.url()));
            }
        };
        let entry = Entry { bytes, validators, fetched_at: self.shared.options.now };
        Ok(Fetched { from_cache: old, ..self.keep(request, entry).await })
    }

    /// Asks the server, again and again, until the deadline.
    async fn ask(
        &self,
        request: &Request,
        held: Option<&Validators>,
        budget: &Budget,
    ) -> Result<Answer, Failure> {
        let options = &self.shared.options;
        let repeated = repeated(options, || self.shared.attempt(request, held, budget));
        timeout(options.deadline, repeated).await.unwrap_or(Err(Failure::Deadline(options.deadline)))
    }

    async fn keep(&self, request: &Request, entry: Entry) -> Fetched {
        let Some(cache) = self.shared.cache.clone() else {
            return Fetched { bytes: entry.bytes, from_cache: false, cache_problem: None };
        };
        let (request, spare) = (request.clone(), entry.bytes.clone());
        let written =
            spawn_blocking(move || cache.write(&request, &entry).err().map(|e| e.to_string())).await;
        let cache_problem = written.unwrap_or_else(|e| Some(e.to_string()));
        Fetched { bytes: spare, from_cache: false, cache_problem }
    }
}

fn from_cache(bytes: Vec<u8>) -> Fetched {
    Fetched { bytes, from_cache: true, cache_problem: None }
}

impl Shared {
    fn held(&self, request: &Request) -> Option<Entry> {
        self.cache.as_ref()?.read(request, self.options.sizes.of(request.kind()))
    }

    async fn attempt(
        &self,
        request: &Request,
        held: Option<&Validators>,
        budget: &Budget,
    ) -> Result<Answer, Failure> {
        let policy = AddressPolicy {
            allow_private: self.options.allow_private_addresses,
            allow_credentials: false,
            proxies: &self.proxies,
        };
        let limit = self.options.sizes.of(request.kind());
        let room = Room { limit, budget, total: self.options.total_size };
        let mut route = Route::new(request.url(), policy)?;
        loop {
            match self.step(route.url(), request, held, room).await? {
                Step::Body { bytes, validators } => return Ok(Answer::Body { bytes, validators }),
                Step::NotModified => return Ok(Answer::NotModified),
                Step::Redirect(response) => route.redirect(&response)?,
            }
        }
    }

    /// One step, when it is its turn. Waiting for a turn costs no time of the attempt, only of the deadline.
    async fn step(
        &self,
        url: &Url,
        request: &Request,
        held: Option<&Validators>,
        room: Room<'_>,
    ) -> Result<Step, Failure> {
        let _turn = self.hosts.turn(url).await?;
        let step = attempt::step(&self.client, url, request, held, room);
        let allowed: Duration = self.options.timeout;
        timeout(allowed, step).await.unwrap_or(Err(Failure::Deadline(allowed)))
    }
}
