//! The only network of badsig: revocation lists, OCSP answers, certificates of issuers, the Microsoft root program, and
//! downloads of the files that are judged.
//!
//! Addresses come from certificates, catalogs and manifests, and those from strangers. So only `http` and `https` are called,
//! never an address of a private network unless the caller allows it, with limits on size, time, redirects and number. Object
//! stores are only asked for what the user names himself.
//!
//! Nothing here decides trust: no signature is looked at, and bytes are handed to the `badsig` library, which checks the
//! signatures on them. That is why plain HTTP, which authorities use, is enough. Only downloads are compared with the size and
//! the digests that the caller expects.
//!
//! ```no_run
//! use badsig_fetch::{BlockingFetcher, FetchOptions, Kind, Request};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fetcher = BlockingFetcher::new(FetchOptions::new(std::time::SystemTime::now()))?;
//! let list = fetcher.fetch(&Request::Get { url: "http://crl.example/a.crl".into(), kind: Kind::Crl })?;
//! # let _ = list.bytes; Ok(()) }
//! ```

mod address;
mod attempt;
mod blocking;
mod budget;
mod bundle;
mod cache;
mod client;
pub mod download;
mod error;
mod fetcher;
mod gather;
mod headers;
mod hex;
mod hosts;
pub mod limits;
mod lock;
#[cfg(feature = "object-stores")]
mod objects;
mod options;
pub mod ranges;
mod repeat;
mod request;
pub mod root_program;
mod route;
mod secrets;
mod validators;

pub use blocking::BlockingFetcher;
pub use bundle::{DirectoryError, KEPT, recover, replace_with};
pub use cache::{Cache, Entry};
pub use client::OptionsError;
pub use download::{Download, DownloadOptions, Downloaded, Downloader};
pub use error::{Failure, FetchError};
pub use fetcher::Fetcher;
pub use gather::{Gathered, Wanted};
pub use options::{FetchOptions, IsFresh, Proxy};
pub use request::{Fetched, Kind, Request, SizeLimits};
pub use secrets::without_secrets;
pub use validators::Validators;
