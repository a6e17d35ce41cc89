//! Throwing away what nobody uses: entries of files that are gone, of older versions, and what killed runs left behind.

use std::fs::{File, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};

use walkdir::{DirEntry, WalkDir};

use super::entry::UNFINISHED;
use super::place::VERSIONS;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Entries that were not used for so long are thrown away. Uses are noted once a day.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Its time says when it was last looked for them.
const MARK: &str = "pruned";

/// Looks for them once a day. What cannot be removed is looked at again the next day.
pub(super) fn when_due(directory: &Path) {
    let mark = directory.join(MARK);
    let now = SystemTime::now();
    if std::fs::metadata(&mark).is_ok_and(|mark| !is_older(&mark, now, DAY)) {
        return;
    }
    let _ = File::create(&mark).and_then(|mark| mark.set_modified(now));
    prune(directory, now);
}

fn is_older(metadata: &Metadata, now: SystemTime, than: Duration) -> bool {
    let modified = metadata.modified().ok();
    modified.and_then(|modified| now.duration_since(modified).ok()).is_some_and(|age| age > than)
}

/// Only below directories of versions, and only files that look like entries: whatever else lies there stays.
fn prune(directory: &Path, now: SystemTime) {
    let versions = |entry: &DirEntry| {
        entry.depth() != 1
            || entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(VERSIONS) && name.contains("-facts-"))
    };
    for entry in WalkDir::new(directory).into_iter().filter_entry(versions).filter_map(Result::ok) {
        if entry.depth() != 4 || !entry.file_type().is_file() {
            continue;
        }
        let name = entry.file_name().to_string_lossy();
        let age = if name.starts_with(UNFINISHED) {
            DAY
        } else if name.len() == 62 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            UNUSED
        } else {
            continue;
        };
        if entry.metadata().is_ok_and(|metadata| is_older(&metadata, now, age)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_entries_go() {
        let directory = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let make = |path: &str, age: Duration| {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create(&path).unwrap().set_modified(now - age).unwrap();
            path
        };
        let name = "a".repeat(62);
        let (old, young) = (UNUSED + DAY, UNUSED - DAY);
        let stay = [
            make(&format!("badsig-0.1.0-facts-1/facts/ab/{name}"), young),
            make("badsig-0.1.0-facts-1/facts/ab/notes.txt", old),
            make("badsig-0.1.0-facts-1/facts/ab/.badsig-1", DAY / 2),
            make(&format!("other/facts/ab/{name}"), old),
            make("precious", old),
        ];
        let go = [
            make(&format!("badsig-0.1.0-facts-1/facts/cd/{name}"), old),
            make(&format!("badsig-0.0.9-facts-1/paths/cd/{name}"), old),
            make("badsig-0.1.0-facts-1/facts/ab/.badsig-2", DAY * 2),
        ];
        when_due(directory.path());
        assert!(stay.iter().all(|path| path.exists()), "{stay:?}");
        assert!(go.iter().all(|path| !path.exists()), "{go:?}");
        let again = make(&format!("badsig-0.1.0-facts-1/facts/cd/{name}"), old);
        when_due(directory.path());
        assert!(again.exists(), "once a day");
    }
}
