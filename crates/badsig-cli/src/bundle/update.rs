//! Bringing a bundle up to date: from Microsoft or a mirror, or from what was carried here. All or nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use badsig::trust::root_program::{ListRoot, RootConstraints};
use badsig_fetch::BlockingFetcher;
use badsig_fetch::root_program::{self, Examine, Lists, UpdateError};

use super::accept::{Accepted, Held, accept, embedded, is_listed};
use super::source::{Source, lists_in_cabinet};
use super::untrusted;
use super::{CERTIFICATE, DISTRUSTED, ROOTS, UNTRUSTED, read};
use crate::failure::Failure;
use crate::online::places;

/// What an update did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Updated {
    /// Certificates that came with it.
    pub(crate) new: usize,
    /// Certificates that were there already, in the bundle or as part of badsig.
    pub(crate) kept: usize,
    /// Lists, answers and issuers that came with it.
    pub(crate) entries: usize,
}

/// From Microsoft's address or that of a mirror.
pub(crate) fn from_network(
    fetcher: &BlockingFetcher,
    base: &str,
    directory: &Path,
    signer: &ListRoot,
) -> Result<Updated, Failure> {
    let examiner = Examiner { directory, signer, wanted: RefCell::default(), embedded: RefCell::default() };
    let done = fetcher.wait(root_program::update(fetcher.fetcher(), base, directory, &examiner));
    let done = done.map_err(failure)?;
    let kept = done.kept.saturating_add(*examiner.embedded.borrow());
    Ok(Updated { new: done.fetched, kept, entries: 0 })
}

/// The judgement of what came over the network.
struct Examiner<'a> {
    directory: &'a Path,
    signer: &'a ListRoot,
    wanted: RefCell<BTreeMap<String, RootConstraints>>,
    /// How many certificates are part of badsig.
    embedded: RefCell<usize>,
}

impl Examine for Examiner<'_> {
    fn lists(&self, roots: &[u8], disallowed: &[u8]) -> Result<Lists, String> {
        let list = |cabinet: &[u8], name: &str| {
            let found = lists_in_cabinet(cabinet)?.into_iter().find(|(own, _)| own == name);
            found.map(|(_, bytes)| bytes).ok_or_else(|| format!("the cabinet does not hold {name}"))
        };
        let (roots, disallowed) = (list(roots, ROOTS)?, list(disallowed, DISTRUSTED)?);
        let held = Held::of(self.directory, self.signer)?;
        let accepted = accept(self.signer, &held, &roots, Some(&disallowed))?;
        let mut files = vec![(ROOTS.to_owned(), roots), (DISTRUSTED.to_owned(), disallowed)];
        files.extend(untrusted::to_keep(self.directory, None)?.map(|store| (UNTRUSTED.to_owned(), store)));
        let mut missing = Vec::new();
        for (sha1, constraints) in &accepted.wanted {
            match embedded(sha1).filter(|der| is_listed(constraints, der)) {
                Some(der) => files.push((format!("{sha1}{CERTIFICATE}"), der.to_vec())),
                None => missing.push(sha1.clone()),
            }
        }
        *self.embedded.borrow_mut() = accepted.wanted.len().saturating_sub(missing.len());
        *self.wanted.borrow_mut() = accepted.wanted;
        Ok(Lists { files, missing })
    }

    fn certificate(&self, thumbprint: &str, der: &[u8]) -> Result<(), String> {
        match self.wanted.borrow().get(thumbprint) {
            Some(constraints) if is_listed(constraints, der) => Ok(()),
            Some(_) => Err("its thumbprints are not those in the list".to_owned()),
            None => Err("the list does not name it".to_owned()),
        }
    }
}

/// From what was carried here. A list that is not there stays as it is in the bundle.
pub(crate) fn from_source(source: &Source, directory: &Path, signer: &ListRoot) -> Result<Updated, Failure> {
    let mut updated = Updated::default();
    if source.roots.is_some() || source.distrusted.is_some() || source.untrusted.is_some() {
        badsig_fetch::replace_with(directory, || {
            let (files, new, kept) = files(source, directory, signer).map_err(refused)?;
            (updated.new, updated.kept) = (new, kept);
            Ok(files)
        })
        .map_err(failure)?;
    } else if source.entries.is_empty() {
        return Err(Failure::usage("there is nothing of a bundle in it".to_owned()));
    }
    updated.entries = entries(source, directory)?;
    Ok(updated)
}

fn refused(reason: String) -> UpdateError {
    UpdateError::Refused { name: "what was given".to_owned(), reason }
}

type Files = Vec<(String, Vec<u8>)>;

/// The files of the new bundle, and how many certificates came with the source and from elsewhere.
fn files(source: &Source, directory: &Path, signer: &ListRoot) -> Result<(Files, usize, usize), String> {
    let held = Held::of(directory, signer)?;
    let given_or_held = |given: &Option<Vec<u8>>, name: &str| match given {
        Some(bytes) => Ok(Some(bytes.clone())),
        None => read(directory, name),
    };
    let roots = given_or_held(&source.roots, ROOTS)?.ok_or_else(|| {
        format!("there is no {ROOTS}, neither in what was given nor in {}", directory.display())
    })?;
    let distrusted = given_or_held(&source.distrusted, DISTRUSTED)?;
    let Accepted { wanted, .. } = accept(signer, &held, &roots, distrusted.as_deref())?;
    let mut files = vec![(ROOTS.to_owned(), roots)];
    files.extend(distrusted.map(|list| (DISTRUSTED.to_owned(), list)));
    let store = untrusted::to_keep(directory, source.untrusted.as_deref())?;
    files.extend(store.map(|store| (UNTRUSTED.to_owned(), store)));
    let (mut new, mut kept) = (0_usize, 0_usize);
    let mut missing = Vec::new();
    for (sha1, constraints) in &wanted {
        let name = format!("{sha1}{CERTIFICATE}");
        let given = source.certificates.get(&name).filter(|der| is_listed(constraints, der));
        let there = read(directory, &name)?.filter(|der| is_listed(constraints, der));
        let own = || embedded(sha1).filter(|der| is_listed(constraints, der)).map(<[u8]>::to_vec);
        match there {
            Some(der) => {
                kept = kept.saturating_add(1);
                files.push((name, der));
            }
            None => match given.cloned() {
                Some(der) => {
                    new = new.saturating_add(1);
                    files.push((name, der));
                }
                None => match own() {
                    Some(der) => {
                        kept = kept.saturating_add(1);
                        files.push((name, der));
                    }
                    None => missing.push((name, constraints.name.clone())),
                },
            },
        }
    }
    match missing.first() {
        None => Ok((files, new, kept)),
        Some((name, root)) => Err(format!(
            "{} of {} root certificates are missing or not those in the list, the first is {name} ({root}); get \
             them from {} and give the directory they are in",
            missing.len(),
            wanted.len(),
            root_program::MICROSOFT
        )),
    }
}

/// Puts what came about revocation into the bundle; each entry is whole or not there.
fn entries(source: &Source, directory: &Path) -> Result<usize, Failure> {
    if source.entries.is_empty() {
        return Ok(0);
    }
    let inside = directory.join(places::REVOCATION);
    let failed = |path: &Path, error: std::io::Error| {
        Failure::usage(format!("{} cannot be written: {error}", path.display()))
    };
    std::fs::create_dir_all(&inside).map_err(|error| failed(&inside, error))?;
    for (name, bytes) in &source.entries {
        let path: PathBuf = inside.join(name);
        let mut file = crate::files::WholeFile::create(&path)?;
        std::io::Write::write_all(&mut file, bytes).map_err(|error| failed(&path, error))?;
        file.finish()?;
    }
    Ok(source.entries.len())
}

fn failure(error: UpdateError) -> Failure {
    Failure::usage(format!("{error}; the bundle stays as it was"))
}
