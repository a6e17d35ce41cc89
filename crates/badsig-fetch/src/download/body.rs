//! The body, piece by piece: within the limits of size and speed, into the part.

use std::pin::pin;
use std::time::Duration;

use reqwest::Response;
use tokio::time::{Instant, timeout};

use super::course::Course;
use super::part::Part;
use super::{Download, Progress, Shared};
use crate::attempt;
use crate::error::Failure;

/// What pieces go through as they arrive.
pub(super) struct Receiving<'a> {
    shared: &'a Shared,
    wanted: &'a Download,
    part: &'a mut Part,
    course: &'a mut Course,
    progress: &'a (dyn Fn(Progress) + Sync),
    limit: u64,
    begun: Instant,
    speed: Speed,
}

impl<'a> Receiving<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        wanted: &'a Download,
        part: &'a mut Part,
        course: &'a mut Course,
        progress: &'a (dyn Fn(Progress) + Sync),
    ) -> Receiving<'a> {
        progress(Progress { arrived: part.length(), total: part.total() });
        let limit = wanted.expected.size.unwrap_or(u64::MAX).min(shared.options.size_limit);
        Receiving {
            shared,
            wanted,
            part,
            course,
            progress,
            limit,
            begun: Instant::now(),
            speed: Speed::new(),
        }
    }

    /// How long nothing may come.
    pub(super) fn patience(&self) -> Duration {
        self.shared.options.window
    }

    /// Takes a piece.
    pub(super) async fn take(&mut self, piece: &[u8]) -> Result<(), Failure> {
        let size = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if self.part.length().saturating_add(size) > self.limit {
            self.part.clear()?;
            return Err(match self.wanted.expected.size {
                Some(expected) => Failure::LargerThan(expected),
                None => Failure::TooLarge { limit: self.limit },
            });
        }
        self.part.append(piece)?;
        if self.begun.elapsed() >= MOMENT {
            self.part.settle()?;
        }
        (self.progress)(Progress { arrived: self.part.length(), total: self.part.total() });
        let waited = self.shared.pace.after(size).await;
        self.course.excuse(waited);
        let options = &self.shared.options;
        self.speed.after(size, waited, options.slowest, options.window)?;
        self.course.in_time()
    }

    /// Whether everything has come that was promised.
    pub(super) fn end(self) -> Result<(), Failure> {
        match self.part.total() {
            Some(total) if self.part.length() < total => {
                Err(Failure::Interrupted(format!("{} of {total} bytes have arrived", self.part.length())))
            }
            _ => Ok(()),
        }
    }
}

/// A download that takes longer is one that may be taken up by the next run.
const MOMENT: Duration = Duration::from_millis(20);

/// Receives the body of an HTTP answer.
pub(super) async fn receive(mut response: Response, mut receiving: Receiving<'_>) -> Result<(), Failure> {
    loop {
        let piece = {
            let mut piece = pin!(response.chunk());
            match timeout(MOMENT, &mut piece).await {
                Ok(piece) => piece,
                Err(_) => {
                    receiving.part.settle()?;
                    let piece = timeout(receiving.patience(), piece).await;
                    piece.map_err(|_| Failure::TooSlow(receiving.patience()))?
                }
            }
        };
        match piece.map_err(attempt::classify)? {
            Some(piece) => receiving.take(&piece).await?,
            None => return receiving.end(),
        }
    }
}

/// The speed over the last window, without the time that was waited for the limit of speed.
struct Speed {
    since: Instant,
    waited: Duration,
    bytes: u64,
}

impl Speed {
    fn new() -> Self {
        Self { since: Instant::now(), waited: Duration::ZERO, bytes: 0 }
    }

    fn after(&mut self, bytes: u64, waited: Duration, slowest: u64, window: Duration) -> Result<(), Failure> {
        self.bytes = self.bytes.saturating_add(bytes);
        self.waited = self.waited.saturating_add(waited);
        if self.since.elapsed().saturating_sub(self.waited) < window {
            return Ok(());
        }
        let enough = u128::from(slowest).saturating_mul(window.as_millis()) / 1000;
        if u128::from(self.bytes) < enough {
            return Err(Failure::TooSlow(window));
        }
        *self = Self::new();
        Ok(())
    }
}
