//! Security catalogs that are at hand: which of them list a file.

use std::collections::HashSet;

use crate::authenticode::catalog::listed_digests;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;
use crate::limits;

/// Security catalogs and the digests of files that they list. Nothing here says whether a catalog's signature is valid.
#[derive(Clone, Debug, Default)]
pub struct Catalogs {
    catalogs: Vec<Catalog>,
    digests: usize,
}

#[derive(Clone, Debug)]
struct Catalog {
    path: String,
    sha256: Hex,
    listed: HashSet<Vec<u8>>,
}

impl Catalogs {
    /// Takes a catalog in, under the path by which it is named.
    ///
    /// # Errors
    /// Why it cannot be read, or that there are more than [`limits::CATALOG_DIGESTS`] digests already.
    pub fn add(&mut self, path: impl Into<String>, bytes: &[u8]) -> Result<(), String> {
        let listed = listed_digests(bytes).map_err(|error| error.to_string())?;
        let all = self.digests.saturating_add(listed.len());
        if all > limits::CATALOG_DIGESTS {
            return Err(format!("the catalogs list more than {} files together", limits::CATALOG_DIGESTS));
        }
        self.digests = all;
        let sha256 = Hex(DigestAlgorithm::Sha256.digest(bytes));
        self.catalogs.push(Catalog { path: path.into(), sha256, listed });
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.catalogs.is_empty()
    }

    /// Path and SHA-256 of each.
    pub fn identities(&self) -> impl Iterator<Item = (&str, &Hex)> {
        self.catalogs.iter().map(|catalog| (catalog.path.as_str(), &catalog.sha256))
    }

    /// The paths of the catalogs that list one of these digests, in the order in which they were taken in.
    pub fn listing<'d>(&self, digests: impl IntoIterator<Item = &'d [u8]>) -> Vec<String> {
        let digests: Vec<&[u8]> = digests.into_iter().collect();
        let lists = |listed: &HashSet<Vec<u8>>| digests.iter().any(|digest| listed.contains(*digest));
        let listing = self.catalogs.iter().filter(|catalog| lists(&catalog.listed));
        listing.map(|catalog| catalog.path.clone()).collect()
    }
}
