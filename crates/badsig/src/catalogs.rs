//! Security catalogs that are at hand: which of them list a file.

use std::collections::HashMap;

use crate::authenticode::catalog::listed_digests;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;
use crate::limits;

/// Security catalogs and the digests of files that they list. Nothing here says whether a catalog's signature is valid.
#[derive(Clone, Debug, Default)]
pub struct Catalogs {
    /// Path and SHA-256 of each.
    catalogs: Vec<(String, Hex)>,
    /// Numbers of the catalogs that list a digest, in order.
    listing: HashMap<Vec<u8>, Vec<usize>>,
    digests: usize,
}

/// Catalogs that are named for one file. Real files are listed in one or two; thousands of catalogs that list thousands of files
/// would need the product in memory.
const NAMED: usize = 4;

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
        let number = self.catalogs.len();
        listed.into_iter().for_each(|digest| self.listing.entry(digest).or_default().push(number));
        self.catalogs.push((path.into(), sha256));
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.catalogs.is_empty()
    }

    /// Path and SHA-256 of each.
    pub fn identities(&self) -> impl Iterator<Item = (&str, &Hex)> {
        self.catalogs.iter().map(|(path, sha256)| (path.as_str(), sha256))
    }

    /// The paths of the first catalogs that list one of these digests, in the order in which they were taken in: at most four.
    /// That a file is listed in a fifth alone that is valid is not seen.
    pub fn listing<'d>(&self, digests: impl IntoIterator<Item = &'d [u8]>) -> Vec<String> {
        let lists = digests.into_iter().filter_map(|digest| self.listing.get(digest));
        let mut numbers: Vec<usize> = lists.flat_map(|numbers| numbers.iter().take(NAMED)).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let named = numbers.iter().take(NAMED).filter_map(|number| self.catalogs.get(*number));
        named.map(|(path, _)| path.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_few_of_the_catalogs_that_list_it() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/cat/signed-sha256-members.cat");
        let bytes = std::fs::read(path).unwrap();
        let mut catalogs = Catalogs::default();
        for number in 0..100 {
            catalogs.add(format!("{number}.cat"), &bytes).unwrap();
        }
        let digest = listed_digests(&bytes).unwrap().into_iter().next().unwrap();
        assert_eq!(catalogs.listing([digest.as_slice()]), ["0.cat", "1.cat", "2.cat", "3.cat"]);
        assert!(catalogs.listing([&[0u8; 32][..]]).is_empty());
        assert_eq!(catalogs.identities().count(), 100);
    }
}
