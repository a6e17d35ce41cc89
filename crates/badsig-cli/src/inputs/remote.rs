//! Inputs that are addresses: downloaded, judged under their address, and gone again unless somebody keeps them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use badsig::problem::{Problem, ProblemKind};
use badsig::subject::{FileSource, ReadError};
use badsig::{Facts, Subject};
use badsig_fetch::download::Listed;
use badsig_fetch::without_secrets;

use crate::args::{ConnectionArguments, DownloadArguments};
use crate::downloads::{Downloads, Got, Keep, Ticket, Wanted};
use crate::failure::Failure;

/// Schemes of addresses that are downloaded.
const SCHEMES: [&str; 5] = ["http", "https", "s3", "az", "gs"];
/// Those of object stores.
const STORES: [&str; 3] = ["s3", "az", "gs"];

/// A file on a server.
#[derive(Debug)]
pub(crate) struct Remote {
    wanted: Wanted,
    shown: PathBuf,
    size: Option<u64>,
    ticket: OnceLock<Ticket>,
}

/// Whether this is an address that is downloaded, and not a path.
pub(crate) fn address(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    let (scheme, _) = text.split_once("://")?;
    SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)).then_some(text)
}

/// Whether this is the address of an object store.
pub(crate) fn is_store(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    STORES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
}

impl Remote {
    pub(crate) fn new(wanted: Wanted) -> Remote {
        let shown = PathBuf::from(without_secrets(&wanted.url));
        Remote { wanted, shown, size: None, ticket: OnceLock::new() }
    }

    /// One of several that a store has listed.
    pub(crate) fn listed(listed: Listed) -> Remote {
        Remote { size: listed.size, ..Remote::new(Wanted::anything_at(listed.url)) }
    }

    /// Bytes, where a listing has told them. Nobody else is asked: an answer may differ from machine to machine.
    pub(crate) fn size(&self) -> Option<u64> {
        self.size
    }

    /// The name in reports: the address without what may be secret in it.
    pub(crate) fn shown(&self) -> &Path {
        &self.shown
    }

    /// The address, when it stands for everything below a name of an object store.
    pub(crate) fn below(&self) -> Option<&str> {
        let url = self.wanted.url.as_str();
        (self.wanted.named_by_user && is_store(url) && url.ends_with('/')).then_some(url)
    }

    /// Begins the download.
    pub(crate) fn begin(&self, downloads: &Downloads) {
        // A second download of the same is never begun.
        self.ticket.get_or_init(|| downloads.begin(self.wanted.clone()));
    }

    /// Waits for the file, which is gone with what is returned.
    pub(crate) fn take(&self) -> Result<Arc<Got>, Problem> {
        let Some(ticket) = self.ticket.get() else {
            return Err(unreadable("addresses are not downloaded by this command; download the file first"));
        };
        ticket.take().map_err(|lost| unreadable(lost.message))
    }
}

fn unreadable(why: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Unreadable, why.into())
}

/// One file that a command needs: here already, or downloaded as long as this lives.
pub(crate) struct Located {
    /// What the report calls it.
    pub(crate) shown: String,
    place: Place,
    /// The file may lie in their directory, so they end after it.
    _downloads: Option<Downloads>,
}

enum Place {
    Here(PathBuf),
    Fetched(Arc<Got>),
    Lost(Problem),
}

impl Located {
    /// Downloads the file when it is an address; waits for it.
    ///
    /// # Errors
    /// When the options cannot be used. A file that cannot be had is told by [`Located::path`].
    pub(crate) fn find(
        path: &Path,
        download: &DownloadArguments,
        connection: &ConnectionArguments,
        progress: bool,
    ) -> Result<Located, Failure> {
        let Some(url) = address(path) else {
            let (shown, place) = (path.display().to_string(), Place::Here(path.to_owned()));
            return Ok(Located { shown, place, _downloads: None });
        };
        let downloads = Downloads::new(download, connection, Keep::WhereAsked)?;
        let got = downloads.get(&[Wanted::anything_at(url)], progress).pop();
        let place = match got {
            Some(Ok(got)) => Place::Fetched(got),
            Some(Err(lost)) => Place::Lost(unreadable(lost.message)),
            None => Place::Lost(unreadable("nothing was downloaded")),
        };
        Ok(Located { shown: without_secrets(url), place, _downloads: Some(downloads) })
    }

    /// Where it lies.
    ///
    /// # Errors
    /// Why it is not here.
    pub(crate) fn path(&self) -> Result<&Path, Problem> {
        match &self.place {
            Place::Here(path) => Ok(path),
            Place::Fetched(got) => Ok(got.path()),
            Place::Lost(problem) => Err(problem.clone()),
        }
    }

    /// Opens it for judging.
    ///
    /// # Errors
    /// The facts of a file that cannot be read.
    pub(crate) fn open(&self) -> Result<Subject, Box<Facts>> {
        let failed = |problem: Problem| Box::new(Facts::unreadable(&self.shown, problem));
        let opened = match &self.place {
            Place::Here(path) => Subject::open(path),
            Place::Fetched(got) => fetched(&self.shown, got.path()),
            Place::Lost(problem) => return Err(failed(problem.clone())),
        };
        opened.map_err(|error| failed(error.into()))
    }
}

/// A file that was downloaded, under its address. Nothing lies beside it.
fn fetched(shown: &str, path: &Path) -> Result<Subject, ReadError> {
    Ok(Subject::new(shown, Box::new(FileSource::open(path)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        for (text, is) in [
            ("https://x.example/a.msi", true),
            ("HTTP://x.example/a.msi", true),
            ("http.msi", false),
            ("ftp://x.example/a.msi", false),
            ("https:/x", false),
            ("a/https://x", false),
        ] {
            assert_eq!(address(Path::new(text)).is_some(), is, "{text}");
        }
    }

    /// What manifests of others name is never listed with the user's credentials.
    #[test]
    fn only_what_the_user_names_stands_for_everything_below() {
        let url = "s3://bucket/in/";
        assert_eq!(Remote::new(Wanted::anything_at(url)).below(), Some(url));
        assert_eq!(Remote::new(Wanted::described(url, Default::default())).below(), None);
    }

    #[test]
    fn reports_do_not_show_passwords() {
        let remote = Remote::new(Wanted::anything_at("https://me:secret@x.example/a.msi?sig=abc"));
        assert_eq!(remote.shown(), Path::new("https://x.example/a.msi?sig=..."));
    }
}
