//! The promise of a file, and what comes of it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use badsig_fetch::download::Expected;
use badsig_fetch::{Failure, FetchError};
use tokio::sync::OwnedSemaphorePermit;

/// How often who waits hears that nothing is new.
const TICK: Duration = Duration::from_millis(100);

/// Digests of a file, those that are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) sha1: Option<[u8; 20]>,
    pub(crate) sha256: Option<[u8; 32]>,
}

impl Known {
    /// Those that a file was compared with.
    pub(super) fn of_expected(expected: &Expected) -> Known {
        Known { sha1: expected.sha1, sha256: expected.sha256 }
    }
}

/// A file that has arrived. One that is not kept is gone with this.
#[derive(Debug)]
pub(crate) struct Got {
    path: PathBuf,
    /// Digests that were made as it arrived.
    digests: Known,
    /// Held as long as the file is there and nobody keeps it.
    pub(super) passing: Option<OwnedSemaphorePermit>,
}

impl Got {
    pub(super) fn new(path: PathBuf, digests: Known, passing: Option<OwnedSemaphorePermit>) -> Got {
        Got { path, digests, passing }
    }

    /// Digests that need not be made again.
    pub(crate) fn digests(&self) -> &Known {
        &self.digests
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Got {
    fn drop(&mut self) {
        if self.passing.is_some() {
            // What cannot be removed now goes with the directory of the run.
            let _ = std::fs::remove_file(&self.path);
            let _ = self.path.parent().map(std::fs::remove_dir);
        }
    }
}

/// Why there is no file.
#[derive(Clone, Debug)]
pub(crate) struct Lost {
    /// With the address, what happened, and what to do.
    pub(crate) message: String,
    /// What happened; `None` when badsig itself failed.
    pub(crate) failure: Option<Failure>,
}

impl From<FetchError> for Lost {
    fn from(error: FetchError) -> Lost {
        Lost { message: error.to_string(), failure: Some(error.failure) }
    }
}

impl Lost {
    pub(super) fn defect() -> Lost {
        Lost { message: "badsig failed while this was downloaded".to_owned(), failure: None }
    }

    pub(super) fn because(message: String) -> Lost {
        Lost { message, failure: None }
    }
}

type Answer = Result<Arc<Got>, Lost>;

/// The promise of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ticket {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    told: Condvar,
}

#[derive(Debug, Default)]
struct State {
    answer: Option<Answer>,
    /// Somebody waits: waking nobody costs as much as waking one.
    awaited: bool,
}

impl Ticket {
    /// A promise that is broken already.
    pub(crate) fn lost(message: String) -> Ticket {
        let ticket = Ticket::default();
        ticket.tell(Err(Lost::because(message)));
        ticket
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, answer: Answer) {
        let mut state = self.lock();
        state.answer = Some(answer);
        if std::mem::take(&mut state.awaited) {
            self.shared.told.notify_all();
        }
    }

    /// Waits for the file; it stays as long as the ticket does.
    pub(crate) fn wait(&self) -> Answer {
        self.wait_and(|| {})
    }

    /// Waits for the file and calls `tick` meanwhile.
    pub(crate) fn wait_and(&self, mut tick: impl FnMut()) -> Answer {
        let mut state = self.lock();
        loop {
            if let Some(answer) = &state.answer {
                return answer.clone();
            }
            tick();
            state.awaited = true;
            let waited = self.shared.told.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for the file, once: it is gone when what is returned is.
    pub(crate) fn take(&self) -> Answer {
        let answer = self.wait();
        self.tell(Err(Lost::defect()));
        answer
    }
}
