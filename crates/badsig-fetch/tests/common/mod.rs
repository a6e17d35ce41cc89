//! Options, fetchers and requests for servers of the loopback.

#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "only for tests")]

use std::time::{Duration, SystemTime};

use badsig_fetch::{BlockingFetcher, FetchOptions, Kind, Proxy, Request};

/// Something that begins like DER.
pub(crate) fn der(length: usize) -> Vec<u8> {
    let mut bytes = vec![0x30];
    bytes.resize(length, 7);
    bytes
}

/// Options for servers of the loopback, impatient.
pub(crate) fn options() -> FetchOptions {
    let mut options = FetchOptions::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    options.allow_private_addresses = true;
    options.proxy = Proxy::Direct;
    options.first_pause = Duration::from_millis(5);
    options.timeout = Duration::from_secs(5);
    options.deadline = Duration::from_secs(10);
    options
}

pub(crate) fn fetcher(options: FetchOptions) -> BlockingFetcher {
    BlockingFetcher::new(options).unwrap()
}

pub(crate) fn crl(url: String) -> Request {
    Request::Get { url, kind: Kind::Crl }
}
