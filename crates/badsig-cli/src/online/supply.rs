//! Where what is needed comes from: directories of cached answers, and their servers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use badsig::UtcTime;
use badsig::trust::revocation::Need;
use badsig_fetch::{BlockingFetcher, Cache, FetchOptions, Fetched, Request, SizeLimits};

use super::answer::{Answer, request, wanted};
use super::fresh::is_fresh;
use super::once::Once;
use crate::args::ConnectionArguments;
use crate::failure::Failure;

/// Addresses that are asked in one run; a run over a hostile collection ends.
const MOST_ADDRESSES: usize = 10_000;

/// What a run may use.
pub(crate) struct SupplyOptions {
    /// The time that is judged for: what is current then need not be fetched.
    pub(crate) at: UtcTime,
    /// Servers are asked.
    pub(crate) online: bool,
    /// The cache that is read, and online written.
    pub(crate) cache: Option<PathBuf>,
    /// Further caches that are only read.
    pub(crate) kits: Vec<PathBuf>,
    /// How servers are reached.
    pub(crate) connection: ConnectionArguments,
}

/// Gets what is needed, each once in a run.
pub(crate) struct Supply {
    caches: Vec<Cache>,
    network: Option<Network>,
    known: Once<(Need, bool), Answer>,
}

struct Network {
    fetcher: BlockingFetcher,
    /// Requests whose cached answers did not help.
    doubted: Arc<Mutex<BTreeSet<Request>>>,
    asked: AtomicUsize,
}

impl Supply {
    /// Nothing is read or asked yet.
    pub(crate) fn new(options: &SupplyOptions) -> Result<Supply, Failure> {
        let network = if options.online { Some(Network::new(options)?) } else { None };
        let caches = options.kits.iter().chain(&options.cache).map(Cache::new).collect();
        Ok(Supply { caches, network, known: Once::new() })
    }

    /// Whether servers are asked.
    pub(crate) fn is_online(&self) -> bool {
        self.network.is_some()
    }

    /// What is had for these needs; `again` asks servers even where the cache has something current.
    pub(crate) fn get(&self, needs: Vec<Need>, again: bool) -> BTreeMap<Need, Answer> {
        let lost = Answer::failed("badsig failed while this was fetched".to_owned());
        let keys = needs.into_iter().map(|need| (need, again)).collect();
        let make = |keys: Vec<(Need, bool)>| {
            let needs: Vec<Need> = keys.into_iter().map(|(need, _)| need).collect();
            let made = match &self.network {
                Some(network) => network.get(needs, again, &self.caches),
                None => needs.into_iter().map(|need| (need.clone(), held(&need, &self.caches))).collect(),
            };
            made.into_iter().map(|(need, answer)| ((need, again), answer)).collect()
        };
        self.known.get(keys, &lost, make).into_iter().map(|((need, _), answer)| (need, answer)).collect()
    }
}

/// Everything that the caches hold for a need.
fn held(need: &Need, caches: &[Cache]) -> Answer {
    let request = request(need);
    let limit = SizeLimits::default().of(request.kind());
    let mut answer = Answer::default();
    for entry in caches.iter().filter_map(|cache| cache.read(&request, limit)) {
        answer.add(need, &entry.bytes);
    }
    answer
}

impl Network {
    fn new(options: &SupplyOptions) -> Result<Network, Failure> {
        let doubted: Arc<Mutex<BTreeSet<Request>>> = Arc::default();
        let mut fetching = fetch_options(options);
        let (at, now, shared) = (options.at, fetching.now, Arc::clone(&doubted));
        fetching.is_fresh = Arc::new(move |request, bytes, fetched_at| {
            let doubted = shared.lock().unwrap_or_else(PoisonError::into_inner).contains(request);
            !doubted && is_fresh(request, bytes, fetched_at, at, now)
        });
        let fetcher = BlockingFetcher::new(fetching).map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Network { fetcher, doubted, asked: AtomicUsize::new(0) })
    }

    fn get(&self, needs: Vec<Need>, again: bool, caches: &[Cache]) -> BTreeMap<Need, Answer> {
        if again {
            let mut doubted = self.doubted.lock().unwrap_or_else(PoisonError::into_inner);
            doubted.extend(needs.iter().map(request));
        }
        let asked = self.asked.fetch_add(needs.len(), Ordering::Relaxed).saturating_add(needs.len());
        if asked > MOST_ADDRESSES {
            let why = format!("more than {MOST_ADDRESSES} addresses were wanted in this run: not asked");
            return needs.into_iter().map(|need| (need, Answer::failed(why.clone()))).collect();
        }
        let gathered = self.fetcher.gather(needs.iter().map(wanted));
        needs
            .into_iter()
            .map(|need| {
                let answer = match gathered.get(&wanted(&need)) {
                    Some(Ok(fetched)) => taken(&need, fetched),
                    // The server fails: what is held may still be current.
                    Some(Err(error)) => Answer { problem: Some(error.to_string()), ..held(&need, caches) },
                    None => Answer::failed("this was not fetched".to_owned()),
                };
                (need, answer)
            })
            .collect()
    }
}

fn taken(need: &Need, fetched: &Fetched) -> Answer {
    let mut answer = Answer { unasked: fetched.from_cache, ..Answer::default() };
    answer.add(need, &fetched.bytes);
    answer
}

/// The options of the network for a run.
fn fetch_options(options: &SupplyOptions) -> FetchOptions {
    let mut fetching = options.connection.options();
    fetching.cache.clone_from(&options.cache);
    fetching.deadline = fetching.deadline.min(fetching.timeout.saturating_mul(3));
    fetching
}
