//! Which policy file counts when none is named. That of the working directory always does. Above, a file can come from
//! somebody who has no say here (CVE-2022-24765 of git), so the search ends at the top of the repository and where
//! directories belong to another user, and what strangers can write is refused.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::FILE_NAME;
use crate::failure::Failure;

/// What the top of a repository holds: a directory, or a file in further working trees.
const REPOSITORY: &str = ".git";

/// The nearest policy file. Its path is shown relative where it lies in the working directory.
pub(super) fn find() -> Result<Option<PathBuf>, Failure> {
    if there(Path::new(FILE_NAME))? {
        return Ok(Some(PathBuf::from(FILE_NAME)));
    }
    let here = std::env::current_dir()
        .map_err(|error| cannot(&format!("the working directory cannot be determined: {error}")))?;
    above(&here)
}

/// That of the directories above.
fn above(here: &Path) -> Result<Option<PathBuf>, Failure> {
    let mut below = here;
    for directory in here.ancestors().skip(1) {
        if there(&below.join(REPOSITORY))? || !of_one_owner(here, directory)? {
            return Ok(None);
        }
        let path = directory.join(FILE_NAME);
        if there(&path)? {
            return trusted(&path, here).map(|()| Some(path));
        }
        below = directory;
    }
    Ok(None)
}

/// Whether something has this name, readable or not.
fn there(path: &Path) -> Result<bool, Failure> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(cannot(&format!("{}: {error}", path.display()))),
    }
}

fn cannot(what: &str) -> Failure {
    Failure::usage(format!(
        "{FILE_NAME} cannot be looked for: {what}; name it with --config, or use --no-config"
    ))
}

#[cfg(unix)]
fn of_one_owner(here: &Path, above: &Path) -> Result<bool, Failure> {
    let owner = |path: &Path| {
        let metadata = path.metadata().map_err(|error| cannot(&format!("{}: {error}", path.display())))?;
        Ok::<u32, Failure>(crate::owner::of(&metadata))
    };
    Ok(owner(here)? == owner(above)?)
}

#[cfg(not(unix))]
fn of_one_owner(_: &Path, _: &Path) -> Result<bool, Failure> {
    Ok(true)
}

/// A file above counts when it is of somebody who has a say here: the owner of the working directory, the user who runs
/// badsig, or root. Both the name and what it leads to must be.
#[cfg(unix)]
fn trusted(path: &Path, here: &Path) -> Result<(), Failure> {
    use crate::owner;
    let unreadable =
        |error: std::io::Error| Failure::usage(format!("{} cannot be read: {error}", path.display()));
    let file = path.metadata().map_err(unreadable)?;
    let name = path.symlink_metadata().map_err(unreadable)?;
    let mut owners = vec![0, owner::of(&here.metadata().map_err(unreadable)?)];
    owners.extend(owner::own_user().ok());
    if [&file, &name].iter().any(|own| !owners.contains(&owner::of(own))) {
        return Err(refused(path, "belongs to another user"));
    }
    if owner::others_may_write(&file) {
        return Err(refused(path, "can be written by everybody (chmod o-w)"));
    }
    Ok(())
}

#[cfg(not(unix))]
fn trusted(_: &Path, _: &Path) -> Result<(), Failure> {
    Ok(())
}

#[cfg(unix)]
fn refused(path: &Path, why: &str) -> Failure {
    let shown = path.display();
    Failure::usage(format!(
        "{shown} is the nearest policy and {why}; use it with --config {shown}, or none with --no-config"
    ))
}
