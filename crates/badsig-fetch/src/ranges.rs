//! Bytes of a file on a server, by ranges: where little of a large file is wanted.
//!
//! All ranges are of one version of the file: objects of stores are asked for with `If-Match`, files of HTTP servers with
//! `Range` and `If-Range` (RFC 9110 sections 13.1.5 and 14.2), and what the answer says of itself is compared. A server that
//! sends no ranges, or does not say which version it sends, is not asked any further: such a file is downloaded whole, which
//! is up to the caller. Every reading has a deadline, and all readings of one file together have another one.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode};
use tokio::time::{Instant, timeout};

use crate::attempt;
use crate::client::{self, OptionsError};
use crate::error::{Failure, FetchError};
use crate::headers::{self, Said};
use crate::limits;
#[cfg(feature = "object-stores")]
use crate::objects::{self, Object, ObjectStores, ObjectVersion};
use crate::options::FetchOptions;
use crate::repeat::repeated;
use crate::route::{AddressPolicy, Route};
use crate::validators::Validators;
#[cfg(feature = "object-stores")]
use crate::validators::is_strong;

/// Bytes that are asked for at first: headers, and the whole of small files.
const FIRST: u64 = 64 * 1024;

/// Opens files by ranges.
#[derive(Debug)]
pub struct RangedFiles {
    options: FetchOptions,
    client: Client,
    proxies: Arc<BTreeSet<String>>,
    #[cfg(feature = "object-stores")]
    stores: ObjectStores,
}

/// What a server does about ranges.
#[derive(Debug)]
pub enum ByRanges {
    /// It sends them.
    Yes(Box<RangedFile>),
    /// It does not; with the reason. The file can only be had whole.
    No(&'static str),
}

/// One version of a file on a server.
#[derive(Debug)]
pub struct RangedFile {
    size: u64,
    place: Place,
    /// For each reading.
    deadline: Duration,
    /// For all of them.
    ends: Instant,
}

#[derive(Debug)]
enum Place {
    Http(Box<HttpFile>),
    #[cfg(feature = "object-stores")]
    Object(Object, ObjectVersion),
}

#[derive(Debug)]
struct HttpFile {
    options: FetchOptions,
    client: Client,
    proxies: Arc<BTreeSet<String>>,
    url: String,
    /// What the first answer said of the version.
    validators: Validators,
    /// The first bytes, which came with the first answer.
    first: Vec<u8>,
}

impl RangedFiles {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// When the options cannot be used.
    pub fn new(options: FetchOptions) -> Result<RangedFiles, OptionsError> {
        let (client, proxies) = client::build(&options)?;
        Ok(RangedFiles {
            client,
            proxies,
            #[cfg(feature = "object-stores")]
            stores: ObjectStores::new(options.clone()),
            options,
        })
    }

    /// Asks for the size of a file and for its first bytes, within the deadline of the options.
    ///
    /// The address may be that of an object store, which is read with the credentials of the environment: it must be one
    /// that the user has named.
    ///
    /// # Errors
    /// When the file cannot be had at all.
    pub async fn open(&self, url: &str) -> Result<ByRanges, FetchError> {
        let deadline = self.options.deadline.max(self.options.timeout);
        let opened = timeout(deadline, self.open_place(url)).await;
        let opened = opened.unwrap_or(Err(Failure::Deadline(deadline)));
        Ok(match opened.map_err(|failure| failure.at(url))? {
            Ok((size, place)) => {
                let now = Instant::now();
                let ends = now.checked_add(limits::RANGES_DEADLINE).unwrap_or(now);
                ByRanges::Yes(Box::new(RangedFile { size, place, deadline, ends }))
            }
            Err(why) => ByRanges::No(why),
        })
    }

    async fn open_place(&self, url: &str) -> Result<Result<(u64, Place), &'static str>, Failure> {
        #[cfg(feature = "object-stores")]
        if objects::address(url).is_some() {
            let object = self.stores.open(url).await?;
            let version = object.version().await?;
            if !version.etag.as_deref().is_some_and(is_strong) {
                return Ok(Err("the store does not say which version of the file it sends"));
            }
            return Ok(Ok((version.size, Place::Object(object, version))));
        }
        self.open_http(url).await
    }

    async fn open_http(&self, url: &str) -> Result<Result<(u64, Place), &'static str>, Failure> {
        let asking = Asking { options: &self.options, client: &self.client, proxies: &self.proxies, url };
        repeated(&self.options, async || {
            let answer = asking.ask(0..FIRST, None).await?;
            if answer.status() != StatusCode::PARTIAL_CONTENT {
                return Ok(Err("the server sends no ranges"));
            }
            let said = Said::of(&answer)?;
            let Some((size, length)) = said.range.as_ref().and_then(|sent| sent.answers(&(0..FIRST))) else {
                return Ok(Err("the server does not say which range it sends"));
            };
            if said.validators.for_ranges().is_none() {
                return Ok(Err("the server does not say which version of the file it sends"));
            }
            let first = asking.body(answer, length).await?;
            let http = HttpFile {
                options: self.options.clone(),
                client: self.client.clone(),
                proxies: Arc::clone(&self.proxies),
                url: url.to_owned(),
                validators: said.validators,
                first,
            };
            Ok(Ok((size, Place::Http(Box::new(http)))))
        })
        .await
    }
}

impl RangedFile {
    /// Bytes of the whole file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Bytes that have been fetched already, without being asked for.
    pub fn fetched(&self) -> u64 {
        match &self.place {
            Place::Http(http) => http.first.len().try_into().unwrap_or(u64::MAX),
            #[cfg(feature = "object-stores")]
            Place::Object(..) => 0,
        }
    }

    /// Some bytes; fewer at the end of the file.
    ///
    /// # Errors
    /// When they cannot be had, or the file is another one meanwhile.
    pub async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, FetchError> {
        let left = self.ends.saturating_duration_since(Instant::now());
        let late = if left < self.deadline {
            Failure::TooLong(limits::RANGES_DEADLINE)
        } else {
            Failure::Deadline(self.deadline)
        };
        let read = timeout(left.min(self.deadline), self.place.read(range, self.size)).await;
        read.unwrap_or(Err(late)).map_err(|failure| failure.at(self.place.url()))
    }
}

impl Place {
    fn url(&self) -> &str {
        match self {
            Place::Http(http) => &http.url,
            #[cfg(feature = "object-stores")]
            Place::Object(object, _) => object.url(),
        }
    }

    async fn read(&self, range: Range<u64>, size: u64) -> Result<Vec<u8>, Failure> {
        match self {
            Place::Http(http) => http.read(range, size).await,
            #[cfg(feature = "object-stores")]
            Place::Object(object, version) => object.read(version, range).await,
        }
    }
}

impl HttpFile {
    async fn read(&self, range: Range<u64>, size: u64) -> Result<Vec<u8>, Failure> {
        let within = usize::try_from(range.start).ok().zip(usize::try_from(range.end.min(size)).ok());
        if let Some(bytes) = within.and_then(|(start, end)| self.first.get(start..end)) {
            return Ok(bytes.to_vec());
        }
        let asking =
            Asking { options: &self.options, client: &self.client, proxies: &self.proxies, url: &self.url };
        repeated(&self.options, async || {
            let answer = asking.ask(range.clone(), self.validators.for_ranges()).await?;
            if answer.status() == StatusCode::OK {
                return Err(Failure::Replaced);
            }
            let said = Said::of(&answer)?;
            let sent = said.range.as_ref().and_then(|sent| sent.answers(&range));
            let Some((_, length)) = sent.filter(|(total, _)| *total == size) else {
                return Err(Failure::Replaced);
            };
            // Servers that do not know If-Range say at least what they send.
            if !self.validators.may_be_of(&said.validators) {
                return Err(Failure::Replaced);
            }
            asking.body(answer, length).await
        })
        .await
    }
}

/// How a file is asked for.
#[derive(Clone, Copy)]
struct Asking<'a> {
    options: &'a FetchOptions,
    client: &'a Client,
    proxies: &'a BTreeSet<String>,
    url: &'a str,
}

impl Asking<'_> {
    /// The answer of the last server on the way: 200 or 206.
    async fn ask(&self, range: Range<u64>, validator: Option<&str>) -> Result<Response, Failure> {
        let mut route = Route::new(self.url, AddressPolicy::of_files(self.options, self.proxies))?;
        loop {
            let request = headers::as_it_is(self.client.get(route.url().clone()));
            let request = headers::range(request, range.start, Some(range.end), validator);
            let answer = self.in_time(request.send()).await?;
            match answer.status() {
                StatusCode::OK | StatusCode::PARTIAL_CONTENT => return Ok(answer),
                // An empty file has no first byte.
                StatusCode::RANGE_NOT_SATISFIABLE if validator.is_none() => return Ok(answer),
                status if status.is_redirection() => route.redirect(&answer)?,
                _ => return Err(attempt::refusal(&answer)),
            }
        }
    }

    /// Exactly so many bytes, all of them in the time of one attempt: one byte now and then is no answer.
    async fn body(&self, answer: Response, length: u64) -> Result<Vec<u8>, Failure> {
        let allowed = self.options.timeout;
        timeout(allowed, collect(answer, length)).await.map_err(|_| Failure::Deadline(allowed))?
    }

    async fn in_time<T>(&self, asked: impl Future<Output = reqwest::Result<T>>) -> Result<T, Failure> {
        let allowed = self.options.timeout;
        let answered = timeout(allowed, asked).await.map_err(|_| Failure::Deadline(allowed))?;
        answered.map_err(attempt::classify)
    }
}

async fn collect(mut answer: Response, length: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let left = |bytes: &[u8]| length.saturating_sub(bytes.len().try_into().unwrap_or(u64::MAX));
    while let Some(piece) = answer.chunk().await.map_err(attempt::classify)? {
        if u64::try_from(piece.len()).unwrap_or(u64::MAX) > left(&bytes) {
            return Err(Failure::LargerThan(length));
        }
        bytes.extend_from_slice(&piece);
    }
    match left(&bytes) {
        0 => Ok(bytes),
        missing => Err(Failure::Interrupted(format!("{missing} of {length} bytes are missing"))),
    }
}
