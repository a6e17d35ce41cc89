//! The course of one download with all its repetitions: it may go on as long as it comes nearer to its end, within its
//! deadline.

use std::time::Duration;

use tokio::time::Instant;

use super::DownloadOptions;
use crate::error::Failure;

/// How a download has gone so far.
#[derive(Debug)]
pub(super) struct Course {
    deadline: Duration,
    slowest: u64,
    begun: Instant,
    /// When repetitions were counted anew, and how much had arrived then.
    since: Instant,
    best: u64,
    /// Time in which nothing was asked of the server, since `begun` and since `since`.
    excused: Duration,
    excused_since: Duration,
}

impl Course {
    /// Begins, with what has arrived in earlier runs.
    pub(super) fn new(options: &DownloadOptions, arrived: u64) -> Course {
        let now = Instant::now();
        Course {
            deadline: options.deadline,
            slowest: options.slowest,
            begun: now,
            since: now,
            best: arrived,
            excused: Duration::ZERO,
            excused_since: Duration::ZERO,
        }
    }

    /// The server is not to blame for this time: the download waited for its turn or for the limit of speed.
    pub(super) fn excuse(&mut self, waited: Duration) {
        self.excused = self.excused.saturating_add(waited);
        self.excused_since = self.excused_since.saturating_add(waited);
    }

    /// Whether there is time left.
    pub(super) fn in_time(&self) -> Result<(), Failure> {
        if self.begun.elapsed().saturating_sub(self.excused) < self.deadline {
            Ok(())
        } else {
            Err(Failure::TooLong(self.deadline))
        }
    }

    /// It begins anew.
    pub(super) fn restart(&mut self) {
        self.best = 0;
    }

    /// Whether enough has arrived to count repetitions anew: as much as the slowest server sends in that time. A byte
    /// between two interruptions is not.
    pub(super) fn has_come_nearer(&mut self, arrived: u64) -> bool {
        let took = self.since.elapsed().saturating_sub(self.excused_since);
        let enough = u128::from(self.slowest).saturating_mul(took.as_millis()) / 1000;
        let nearer = u128::from(arrived) > u128::from(self.best).saturating_add(enough);
        if nearer {
            (self.since, self.best, self.excused_since) = (Instant::now(), arrived, Duration::ZERO);
        }
        nearer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(slowest: u64, deadline: Duration) -> Course {
        Course::new(&DownloadOptions { slowest, deadline, ..DownloadOptions::default() }, 100)
    }

    #[test]
    fn a_byte_now_and_then_is_not_enough() {
        let mut course = course(1_000_000, Duration::from_secs(9));
        std::thread::sleep(Duration::from_millis(10));
        assert!(!course.has_come_nearer(101));
        assert!(course.has_come_nearer(100_000_000));
        assert!(!course.has_come_nearer(100_000_000), "nothing since then");
        course.restart();
        course.excuse(Duration::from_secs(9));
        assert!(course.has_come_nearer(1), "it waited for itself");
    }

    #[test]
    fn time_that_a_download_waits_for_itself_is_not_counted() {
        let mut course = course(1, Duration::from_millis(20));
        course.in_time().unwrap();
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(course.in_time(), Err(Failure::TooLong(Duration::from_millis(20))));
        course.excuse(Duration::from_millis(25));
        course.in_time().unwrap();
    }
}
