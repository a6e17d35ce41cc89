//! What the file system says of a file without reading it.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A file that was changed so short a time ago may change again under the same time: file systems count time in steps of up
/// to two seconds (FAT).
const UNSETTLED: Duration = Duration::from_secs(2);

/// A file as the file system shows it. Two of the same are taken for the same content when the older one was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    /// Nanoseconds since 1970.
    modified: u64,
    /// On Unix, when content or attributes changed, which no program can set; elsewhere when it was made.
    changed: u64,
    /// On Unix, the number of the file; elsewhere 0.
    number: u64,
}

impl Stamp {
    /// A regular file, links followed.
    pub(crate) fn of(path: &Path) -> Option<Stamp> {
        let metadata = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
        let modified = since_1970(metadata.modified().ok()?)?;
        let (changed, number) = identity(&metadata)?;
        Some(Stamp { size: metadata.len(), modified, changed, number })
    }

    /// Whether enough time has passed since its last change that the next one will have another time.
    pub(super) fn is_settled(&self) -> bool {
        let Some(now) = since_1970(SystemTime::now()) else { return false };
        let youngest = self.modified.max(self.changed);
        now.checked_sub(youngest).is_some_and(|age| Duration::from_nanos(age) >= UNSETTLED)
    }
}

fn since_1970(time: SystemTime) -> Option<u64> {
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let changed =
        seconds.checked_mul(1_000_000_000)?.checked_add(u64::try_from(metadata.ctime_nsec()).ok()?)?;
    Some((changed, metadata.ino()))
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    Some((metadata.created().ok().and_then(since_1970).unwrap_or_default(), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aged(modified: Duration, changed: Duration) -> Stamp {
        let before = |age: Duration| since_1970(SystemTime::now().checked_sub(age).unwrap()).unwrap();
        Stamp { size: 1, modified: before(modified), changed: before(changed), number: 0 }
    }

    #[test]
    fn young_files_are_not_settled() {
        let (long, short) = (Duration::from_secs(60), Duration::from_millis(500));
        assert!(aged(long, long).is_settled());
        assert!(!aged(short, long).is_settled());
        assert!(!aged(long, short).is_settled());
        let tomorrow =
            SystemTime::now().checked_add(Duration::from_secs(86_400)).and_then(since_1970).unwrap();
        assert!(!Stamp { modified: tomorrow, ..aged(long, long) }.is_settled());
    }

    #[test]
    fn what_is_no_file_has_none() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(Stamp::of(directory.path()), None);
        assert_eq!(Stamp::of(&directory.path().join("missing")), None);
        let file = directory.path().join("file");
        std::fs::write(&file, "content").unwrap();
        let before = Stamp::of(&file).unwrap();
        assert_eq!(Stamp::of(&file), Some(before));
        std::fs::write(directory.path().join("other"), "content").unwrap();
        std::fs::rename(directory.path().join("other"), &file).unwrap();
        assert_ne!(Stamp::of(&file), Some(before));
    }
}
