//! One download, from its beginning to its ticket.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use badsig_fetch::download::{Arrived, Digests, Expected, Progress};
use badsig_fetch::{Download, Downloaded, Downloader, Validators};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Wanted;
use super::ticket::{Got, Known, Lost, Ticket};
use super::totals::{Share, Totals};

/// Where the file goes, and what becomes of it.
pub(super) enum Place {
    /// It stays, and the server is asked next time whether it has another one.
    Kept { to: PathBuf, turn: Turn },
    /// It stays, and is not asked for again when it is what is expected.
    Exact { to: PathBuf, parts: PathBuf },
    /// It is gone when it has been judged.
    Passing { to: PathBuf, parts: PathBuf, ahead: Arc<Semaphore> },
}

/// Held by the one download that fills a place.
pub(super) type Turn = Arc<tokio::sync::Mutex<()>>;

/// A download to be done.
pub(super) struct Job {
    wanted: Wanted,
    place: Place,
    totals: Arc<Totals>,
    room: Option<OwnedSemaphorePermit>,
    ticket: Promise,
}

/// Tells the ticket in any case, so that nobody waits for ever.
struct Promise(Option<Ticket>);

impl Drop for Promise {
    fn drop(&mut self) {
        if let Some(ticket) = self.0.take() {
            ticket.tell(Err(Lost::defect()));
        }
    }
}

/// What is known of a file that was downloaded: to ask whether it is still the same.
#[derive(Deserialize, Serialize)]
struct Held {
    etag: Option<String>,
    last_modified: Option<String>,
    size: u64,
}

impl Job {
    pub(super) fn new(wanted: Wanted, place: Place, totals: Arc<Totals>) -> (Job, Ticket) {
        totals.begin();
        let ticket = Ticket::default();
        let promise = Promise(Some(ticket.clone()));
        (Job { wanted, place, totals, room: None, ticket: promise }, ticket)
    }

    /// Waits until enough of what came before has been judged.
    pub(super) async fn wait_for_room(&mut self) {
        if let Place::Passing { ahead, .. } = &self.place {
            // Never closed.
            self.room = Arc::clone(ahead).acquire_owned().await.ok();
        }
    }

    pub(super) async fn run(mut self, downloader: Downloader) {
        let share = Share::default();
        let totals = Arc::clone(&self.totals);
        let size = self.wanted.expected.size;
        share.now(&totals, 0, size.unwrap_or(0));
        let progress = |now: Progress| {
            share.now(&totals, now.arrived, now.total.or(size).unwrap_or(now.arrived));
        };
        let answer = self.get(&downloader, &progress).await;
        let arrived = answer
            .as_ref()
            .ok()
            .and_then(|(path, _)| std::fs::metadata(path).ok())
            .map_or(0, |own| own.len());
        share.now(&totals, arrived, arrived);
        totals.end();
        let room = self.room.take();
        if let Some(ticket) = self.ticket.0.take() {
            ticket.tell(answer.map(|(path, digests)| Arc::new(Got::new(path, digests, room))));
        }
    }

    async fn get(
        &self,
        downloader: &Downloader,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(PathBuf, Known), Lost> {
        let (to, parts) = match &self.place {
            Place::Kept { to, .. } => (to, None),
            Place::Exact { to, parts } | Place::Passing { to, parts, .. } => (to, Some(parts.clone())),
        };
        let _turn = match &self.place {
            Place::Kept { turn, .. } => Some(turn.lock().await),
            Place::Exact { .. } | Place::Passing { .. } => None,
        };
        let beside = to.with_file_name("held.json");
        let unless = match &self.place {
            Place::Kept { to, .. } => held(to, &beside),
            Place::Exact { to, .. } if is_expected(to, &self.wanted.expected).await => {
                return Ok((to.clone(), Known::of_expected(&self.wanted.expected)));
            }
            _ => None,
        };
        let Wanted { url, expected, named_by_user } = self.wanted.clone();
        let mut asked = Download { url, stores: named_by_user, to: to.clone(), parts, expected, unless };
        let mut answer = downloader.download(&asked, progress).await?;
        let described = self.wanted.expected != Expected::default();
        if answer == Downloaded::NotModified && described && !is_expected(to, &self.wanted.expected).await {
            asked.unless = None;
            answer = downloader.download(&asked, progress).await?;
        }
        let Downloaded::File(arrived) = answer else { return Ok((to.clone(), Known::default())) };
        let digests = Known { sha1: Some(arrived.sha1), sha256: Some(arrived.sha256) };
        if let Place::Kept { .. } = &self.place {
            remember(arrived, &beside);
        }
        Ok((to.clone(), digests))
    }
}

/// Without it the file is sent again next time, and no more.
fn remember(arrived: Arrived, beside: &Path) {
    let Validators { etag, last_modified } = arrived.validators;
    let held = Held { etag, last_modified, size: arrived.size };
    let _ = serde_json::to_vec(&held).map(|text| std::fs::write(beside, text));
}

/// What the server said of the file that is there, when it is whole.
fn held(to: &Path, beside: &Path) -> Option<Validators> {
    let held: Held = serde_json::from_slice(&std::fs::read(beside).ok()?).ok()?;
    let whole = std::fs::metadata(to).is_ok_and(|metadata| metadata.len() == held.size);
    let known = held.etag.is_some() || held.last_modified.is_some();
    (whole && known).then_some(Validators { etag: held.etag, last_modified: held.last_modified })
}

/// Whether the file that is there is the one that is described, by a digest.
async fn is_expected(path: &Path, expected: &Expected) -> bool {
    let described = expected.sha1.is_some() || expected.sha256.is_some();
    let size = std::fs::metadata(path).map(|metadata| metadata.len());
    if !described || size.is_err() || expected.size.is_some_and(|expected| Some(expected) != size.ok()) {
        return false;
    }
    // Large files take a while; meanwhile others arrive.
    let (path, expected) = (path.to_owned(), expected.clone());
    let compared = tokio::task::spawn_blocking(move || compare(&path, &expected).unwrap_or(false));
    compared.await.unwrap_or(false)
}

fn compare(path: &Path, expected: &Expected) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut digests = Digests::new();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digests.update(buffer.get(..read).unwrap_or_default());
    }
    Ok(expected.sha1.is_none_or(|sha1| sha1 == digests.sha1())
        && expected.sha256.is_none_or(|sha256| sha256 == digests.sha256()))
}
