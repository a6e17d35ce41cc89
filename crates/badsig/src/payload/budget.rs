//! What looking into one file may cost, all its members together.

use crate::limits::Limits;
use crate::payload::Stop;
use crate::problem::{Problem, ProblemKind};

/// What is said when the deadline is over.
pub(super) const TOO_LONG: &str = "looking into it takes too long (raise it with --max-seconds)";

/// What is left of the bounds for one outer file.
pub(super) struct Budget<'a> {
    limits: &'a Limits,
    members: usize,
    bytes: u64,
    /// Size of the outer file.
    size: u64,
    /// The most that this file may unpack to.
    most: u64,
    reached: Option<Problem>,
}

impl<'a> Budget<'a> {
    /// For an outer file of this size in bytes.
    pub(super) fn new(limits: &'a Limits, size: u64) -> Budget<'a> {
        Budget { limits, members: 0, bytes: 0, size, most: limits.unpacked_from(size), reached: None }
    }

    /// The limit that was reached, if one was.
    pub(super) fn reached(&self) -> Option<&Problem> {
        self.reached.as_ref()
    }

    /// Pays for a member.
    ///
    /// # Errors
    /// [`Stop`] when there are too many.
    pub(super) fn member(&mut self) -> Result<(), Stop> {
        self.members = self.members.saturating_add(1);
        if self.members > self.limits.members {
            let limit = self.limits.members;
            return self.stop(format!("it holds more than {limit} members (raise it with --max-members)"));
        }
        self.in_time()
    }

    /// Pays for bytes that were unpacked, or read in place.
    ///
    /// # Errors
    /// [`Stop`] when there were too many.
    pub(super) fn bytes(&mut self, count: u64) -> Result<(), Stop> {
        self.bytes = self.bytes.saturating_add(count);
        if self.bytes <= self.most {
            return self.in_time();
        }
        let (most, ratio) = (self.most, self.limits.unpack_ratio);
        let message = if most >= self.limits.unpacked_bytes {
            format!("it unpacks to more than {most} bytes (raise it with --max-unpacked)")
        } else if most > self.size.saturating_mul(ratio) {
            let needed = most.checked_div(self.size).map_or(u64::MAX, |times| times.saturating_add(1));
            format!(
                "it unpacks to more than {most} bytes, which any file may, and more than {ratio} times its size \
                 (raise it with --max-ratio, to {needed} or more)"
            )
        } else {
            format!(
                "it unpacks to more than {most} bytes, {ratio} times its size (raise it with --max-ratio)"
            )
        };
        self.stop(message)
    }

    fn in_time(&mut self) -> Result<(), Stop> {
        if !self.limits.deadline.is_over() {
            return Ok(());
        }
        self.stop(TOO_LONG.to_owned())
    }

    fn stop(&mut self, message: String) -> Result<(), Stop> {
        self.reached.get_or_insert(Problem::new(ProblemKind::LimitReached, message));
        Err(Stop::Enough)
    }
}
