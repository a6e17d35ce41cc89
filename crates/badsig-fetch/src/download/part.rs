//! What has arrived of a file, on disk: the bytes, and a line on what they belong to.
//!
//! The line is written when a download turns out to take a while: it is large, or bytes are waited for. What is there
//! without one is dropped. A line of an earlier file is removed before the first byte of another one is written; so
//! whatever is there when a process is killed belongs to the validators beside it. The bytes are locked against other
//! processes as long as one downloads.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Arrived, Digests, Download, Expected};
use crate::error::Failure;
use crate::hex::hex;
use crate::limits;
use crate::secrets::without_secrets;
use crate::validators::Validators;

/// Bytes read at a time when what has arrived earlier is hashed.
const BUFFER: usize = 128 * 1024;
/// What is smaller is sent again in a moment. For thousands of small files the line would cost more than the bytes.
const WORTH_KEEPING: u64 = 1024 * 1024;

/// An unfinished download.
pub(super) struct Part {
    bytes: PathBuf,
    about: PathBuf,
    file: File,
    known: Option<About>,
    /// Whether there is a line on disk.
    written: bool,
    digests: Digests,
    resumed: bool,
    published: bool,
}

/// What the bytes belong to.
#[derive(Deserialize, Serialize)]
struct About {
    badsig_part: u32,
    /// For people; which address it is, the name of the file says.
    url: String,
    #[serde(flatten)]
    validators: Validators,
    total: Option<u64>,
}

impl Part {
    /// Opens what is there of a download, or begins one.
    pub(super) fn open(wanted: &Download) -> Result<Part, Failure> {
        let beside = wanted.to.parent().filter(|own| !own.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let directory = wanted.parts.as_deref().unwrap_or(beside);
        let name = format!(".badsig-{}", hex(&Sha256::digest(wanted.url.as_bytes())));
        let (bytes, about) = (directory.join(format!("{name}.part")), directory.join(format!("{name}.json")));
        let failed = |error: io::Error| disk(&bytes, &error);
        let open = || OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&bytes);
        let opened = match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(directory).and_then(|()| open())
            }
            opened => opened,
        };
        let file = opened.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Failure::Busy(bytes.display().to_string())),
            Err(TryLockError::Error(error)) => return Err(disk(&bytes, &error)),
        }
        // Who held the lock may have given the file its name meanwhile: then it is no part any more.
        let opened = file.try_clone().and_then(same_file::Handle::from_file).map_err(failed)?;
        if same_file::Handle::from_path(&bytes).ok() != Some(opened) {
            return Err(Failure::Busy(bytes.display().to_string()));
        }
        let found = match File::open(&about) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            // It is there, and would count as that of other bytes if it were left.
            Err(error) => return Err(disk(&about, &error)),
        };
        let mut part = Part {
            written: found.is_some(),
            known: found.and_then(read_about),
            file,
            bytes,
            about,
            digests: Digests::new(),
            resumed: false,
            published: false,
        };
        part.take_up()?;
        Ok(part)
    }

    /// Hashes what has arrived earlier, or drops it when nothing says what it belongs to.
    fn take_up(&mut self) -> Result<(), Failure> {
        if self.known.as_ref().and_then(About::validator).is_none() {
            return self.clear();
        }
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = self.file.read(&mut buffer).map_err(|error| disk(&self.bytes, &error))?;
            if read == 0 {
                break;
            }
            self.digests.update(buffer.get(..read).unwrap_or_default());
        }
        self.resumed = self.length() > 0;
        if self.total().is_some_and(|total| total < self.length()) {
            return self.clear();
        }
        Ok(())
    }

    /// Bytes that have arrived.
    pub(super) fn length(&self) -> u64 {
        self.digests.length()
    }

    /// Bytes of the whole file.
    pub(super) fn total(&self) -> Option<u64> {
        self.known.as_ref()?.total
    }

    /// Whether a file of this size is still possible.
    pub(super) fn may_have(&self, total: Option<u64>) -> bool {
        self.total().is_none() || total.is_none() || self.total() == total
    }

    pub(super) fn is_complete(&self) -> bool {
        self.length() > 0 && self.total() == Some(self.length())
    }

    /// Whether an answer that says this of itself may bring the rest: not every server looks at `If-Range`.
    pub(super) fn may_be_of(&self, said: &Validators) -> bool {
        self.known.as_ref().is_some_and(|about| about.validators.may_be_of(said))
    }

    /// A further request brings the rest, of a file of this size where the server says it.
    pub(super) fn goes_on(&mut self, total: Option<u64>) {
        self.resumed = true;
        if let Some(about) = &mut self.known {
            about.total = about.total.or(total);
        }
    }

    /// Whether a part of it came with an earlier request.
    pub(super) fn was_resumed(&self) -> bool {
        self.resumed
    }

    /// What the rest is asked for with; absent when there is nothing yet.
    pub(super) fn validator(&self) -> Option<&str> {
        self.known.as_ref().filter(|_| self.length() > 0).and_then(About::validator)
    }

    /// What the server said of a file that is complete, to ask whether it is still the same.
    pub(super) fn held(&self) -> Option<&Validators> {
        self.known.as_ref().filter(|_| self.is_complete()).map(|about| &about.validators)
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) -> Result<(), Failure> {
        self.known = None;
        let there = self.file.metadata().map_err(|error| disk(&self.bytes, &error))?.len();
        if there > 0 {
            let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
            emptied.map_err(|error| disk(&self.bytes, &error))?;
        }
        self.forget()?;
        (self.digests, self.resumed) = (Digests::new(), false);
        Ok(())
    }

    /// Removes the line, which belongs to nothing any more.
    fn forget(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.written)
            && let Err(error) = fs::remove_file(&self.about)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(disk(&self.about, &error));
        }
        Ok(())
    }

    /// Begins a file that the server sends whole.
    pub(super) fn restart(
        &mut self,
        url: &str,
        validators: Validators,
        total: Option<u64>,
    ) -> Result<(), Failure> {
        self.clear()?;
        let about = About { badsig_part: 1, url: without_secrets(url), validators, total };
        self.known = Some(about);
        if total.is_none_or(|total| total >= WORTH_KEEPING) { self.settle() } else { Ok(()) }
    }

    /// Writes down what the bytes belong to: what has arrived is kept from now on, whatever happens.
    pub(super) fn settle(&mut self) -> Result<(), Failure> {
        let Some(about) = self.known.as_ref().filter(|_| !self.written) else { return Ok(()) };
        let failed = |error: io::Error| disk(&self.about, &error);
        let text = serde_json::to_vec(about).map_err(|error| failed(error.into()))?;
        // One that was cut off is not read, and then nothing that has arrived is kept.
        fs::write(&self.about, text).map_err(failed)?;
        self.written = true;
        Ok(())
    }

    /// Adds bytes that have arrived.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        // After a failed write nobody knows how much of it is there; the next run hashes what is.
        self.file.write_all(bytes).map_err(|error| disk(&self.bytes, &error))?;
        self.digests.update(bytes);
        Ok(())
    }

    /// Compares what has arrived with what is expected.
    pub(super) fn verify(&self, expected: &Expected) -> Result<Arrived, Failure> {
        let known = self.known.as_ref();
        let arrived = Arrived {
            size: self.length(),
            sha1: self.digests.sha1(),
            sha256: self.digests.sha256(),
            validators: known.map(|about| about.validators.clone()).unwrap_or_default(),
        };
        if let Some(size) = expected.size.filter(|size| *size != arrived.size) {
            return Err(Failure::WrongSize { expected: size, actual: arrived.size });
        }
        same("SHA-256", expected.sha256.as_ref().map(<[u8; 32]>::as_slice), &arrived.sha256)?;
        same("SHA-1", expected.sha1.as_ref().map(<[u8; 20]>::as_slice), &arrived.sha1)?;
        Ok(arrived)
    }

    /// Gives the file its name.
    pub(super) fn publish(&mut self, to: &Path, expected: &Expected) -> Result<(), Failure> {
        // Full disks and network drives may say so only now. Who expects a digest compares the file with it again.
        if !expected.has_digest() {
            self.file.sync_all().map_err(|error| disk(&self.bytes, &error))?;
        }
        if let Some(directory) = to.parent().filter(|own| !own.as_os_str().is_empty()) {
            fs::create_dir_all(directory).map_err(|error| disk(directory, &error))?;
        }
        fs::rename(&self.bytes, to).map_err(|error| disk(to, &error))?;
        self.published = true;
        // Without the bytes it does no harm.
        let _ = self.forget();
        Ok(())
    }
}

impl Drop for Part {
    /// An empty part tells nothing; of any other it is said what it is.
    fn drop(&mut self) {
        if self.length() == 0 && self.known.is_none() {
            let _ = fs::remove_file(&self.bytes);
        } else if !self.published {
            // Without it the next download begins anew, and no more.
            let _ = self.settle();
        }
    }
}

impl About {
    fn validator(&self) -> Option<&str> {
        self.validators.for_ranges()
    }
}

fn read_about(file: File) -> Option<About> {
    let mut text = Vec::new();
    file.take(limits::MAX_CACHE_HEADER).read_to_end(&mut text).ok()?;
    let about: About = serde_json::from_slice(&text).ok()?;
    (about.badsig_part == 1).then_some(about)
}

fn same(algorithm: &'static str, expected: Option<&[u8]>, actual: &[u8]) -> Result<(), Failure> {
    match expected.filter(|expected| *expected != actual) {
        Some(expected) => {
            Err(Failure::WrongDigest { algorithm, expected: hex(expected), actual: hex(actual) })
        }
        None => Ok(()),
    }
}

fn disk(path: &Path, error: &io::Error) -> Failure {
    Failure::Disk { path: path.display().to_string(), reason: error.to_string() }
}
