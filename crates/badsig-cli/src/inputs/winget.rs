//! Installers that a winget manifest names: downloaded, compared with the digest that it has, then judged like any file.

use std::path::PathBuf;

use super::Entry;
use crate::downloads::{Downloads, Wanted};
use crate::failure::Failure;
use crate::winget;

/// The entries for the installers of manifests. What cannot be had, and what is another file than the manifest
/// describes, gets a line in the report under its address.
pub(crate) fn entries(manifests: &[PathBuf], downloads: &Downloads) -> Result<Vec<Entry>, Failure> {
    let mut wanted = Vec::new();
    for manifest in manifests {
        let installers = winget::read(manifest)?;
        wanted.extend(installers.into_iter().map(|own| Wanted { url: own.url, sha256: Some(own.sha256) }));
    }
    wanted.sort();
    wanted.dedup();
    let got = downloads.get(&wanted);
    let entry = |(own, got): (&Wanted, Result<PathBuf, String>)| match got {
        Ok(path) => Entry::File(path),
        Err(why) => Entry::unreadable(&own.url, why),
    };
    Ok(wanted.iter().zip(got).map(entry).collect())
}
