//! The only network of badsig: revocation lists, OCSP answers, certificates of issuers, the Microsoft root program, and
//! downloads of the files that are judged.
//!
//! Addresses come from certificates, and certificates from strangers. So only `http` and `https` are called, never an
//! address of a private network unless the caller allows it, with limits on size, time, redirects and number.
//!
//! Nothing that is fetched is verified here, and nothing here decides trust: bytes are handed to the `badsig` library, which
//! checks the signatures on them. That is why plain HTTP, which authorities use, is enough.
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
mod hosts;
pub mod limits;
#[cfg(feature = "object-stores")]
pub mod objects;
mod options;
pub mod ranges;
mod repeat;
mod request;
pub mod root_program;
mod route;
mod secrets;

pub use address::is_public;
pub use blocking::BlockingFetcher;
pub use bundle::{KEPT, recover, replace_with};
pub use cache::{Cache, Entry, Validators};
pub use client::OptionsError;
pub use download::{Download, DownloadOptions, Downloaded, Downloader};
pub use error::{Failure, FetchError};
pub use fetcher::Fetcher;
pub use gather::{Gathered, Wanted};
pub use options::{FetchOptions, IsFresh, Proxy};
pub use request::{Fetched, Kind, Request, SizeLimits};
pub use secrets::without_secrets;
