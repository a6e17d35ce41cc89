//! A limit of bytes a second, for all downloads together.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// When the next piece may be read.
#[derive(Debug)]
pub(super) struct Pace {
    bytes_per_second: Option<u64>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(bytes_per_second: Option<u64>) -> Self {
        Self { bytes_per_second, next: Mutex::new(None) }
    }

    /// Waits as long as these bytes may take, and says how long that was.
    pub(super) async fn after(&self, bytes: u64) -> Duration {
        let Some(speed) = self.bytes_per_second else { return Duration::ZERO };
        let before = Instant::now();
        let micros =
            u128::from(bytes).saturating_mul(1_000_000).checked_div(u128::from(speed)).unwrap_or_default();
        let takes = Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX));
        let until = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let from = next.unwrap_or_else(Instant::now).max(Instant::now());
            let until = from.checked_add(takes).unwrap_or(from);
            *next = Some(until);
            until
        };
        sleep_until(until).await;
        before.elapsed()
    }
}
