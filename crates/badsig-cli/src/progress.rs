//! The progress bar on standard error: bytes and files, shown when a run takes longer than a moment.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use badsig::subject::{ByteSource, FileSource, ReadError};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::downloads::Totals;

/// Runs that take less show no bar.
const PATIENCE: Duration = Duration::from_secs(1);
const TEMPLATE: &str = "{bar:24} {bytes}/{total_bytes} ({bytes_per_sec}, {eta} left), {msg}";

/// Whether a bar is shown: on a terminal, unless a build service runs badsig or somebody said no.
pub(crate) fn wanted(no_progress: bool) -> bool {
    let continuous_integration = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    !no_progress && !continuous_integration && io::stderr().is_terminal()
}

/// A progress bar, or nothing.
pub(crate) struct Progress(Option<Shown>);

struct Shown {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
    /// Bytes of files that are here already.
    local: u64,
    downloads: Option<Arc<Totals>>,
    started: Instant,
    files: usize,
    done: usize,
}

impl Progress {
    /// No bar at all.
    pub(crate) fn none() -> Progress {
        Progress(None)
    }

    /// A bar for these files; their sizes are asked for now. Bytes that are downloaded count besides.
    pub(crate) fn over<'a>(
        paths: impl Iterator<Item = &'a Path>,
        downloads: Option<Arc<Totals>>,
    ) -> Progress {
        let (mut files, mut bytes) = (0usize, 0u64);
        for path in paths {
            files = files.saturating_add(1);
            bytes = bytes.saturating_add(std::fs::metadata(path).map_or(0, |metadata| metadata.len()));
        }
        Progress::new(files, bytes, downloads)
    }

    /// A bar for downloads alone.
    pub(crate) fn of_downloads(downloads: Arc<Totals>) -> Progress {
        Progress::new(0, 0, Some(downloads))
    }

    fn new(files: usize, bytes: u64, downloads: Option<Arc<Totals>>) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style.progress_chars("━━─"));
        }
        let started = Instant::now();
        Progress(Some(Shown { bar, read: Arc::default(), local: bytes, downloads, started, files, done: 0 }))
    }

    /// Where bytes that are read are counted.
    pub(crate) fn counter(&self) -> Option<Arc<AtomicU64>> {
        self.0.as_ref().map(|shown| Arc::clone(&shown.read))
    }

    /// Draws the bar when it is time.
    pub(crate) fn tick(&mut self) {
        let Some(shown) = &mut self.0 else { return };
        if shown.started.elapsed() < PATIENCE {
            return;
        }
        if shown.bar.is_hidden() {
            shown.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let read = shown.read.load(Ordering::Relaxed);
        let (arrived, expected, done, begun) = shown.downloads.as_ref().map_or((0, 0, 0, 0), |totals| {
            (totals.arrived(), totals.expected(), totals.done(), totals.begun())
        });
        // Where there are files of both kinds, those that were judged count.
        let (files, done) = if shown.files == 0 { (begun, done) } else { (shown.files, shown.done) };
        shown.bar.set_message(format!("{done} of {files} files"));
        shown.bar.set_length(shown.local.saturating_add(expected));
        shown.bar.set_position(read.saturating_add(arrived));
    }

    /// One file is done; `write` writes its answer while the bar is out of the way.
    pub(crate) fn file_done<T>(&mut self, write: impl FnOnce() -> T) -> T {
        let Some(shown) = &mut self.0 else { return write() };
        shown.done = shown.done.saturating_add(1);
        let written = shown.bar.suspend(write);
        self.tick();
        written
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        if let Some(shown) = &self.0 {
            shown.bar.finish_and_clear();
        }
    }
}

/// A file whose bytes are counted as they are read; each byte counts once, however often it is read.
pub(crate) struct Counted {
    file: FileSource,
    counter: Arc<AtomicU64>,
    counted: AtomicU64,
}

impl Counted {
    pub(crate) fn new(file: FileSource, counter: Arc<AtomicU64>) -> Counted {
        Counted { file, counter, counted: AtomicU64::new(0) }
    }

    fn count(&self, bytes: u64) {
        let before = self.counted.fetch_add(bytes, Ordering::Relaxed);
        let left = self.file.size().saturating_sub(before);
        self.counter.fetch_add(bytes.min(left), Ordering::Relaxed);
    }
}

impl ByteSource for Counted {
    fn size(&self) -> u64 {
        self.file.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(offset, buffer)?;
        self.count(count.try_into().unwrap_or(u64::MAX));
        Ok(count)
    }

    fn check_unchanged(&self) -> Result<(), ReadError> {
        self.file.check_unchanged()
    }
}

impl Drop for Counted {
    /// What was not read is done as well.
    fn drop(&mut self) {
        self.count(self.file.size());
    }
}
