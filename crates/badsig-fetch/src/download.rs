//! Downloads into files: content of updates and installers, of any size, in little memory.
//!
//! A download goes on where it was left, whatever stopped it: what has arrived is kept beside the destination in a file
//! that is named by the SHA-256 of the address, with the validators of the server, and the rest is asked for with `Range`
//! and `If-Range` (RFC 9110 section 13.1.5). A server whose file has changed sends it whole, and it begins anew.
//! The destination appears by renaming, when the size and the digests that are expected have been found; so a kill at any
//! moment leaves the old file or the new one, and what has arrived. One that an earlier run left complete, because it could
//! not give it its name, is only taken when a digest is expected or the server says that it is still the same. After a power
//! cut the part may hold anything: where no digest is expected, nothing but the size tells.
//!
//! An address is downloaded once at a time in a process; who asks for it meanwhile waits. A server that hardly sends
//! anything, in one answer or in many, is left, and every download has a deadline.
//!
//! Whether the bytes are trustworthy is not decided here. A digest that is expected comes from the caller.

mod alone;
mod body;
mod content;
mod course;
mod digests;
#[cfg(feature = "object-stores")]
mod object;
mod pace;
mod part;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode, Url};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use crate::attempt;
use crate::client::{self, OptionsError};
use crate::error::{Failure, FetchError};
use crate::headers::{self, Said};
use crate::hosts::{Hosts, Turn, permit};
use crate::limits;
use crate::options::FetchOptions;
use crate::repeat;
use crate::route::{AddressPolicy, Route};
use crate::validators::Validators;

use alone::Addresses;
use body::Receiving;
pub use content::{Arrived, Expected};
use course::Course;
pub use digests::Digests;
use pace::Pace;
use part::Part;

/// One file to download.
#[derive(Clone, Debug, Default)]
pub struct Download {
    /// Where from: `http` or `https`; an object store only with [`Download::stores`].
    pub url: String,
    /// Whether the address may be that of an object store, which is read with the credentials of the environment. Only for
    /// addresses that the user has named: those that stand in strangers' files must not lead there.
    pub stores: bool,
    /// Where to.
    pub to: PathBuf,
    /// Where what has arrived of an unfinished download lies, on the same file system; the directory of the file itself
    /// when absent.
    pub parts: Option<PathBuf>,
    /// What it must be.
    pub expected: Expected,
    /// What the server said of the file that the caller has: it is not sent again when it is still the same.
    pub unless: Option<Validators>,
}

/// A file that can be downloaded.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Listed {
    /// Where.
    pub url: String,
    /// Bytes, where the listing tells.
    pub size: Option<u64>,
}

/// What the caller decides about downloads, besides [`FetchOptions`].
#[derive(Clone, Debug)]
pub struct DownloadOptions {
    /// Bytes a second of all downloads together; no limit when absent.
    pub bytes_per_second: Option<u64>,
    /// Connections to one host at once.
    pub connections_per_host: usize,
    /// Downloads at once.
    pub connections: usize,
    /// Largest file.
    pub size_limit: u64,
    /// A server that sends fewer bytes a second is left; zero for any.
    pub slowest: u64,
    /// How long a speed is measured, and how long nothing may come.
    pub window: Duration,
    /// How long one download may take with all its repetitions, but for the time in which it waits for its turn or for
    /// [`DownloadOptions::bytes_per_second`].
    pub deadline: Duration,
}

impl Default for DownloadOptions {
    fn default() -> Self {
        Self {
            bytes_per_second: None,
            connections_per_host: limits::PER_HOST,
            connections: limits::IN_ALL,
            size_limit: limits::MAX_DOWNLOAD,
            slowest: limits::SLOWEST,
            window: limits::SPEED_WINDOW,
            deadline: limits::DOWNLOAD_DEADLINE,
        }
    }
}

impl DownloadOptions {
    /// One connection to a host: for many files of servers that owe us nothing.
    pub fn polite() -> Self {
        Self { connections_per_host: 1, ..Self::default() }
    }
}

/// How far a download is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// Bytes that have arrived, those of earlier runs included.
    pub arrived: u64,
    /// Bytes of the whole file, when the server says.
    pub total: Option<u64>,
}

/// How a download ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Downloaded {
    /// The file is there.
    File(Arrived),
    /// The file that the caller has is still the same.
    NotModified,
}

/// Downloads files. Clones share connections and limits.
#[derive(Clone, Debug)]
pub struct Downloader {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    client: Client,
    proxies: Arc<BTreeSet<String>>,
    fetch: FetchOptions,
    options: DownloadOptions,
    hosts: Hosts,
    pace: Pace,
    addresses: Addresses,
    #[cfg(feature = "object-stores")]
    objects: crate::objects::ObjectStores,
    /// How many parts are open at once.
    open: Arc<Semaphore>,
}

/// How one attempt ended.
enum Attempt {
    Whole(Downloaded),
    /// What had arrived was of another file: from the beginning.
    Again,
}

impl Downloader {
    /// A downloader; nothing is asked yet.
    ///
    /// # Errors
    /// When the options cannot be used.
    pub fn new(fetch: FetchOptions, options: DownloadOptions) -> Result<Self, OptionsError> {
        let (client, proxies) = client::build(&fetch)?;
        let hosts = Hosts::new(options.connections_per_host, options.connections);
        let pace = Pace::new(options.bytes_per_second);
        let open = Arc::new(Semaphore::new(limits::OPEN_PARTS));
        Ok(Self {
            shared: Arc::new(Shared {
                client,
                proxies,
                #[cfg(feature = "object-stores")]
                objects: crate::objects::ObjectStores::new(fetch.clone()),
                fetch,
                options,
                hosts,
                pace,
                addresses: Addresses::default(),
                open,
            }),
        })
    }

    /// Downloads one file; `progress` is called for every piece that arrives.
    ///
    /// # Errors
    /// When the file cannot be had, is not what is expected, or cannot be written. What has arrived of a file that may
    /// still be completed is kept for the next call.
    pub async fn download(
        &self,
        wanted: &Download,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Downloaded, FetchError> {
        let shared = &*self.shared;
        shared.with_repetitions(wanted, progress).await.map_err(|failure| failure.at(&wanted.url))
    }

    /// All objects of a store below an address that the user has named; the address itself where it is of no store.
    ///
    /// # Errors
    /// When the store does not list them.
    pub async fn list(&self, url: &str) -> Result<Vec<Listed>, FetchError> {
        #[cfg(feature = "object-stores")]
        if crate::objects::address(url).is_some() {
            let object = self.shared.objects.open(url).await.map_err(|failure| failure.at(url))?;
            return object.list().await;
        }
        Ok(vec![Listed { url: url.to_owned(), size: None }])
    }
}

impl Shared {
    /// Repeats after temporary failures. Repetitions count anew when the download has come nearer to its end in between,
    /// so a large file on a bad line ends some day.
    async fn with_repetitions(
        &self,
        wanted: &Download,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Downloaded, Failure> {
        let _alone = self.addresses.alone(&wanted.url).await;
        let _open = permit(Arc::clone(&self.open)).await?;
        let mut part = self.part(wanted).await?;
        let mut course = Course::new(&self.options, part.length());
        let (mut pauses, mut restarts) = (repeat::pauses(&self.fetch), 0usize);
        loop {
            course.in_time()?;
            let failure = match self.attempt(wanted, &mut part, &mut course, progress).await {
                Ok(Attempt::Whole(done)) => return Ok(done),
                // A file that keeps changing is given up.
                Ok(Attempt::Again) if restarts < limits::RESTARTS => {
                    restarts = restarts.saturating_add(1);
                    part.clear()?;
                    course.restart();
                    continue;
                }
                Ok(Attempt::Again) => return Err(Failure::Interrupted("the file keeps changing".into())),
                Err(failure) => failure,
            };
            if course.has_come_nearer(part.length()) {
                pauses = repeat::pauses(&self.fetch);
            }
            match pauses.next().filter(|_| repeat::is_worthwhile(&failure)) {
                Some(pause) => sleep(failure.retry_after().unwrap_or(pause)).await,
                None => return Err(failure),
            }
        }
    }

    /// What has arrived earlier. Another process that downloads the same is waited for.
    async fn part(&self, wanted: &Download) -> Result<Part, Failure> {
        let started = Instant::now();
        loop {
            match Part::open(wanted) {
                Err(Failure::Busy(_)) if started.elapsed() < limits::LONGEST_PAUSE => {
                    sleep(limits::BUSY_PAUSE).await;
                }
                other => return other,
            }
        }
    }

    async fn attempt(
        &self,
        wanted: &Download,
        part: &mut Part,
        course: &mut Course,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Attempt, Failure> {
        if part.is_complete() && wanted.expected.has_digest() {
            return self.finish(wanted, part);
        }
        #[cfg(feature = "object-stores")]
        if let Some(url) = crate::objects::address(&wanted.url) {
            if !wanted.stores {
                return Err(Failure::Url(NOT_NAMED.into()));
            }
            return self.attempt_object(&url, wanted, part, course, progress).await;
        }
        let mut route = Route::new(&wanted.url, AddressPolicy::of_files(&self.fetch, &self.proxies))?;
        loop {
            let turn = self.turn(route.url(), course).await?;
            let response = self.ask(route.url(), wanted, part).await?;
            let status = response.status();
            match status {
                StatusCode::OK | StatusCode::PARTIAL_CONTENT => {
                    if !self.begin(&response, wanted, part)? {
                        return Ok(Attempt::Again);
                    }
                    body::receive(response, Receiving::new(self, wanted, part, course, progress)).await?;
                    drop(turn);
                    return self.finish(wanted, part);
                }
                StatusCode::NOT_MODIFIED if part.is_complete() => return self.finish(wanted, part),
                StatusCode::NOT_MODIFIED if wanted.unless.is_some() => {
                    return Ok(Attempt::Whole(Downloaded::NotModified));
                }
                StatusCode::RANGE_NOT_SATISFIABLE if part.length() > 0 => return Ok(Attempt::Again),
                status if status.is_redirection() => route.redirect(&response)?,
                _ => return Err(attempt::refusal(&response)),
            }
        }
    }

    /// Waits for a turn at a host.
    async fn turn(&self, url: &Url, course: &mut Course) -> Result<Turn, Failure> {
        let before = Instant::now();
        let turn = self.hosts.turn(url).await;
        course.excuse(before.elapsed());
        turn
    }

    async fn ask(&self, url: &Url, wanted: &Download, part: &Part) -> Result<Response, Failure> {
        let request = headers::as_it_is(self.client.get(url.clone()));
        let request = if let Some(validator) = part.validator().filter(|_| !part.is_complete()) {
            headers::range(request, part.length(), None, Some(validator))
        } else if let Some(held) = part.held().or(wanted.unless.as_ref()) {
            headers::unless(request, held)
        } else {
            request
        };
        let answered = timeout(self.fetch.timeout, request.send()).await;
        answered.map_err(|_| Failure::Deadline(self.fetch.timeout))?.map_err(attempt::classify)
    }

    /// Compares what the server says of the file with what has arrived and with what is expected. False when both do
    /// not belong together.
    fn begin(&self, response: &Response, wanted: &Download, part: &mut Part) -> Result<bool, Failure> {
        let said = Said::of(response)?;
        let total = if response.status() == StatusCode::PARTIAL_CONTENT {
            match said.range {
                Some(sent)
                    if sent.first == part.length()
                        && sent.is_the_rest()
                        && part.may_have(sent.total)
                        && part.may_be_of(&said.validators) =>
                {
                    part.goes_on(sent.total);
                    sent.total
                }
                _ => return Ok(false),
            }
        } else {
            said.length
        };
        total.map_or(Ok(()), |total| self.fits(wanted, total))?;
        if response.status() == StatusCode::OK {
            part.restart(&wanted.url, said.validators, total)?;
        }
        Ok(true)
    }

    /// Whether a file of this size is the one that is wanted, and is not too large.
    fn fits(&self, wanted: &Download, actual: u64) -> Result<(), Failure> {
        match wanted.expected.size {
            Some(expected) if expected != actual => Err(Failure::WrongSize { expected, actual }),
            _ if actual > self.options.size_limit => {
                Err(Failure::TooLarge { limit: self.options.size_limit })
            }
            _ => Ok(()),
        }
    }

    fn finish(&self, wanted: &Download, part: &mut Part) -> Result<Attempt, Failure> {
        let resumed = part.was_resumed();
        match part.verify(&wanted.expected) {
            Ok(arrived) => {
                part.publish(&wanted.to, &wanted.expected)?;
                Ok(Attempt::Whole(Downloaded::File(arrived)))
            }
            // A server whose validators say less than they should: the parts may be of two files.
            Err(_) if resumed => Ok(Attempt::Again),
            Err(failure) => {
                part.clear()?;
                Err(failure)
            }
        }
    }
}

/// Why an address of a store is not followed.
#[cfg(feature = "object-stores")]
const NOT_NAMED: &str = "it is of an object store, which is read with your credentials, and it stands in a file of somebody \
     else; object stores are only read where you name them yourself";
