//! The body, piece by piece: within the limits of size and speed, into the part.

use reqwest::Response;
use tokio::time::{Instant, timeout};

use super::part::Part;
use super::{Download, Progress, Shared};
use crate::attempt;
use crate::error::Failure;

impl Shared {
    pub(super) async fn body(
        &self,
        mut response: Response,
        wanted: &Download,
        part: &mut Part,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(), Failure> {
        let limit = wanted.expected.size.unwrap_or(u64::MAX).min(self.options.size_limit);
        let mut speed = Speed::new();
        progress(Progress { arrived: part.length(), total: part.total() });
        loop {
            let piece = timeout(self.options.window, response.chunk()).await;
            let piece = piece.map_err(|_| Failure::TooSlow(self.options.window))?;
            let Some(piece) = piece.map_err(|error| attempt::classify(&error))? else { break };
            let size = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            if part.length().saturating_add(size) > limit {
                part.clear()?;
                return Err(match wanted.expected.size {
                    Some(expected) => Failure::LargerThan(expected),
                    None => Failure::TooLarge { limit },
                });
            }
            part.append(&piece)?;
            progress(Progress { arrived: part.length(), total: part.total() });
            self.pace.after(size).await;
            if self.options.bytes_per_second.is_none_or(|most| most > self.options.slowest) {
                speed.after(size, self.options.slowest, self.options.window)?;
            }
        }
        match part.total() {
            Some(total) if part.length() < total => {
                Err(Failure::Interrupted(format!("{} of {total} bytes have arrived", part.length())))
            }
            _ => Ok(()),
        }
    }
}

/// The speed over the last window.
struct Speed {
    since: Instant,
    bytes: u64,
}

impl Speed {
    fn new() -> Self {
        Self { since: Instant::now(), bytes: 0 }
    }

    fn after(&mut self, bytes: u64, slowest: u64, window: std::time::Duration) -> Result<(), Failure> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.since.elapsed() < window {
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
