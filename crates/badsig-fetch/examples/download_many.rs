//! Downloads every file of a list and verifies it: `download_many LIST DIRECTORY`, for `scripts/bench-downloads.sh`.
//!
//! A line of the list is an address, the size in bytes, SHA-1 and SHA-256 in hexadecimal digits. This is what a run of badsig does before it
//! judges, with its settings: two threads, all files asked for at once, four connections to the host.

use std::error::Error;
use std::path::Path;
use std::time::SystemTime;

use badsig_fetch::download::Expected;
use badsig_fetch::{Download, DownloadOptions, Downloader, FetchOptions, Proxy};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// One line of the list.
fn line(text: &str, directory: &Path) -> Option<Download> {
    let mut words = text.split_whitespace();
    let (url, size, sha1, sha256) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let to = directory.join(sha256).join(url.rsplit('/').next()?);
    let expected =
        Expected { size: Some(size.parse().ok()?), sha1: Some(bytes(sha1)?), sha256: Some(bytes(sha256)?) };
    Some(Download {
        url: url.to_owned(),
        to,
        parts: Some(directory.to_owned()),
        expected,
        ..Download::default()
    })
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(digits).collect();
    bytes?.try_into().ok()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(list), Some(directory)) = (arguments.next(), arguments.next()) else {
        return Err("download_many LIST DIRECTORY".into());
    };
    let mut fetch = FetchOptions::new(SystemTime::now());
    fetch.allow_private_addresses = true;
    fetch.proxy = Proxy::Direct;
    let downloader = Downloader::new(fetch, DownloadOptions::default())?;
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for text in std::fs::read_to_string(list)?.lines() {
            let wanted = line(text, Path::new(&directory)).ok_or_else(|| format!("not a line: {text}"))?;
            let downloader = downloader.clone();
            tasks.spawn(async move { downloader.download(&wanted, &|_| {}).await });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(())
    })
}
