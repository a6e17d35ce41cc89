//! Installers that a winget manifest names: downloaded, compared with the digest that it has, then judged like any file.

use std::path::PathBuf;

use badsig_fetch::download::Expected;

use super::{Entry, Remote};
use crate::downloads::Wanted;
use crate::failure::Failure;
use crate::winget;

/// The entries for the installers of manifests. What cannot be had, and what is another file than the manifest
/// describes, gets a line in the report under its address.
pub(crate) fn entries(manifests: &[PathBuf]) -> Result<Vec<Entry>, Failure> {
    let mut installers = Vec::new();
    for manifest in manifests {
        installers.extend(winget::read(manifest)?.into_iter().map(|own| (own.url, own.sha256)));
    }
    installers.sort();
    installers.dedup();
    let entry = |(url, sha256)| {
        let expected = Expected { sha256: Some(sha256), ..Expected::default() };
        Entry::Remote(Remote::new(Wanted::described(url, expected)))
    };
    Ok(installers.into_iter().map(entry).collect())
}
