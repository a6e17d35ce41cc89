//! `--download`: the files of updates, downloaded into a directory of the user.
//!
//! Nothing of the catalog becomes part of a path but digests, in their own digits, and names made harmless. A file lies in a
//! directory that is named by its digest: one that is there is not asked for again, and `--content` finds it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use badsig::Hex;
use badsig::report::{Content, ContentStatus};
use badsig::updates::{Expected, Package, plain_name};
use badsig_fetch::Failure as FetchFailure;
use badsig_fetch::download;

use crate::args::{ConnectionArguments, DownloadArguments};
use crate::downloads::{Downloads, Got, Keep, Lost, Ticket, Totals, Wanted, harmless};
use crate::failure::Failure;
use crate::inputs::remote;

/// Files that are downloaded.
pub(super) struct Store {
    directory: PathBuf,
    downloads: Downloads,
    /// Each place is filled once in a run.
    begun: HashMap<PathBuf, Ticket>,
}

impl Store {
    pub(super) fn new(
        directory: &Path,
        download: &DownloadArguments,
        connection: &ConnectionArguments,
    ) -> Result<Store, Failure> {
        let cannot = |error| Failure::usage(format!("--download {}: {error}", directory.display()));
        std::fs::create_dir_all(directory).map_err(cannot)?;
        // A directory that cannot be written to is said once, and not for every file.
        tempfile::Builder::new().prefix(".badsig-").tempfile_in(directory).map_err(cannot)?;
        let downloads = Downloads::new(download, connection, Keep::WhereAsked)?;
        Ok(Store { directory: directory.to_owned(), downloads, begun: HashMap::new() })
    }

    pub(super) fn totals(&self) -> std::sync::Arc<Totals> {
        self.downloads.totals()
    }

    /// Begins the downloads of a package; one ticket for each of its files.
    pub(super) fn begin(&mut self, package: &Package) -> Vec<Ticket> {
        package.origin_files().map(|origin| self.one(&Expected::from(origin))).collect()
    }

    fn one(&mut self, expected: &Expected) -> Ticket {
        let Some(url) = expected.url.as_deref().map(str::trim).filter(|url| !url.is_empty()) else {
            return Ticket::lost("the package gives no address to download it from".to_owned());
        };
        if remote::address(Path::new(url)).is_none() {
            return Ticket::lost(format!("{url:?} is not downloaded: it is no http or https address"));
        }
        if remote::is_store(url) {
            return Ticket::lost(format!(
                "{url:?} is not downloaded: it is of an object store, which is read with your credentials, and it stands in a \
                 catalog; object stores are only read where you name them yourself (download the file, then give --content)"
            ));
        }
        let Some(digest) = expected.sha256.as_ref().or(expected.sha1.as_ref()) else {
            return Ticket::lost(
                "it is not downloaded: the package gives no digest to compare it with".to_owned(),
            );
        };
        let name = expected.file_name.as_deref().and_then(plain_name).or_else(|| plain_name(url));
        let to = self.directory.join(digest.to_string()).join(harmless(name.unwrap_or_default()));
        if let Some(begun) = self.begun.get(&to) {
            return begun.clone();
        }
        let wanted = Wanted::described(url, described(expected));
        let ticket = self.downloads.begin_to(wanted, to.clone(), self.directory.clone());
        self.begun.insert(to, ticket.clone());
        ticket
    }
}

/// In the words of the network.
fn described(expected: &Expected) -> download::Expected {
    download::Expected { size: expected.size, sha1: bytes(&expected.sha1), sha256: bytes(&expected.sha256) }
}

fn bytes<const N: usize>(digest: &Option<Hex>) -> Option<[u8; N]> {
    digest.as_ref().and_then(|digest| digest.0.as_slice().try_into().ok())
}

/// What became of a download.
pub(super) fn outcome(ticket: &Ticket, judge: impl FnOnce(&Got) -> Content) -> Content {
    match ticket.wait() {
        Ok(got) => judge(&got),
        Err(Lost { message, failure }) => match failure {
            Some(failure @ FetchFailure::WrongDigest { .. }) => {
                Content::Different(ContentStatus::HashMismatch, failure.to_string())
            }
            Some(failure @ (FetchFailure::WrongSize { .. } | FetchFailure::LargerThan(_))) => {
                Content::Different(ContentStatus::SizeMismatch, failure.to_string())
            }
            _ => Content::Unavailable(message),
        },
    }
}
