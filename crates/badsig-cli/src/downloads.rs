//! Downloads of a run, in the background: several at once, judged as they arrive, in the order in which they were asked for.
//!
//! Whoever wants a file gets a [`Ticket`] at once and waits for it where the file is needed. Files that nobody wants to keep
//! are gone when they have been judged, and not many more arrive than are judged meanwhile; what is unfinished stays for the
//! next run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use badsig_fetch::download::{Expected, Listed};
use badsig_fetch::{DownloadOptions, Downloader};
use tempfile::TempDir;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::args::{ConnectionArguments, DownloadArguments};
use crate::failure::Failure;
use crate::online::places;
use crate::progress::Progress;

mod job;
mod name;
mod ticket;
mod totals;

use job::{Job, Place, Turn};
pub(crate) use name::{file_name, harmless};
pub(crate) use ticket::{Got, Lost, Ticket};
pub(crate) use totals::Totals;

/// Threads that receive, hash and write: one alone is busy with hashing most of the time.
const THREADS: usize = 2;
/// Files that are there and not yet judged, where they are not kept.
const AHEAD: usize = 32;
/// How long the rest of a download that nobody asked for again is kept.
const KEPT_FOR: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// A file that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) url: String,
    /// What it must be, where somebody says.
    pub(crate) expected: Expected,
    /// Whether the user has named the address, in person or in a list of his own. Only then may it be that of an object
    /// store: those are read with his credentials, and the catalogs and manifests of others must not decide about them.
    pub(crate) named_by_user: bool,
}

impl Wanted {
    /// A file that the user names, and that nobody describes.
    pub(crate) fn anything_at(url: impl Into<String>) -> Wanted {
        Wanted { url: url.into(), expected: Expected::default(), named_by_user: true }
    }

    /// A file that somebody's catalog or manifest names and describes.
    pub(crate) fn described(url: impl Into<String>, expected: Expected) -> Wanted {
        Wanted { url: url.into(), expected, named_by_user: false }
    }
}

/// What becomes of the files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// They are judged, and gone unless a directory was named.
    WhereAsked,
    /// They stay, so that nothing is sent again next time; servers owe us nothing, so they are asked politely.
    Always,
}

/// What is asked of the thread that downloads.
enum Order {
    Get(Box<Job>),
    List(String, std::sync::mpsc::Sender<Result<Vec<Listed>, String>>),
}

/// Downloads files.
pub(crate) struct Downloads {
    jobs: UnboundedSender<Order>,
    directory: Directory,
    totals: Arc<Totals>,
    ahead: Arc<Semaphore>,
    /// How many were begun: two of one address are two files.
    begun: AtomicUsize,
    /// Where files stay, one download at a time: a second of the same address asks whether the first is still current.
    turns: Mutex<HashMap<PathBuf, Turn>>,
}

enum Directory {
    /// Files stay in this one.
    Kept(PathBuf),
    /// Unfinished ones lie in the first, finished ones in the second until they have been judged.
    Passing(PathBuf, TempDir),
}

impl Downloads {
    /// Nothing is asked yet.
    pub(crate) fn new(
        arguments: &DownloadArguments,
        connection: &ConnectionArguments,
        keep: Keep,
    ) -> Result<Downloads, Failure> {
        let polite = DownloadOptions::polite().connections_per_host;
        let mut options = DownloadOptions::default();
        options.connections_per_host = match (arguments.connections_per_host, keep) {
            (Some(asked), _) => asked.get(),
            (None, Keep::Always) => polite,
            (None, Keep::WhereAsked) => options.connections_per_host,
        };
        options.connections = options.connections.max(options.connections_per_host);
        options.bytes_per_second = arguments.limit_rate;
        options.size_limit = arguments.download_limit.unwrap_or(options.size_limit);
        let refused = |error: String| Failure::usage(error);
        let downloader =
            Downloader::new(connection.options(), options).map_err(|error| refused(error.to_string()))?;
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
        let runtime = runtime.map_err(|error| refused(format!("no network on this system: {error}")))?;
        let directory = Directory::new(arguments.download_dir.as_ref(), keep)?;
        let (jobs, received) = unbounded_channel();
        // Ends with the last job when nobody can send more: whatever is under way then is left.
        std::thread::spawn(move || runtime.block_on(in_order(received, downloader)));
        let ahead = Arc::new(Semaphore::new(AHEAD));
        Ok(Downloads {
            jobs,
            directory,
            totals: Arc::default(),
            ahead,
            begun: AtomicUsize::new(0),
            turns: Mutex::default(),
        })
    }

    /// What has been done so far.
    pub(crate) fn totals(&self) -> Arc<Totals> {
        Arc::clone(&self.totals)
    }

    /// Begins a download; the file lies where downloads of this run lie.
    pub(crate) fn begin(&self, wanted: Wanted) -> Ticket {
        let own = name::of_address(&wanted.url);
        let name = file_name(&wanted.url);
        let place = match &self.directory {
            Directory::Kept(kept) => {
                let to = kept.join(own).join(name);
                Place::Kept { turn: self.turn(&to), to }
            }
            Directory::Passing(parts, work) => {
                let number = self.begun.fetch_add(1, Ordering::Relaxed);
                Place::Passing {
                    to: work.path().join(format!("{own}-{number}")).join(name),
                    parts: parts.clone(),
                    ahead: Arc::clone(&self.ahead),
                }
            }
        };
        self.send(wanted, place)
    }

    fn turn(&self, to: &Path) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(to.to_owned()).or_default())
    }

    /// Begins a download to a place where the file stays; one that is there already and is what is expected is taken.
    pub(crate) fn begin_to(&self, wanted: Wanted, to: PathBuf, parts: PathBuf) -> Ticket {
        self.send(wanted, Place::Exact { to, parts })
    }

    fn send(&self, wanted: Wanted, place: Place) -> Ticket {
        let (job, ticket) = Job::new(wanted, place, Arc::clone(&self.totals));
        // When nobody receives, the job is dropped, and its ticket says so.
        let _ = self.jobs.send(Order::Get(Box::new(job)));
        ticket
    }

    /// All objects of a store below this address.
    pub(crate) fn list(&self, url: &str) -> Result<Vec<Listed>, String> {
        let (told, answer) = std::sync::mpsc::channel();
        let _ = self.jobs.send(Order::List(url.to_owned(), told));
        let lost = || Err("badsig failed while this was listed".to_owned());
        answer.recv().unwrap_or_else(|_| lost())
    }

    /// Waits for files that are wanted all together; the answers come in the order of the addresses.
    pub(crate) fn get(&self, wanted: &[Wanted], progress: bool) -> Vec<Result<Arc<Got>, Lost>> {
        let tickets: Vec<Ticket> = wanted.iter().map(|own| self.begin(own.clone())).collect();
        let mut bar = if progress { Progress::of_downloads(self.totals()) } else { Progress::none() };
        let got = tickets.iter().map(|ticket| ticket.wait_and(|| bar.tick())).collect();
        bar.finish();
        got
    }
}

impl Directory {
    fn new(asked: Option<&PathBuf>, keep: Keep) -> Result<Directory, Failure> {
        if let Some(directory) = asked {
            let cannot = |error| Failure::usage(format!("--download-dir {}: {error}", directory.display()));
            std::fs::create_dir_all(directory).map_err(cannot)?;
            return Ok(Directory::Kept(directory.clone()));
        }
        // Users without a home, and homes that cannot be written to, have no cache: then nothing is kept.
        let cache = places::cache().map(|cache| cache.join("downloads"));
        let cache = cache.filter(|cache| std::fs::create_dir_all(cache).is_ok());
        if let (Some(cache), Keep::Always) = (&cache, keep) {
            return Ok(Directory::Kept(cache.clone()));
        }
        let made = cache.and_then(|cache| {
            sweep(&cache);
            let work = tempfile::Builder::new().prefix("run-").tempdir_in(&cache).ok()?;
            Some(Directory::Passing(cache, work))
        });
        if let Some(made) = made {
            return Ok(made);
        }
        let work = tempfile::tempdir().map_err(|error| {
            Failure::usage(format!("no directory for downloads: {error}; name one with --download-dir"))
        })?;
        Ok(Directory::Passing(work.path().join("parts"), work))
    }
}

/// Removes what runs that were killed have left long ago.
fn sweep(cache: &Path) {
    let old = |entry: &std::fs::DirEntry| {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        modified.is_ok_and(|time| SystemTime::now().duration_since(time).is_ok_and(|age| age > KEPT_FOR))
    };
    for entry in std::fs::read_dir(cache).into_iter().flatten().flatten().filter(old) {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Failing to clear up harms nothing.
        if name.starts_with("run-") {
            let _ = std::fs::remove_dir_all(entry.path());
        } else if name.starts_with(".badsig-") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Starts downloads in their order: who waits for the first must not wait behind the last.
async fn in_order(mut orders: UnboundedReceiver<Order>, downloader: Downloader) {
    while let Some(order) = orders.recv().await {
        match order {
            Order::Get(mut job) => {
                job.wait_for_room().await;
                tokio::spawn(job.run(downloader.clone()));
            }
            Order::List(url, told) => {
                let listed = downloader.list(&url).await.map_err(|error| error.to_string());
                // Who asked may be gone.
                let _ = told.send(listed);
            }
        }
    }
}
