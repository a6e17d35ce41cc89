//! The Microsoft root program, brought into a directory: the two signed lists, and certificates that are not held yet.
//!
//! Which cabinet is genuine, what is in it, which certificates are missing and whether a certificate is the one that was
//! meant is decided by the caller ([`Examine`]); transport is plain HTTP on purpose, because the signatures on the lists
//! are what counts. An update is all or nothing: on any failure the directory stays as it is. Certificates that arrived are
//! kept beside it for the next run.

use std::fs;
use std::path::PathBuf;

use tokio::task::JoinSet;

use crate::bundle::{self, Bundle, DirectoryError};
use crate::error::FetchError;
use crate::fetcher::Fetcher;
use crate::request::{Kind, Request};

/// Where Microsoft serves it (learn.microsoft.com, "Configure trusted roots and disallowed certificates").
pub const MICROSOFT: &str = "http://ctldl.windowsupdate.com/msdownload/update/v3/static/trustedr/en/";

const ROOTS: &str = "authrootstl.cab";
const DISALLOWED: &str = "disallowedcertstl.cab";

/// What the caller found in the cabinets.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Lists {
    /// Files for the directory: name and content, such as `authroot.stl`.
    pub files: Vec<(String, Vec<u8>)>,
    /// SHA-1 thumbprints, in hexadecimal, of certificates that the caller wants and does not hold.
    pub missing: Vec<String>,
}

/// The caller's judgement; whatever it refuses does not come into the directory.
pub trait Examine {
    /// Opens and verifies the two cabinets (the second is that of the disallowed list).
    ///
    /// # Errors
    /// A reason, when they are damaged, not signed as they must be, or older than what is held.
    fn lists(&self, roots: &[u8], disallowed: &[u8]) -> Result<Lists, String>;

    /// Verifies that these bytes are the certificate with this thumbprint (lower-case hexadecimal).
    ///
    /// # Errors
    /// A reason, when they are not.
    fn certificate(&self, thumbprint: &str, der: &[u8]) -> Result<(), String>;
}

/// What an update did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Updated {
    /// Certificates from the network.
    pub fetched: usize,
    /// Certificates that were there already, from the directory before or from an update that did not end.
    pub kept: usize,
}

/// Why the directory stays as it was.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The directory, or one of its neighbours.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// From the network.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The caller refused what was fetched.
    #[error("{name} is refused: {reason}")]
    Refused {
        /// Which file.
        name: String,
        /// Why.
        reason: String,
    },
    /// Some certificates did not arrive; those that did are kept for the next run.
    #[error("{} of {wanted} certificates did not arrive, the first because: {first}; run the update again", .missing)]
    Incomplete {
        /// How many did not.
        missing: usize,
        /// How many were to be fetched.
        wanted: usize,
        /// The first failure.
        first: Box<UpdateError>,
    },
}

/// Brings a directory up to date. `base` ends with a slash; [`MICROSOFT`] or a mirror.
///
/// # Errors
/// Then the directory is as it was before.
pub async fn update(
    fetcher: &Fetcher,
    base: &str,
    directory: impl Into<PathBuf>,
    examine: &dyn Examine,
) -> Result<Updated, UpdateError> {
    let bundle = Bundle::open(directory.into())?;
    let roots = cabinet(fetcher, base, ROOTS).await?;
    let disallowed = cabinet(fetcher, base, DISALLOWED).await?;
    let lists = examine
        .lists(&roots, &disallowed)
        .map_err(|reason| UpdateError::Refused { name: format!("{ROOTS}, {DISALLOWED}"), reason })?;
    let missing = thumbprints(&lists.missing)?;
    let absent: Vec<&String> = missing.iter().filter(|t| !is_staged(&bundle, t, examine)).collect();
    let updated = Updated { fetched: absent.len(), kept: missing.len().saturating_sub(absent.len()) };
    certificates(fetcher, base, &bundle, &absent, examine).await?;
    let names: Vec<String> = missing.iter().map(|thumbprint| file_name(thumbprint)).collect();
    bundle.replace(&lists.files, &names)?;
    Ok(updated)
}

async fn cabinet(fetcher: &Fetcher, base: &str, name: &str) -> Result<Vec<u8>, FetchError> {
    let request = Request::Get { url: format!("{base}{name}"), kind: Kind::Cabinet };
    Ok(fetcher.fetch(&request).await?.bytes)
}

fn file_name(thumbprint: &str) -> String {
    format!("{thumbprint}.crt")
}

/// Lower case, each once; they become file names and addresses, so anything else than 40 digits is refused.
fn thumbprints(given: &[String]) -> Result<Vec<String>, UpdateError> {
    let mut all = Vec::new();
    for text in given {
        if text.len() != 40 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let reason = "a thumbprint has 40 hexadecimal digits".into();
            return Err(UpdateError::Refused { name: text.escape_default().to_string(), reason });
        }
        all.push(text.to_ascii_lowercase());
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// Whether a certificate is in the staging directory, or in the present one, from which it is copied.
fn is_staged(bundle: &Bundle, thumbprint: &str, examine: &dyn Examine) -> bool {
    let name = file_name(thumbprint);
    let good = |der: &Vec<u8>| examine.certificate(thumbprint, der).is_ok();
    if fs::read(bundle.staged(&name)).ok().is_some_and(|der| good(&der)) {
        return true;
    }
    let present = fs::read(bundle.present(&name)).ok().filter(good);
    present.is_some_and(|der| bundle.stage(&name, &der).is_ok())
}

async fn certificates(
    fetcher: &Fetcher,
    base: &str,
    bundle: &Bundle,
    absent: &[&String],
    examine: &dyn Examine,
) -> Result<(), UpdateError> {
    let mut tasks = JoinSet::new();
    for thumbprint in absent {
        let (fetcher, thumbprint) = (fetcher.clone(), (*thumbprint).clone());
        let url = format!("{base}{}", file_name(&thumbprint));
        tasks.spawn(async move {
            let fetched = fetcher.fetch(&Request::Get { url, kind: Kind::Certificate }).await;
            (thumbprint, fetched)
        });
    }
    let mut arrived: usize = 0;
    let mut first = None;
    while let Some(done) = tasks.join_next().await {
        let Ok((thumbprint, fetched)) = done else { continue };
        let kept = fetched
            .map_err(UpdateError::from)
            .and_then(|fetched| accept(bundle, &thumbprint, &fetched.bytes, examine));
        match kept {
            Ok(()) => arrived = arrived.saturating_add(1),
            Err(error) => first = first.or(Some(error)),
        }
    }
    if arrived == absent.len() {
        return Ok(());
    }
    let lost = || bundle::failed(&bundle.staged(""), "a download was lost").into();
    let first = Box::new(first.unwrap_or_else(lost));
    Err(UpdateError::Incomplete {
        missing: absent.len().saturating_sub(arrived),
        wanted: absent.len(),
        first,
    })
}

fn accept(bundle: &Bundle, thumbprint: &str, der: &[u8], examine: &dyn Examine) -> Result<(), UpdateError> {
    let name = file_name(thumbprint);
    examine
        .certificate(thumbprint, der)
        .map_err(|reason| UpdateError::Refused { name: name.clone(), reason })?;
    Ok(bundle.stage(&name, der)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_are_file_names() {
        let upper = "AB".repeat(20);
        assert_eq!(thumbprints(&[upper.clone(), upper.to_lowercase()]).unwrap(), [upper.to_lowercase()]);
        for bad in ["", "../../../../../../../../../../etc/passwd", "é", &"g".repeat(40)] {
            assert!(thumbprints(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
