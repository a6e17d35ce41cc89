//! Logs of ConfigMgr and of installers: which updates failed in them, why, and what to do.
//!
//! Read are the CMTrace logs `SMS_ISVUPDATES_SYNCAGENT`, `wsyncmgr`, `PatchDownloader`, `WUAHandler` and
//! `UpdatesDeployment`, both in the form that clients write (`<![LOG[…]LOG]!>`) and in the one of site servers
//! (`…  $$<COMPONENT><date time><thread=…>`), and plain ones: the HTML or text log of the .NET Framework setup, events
//! of the Altiris agent, and excerpts of all these pasted anywhere. UTF-8, UTF-16 and the Western code page; lines of
//! any length; memory does not grow with the log.
//!
//! [`LogReader`] turns bytes into records, [`Analyst`] turns records into [`Failure`]s, [`Failures`] groups them by
//! update. What a code means comes from [`codes`](crate::codes). Nothing here opens a file or judges one.

mod advice;
mod analyst;
mod decode;
mod event;
mod failure;
mod lines;
mod message;
mod reader;
mod record;
mod scan;

pub use analyst::Analyst;
pub use failure::{Failure, LogLine};
pub use group::{Failures, Group};
pub use reader::LogReader;

mod group;

/// Bytes of one line that are looked at; the rest of a longer one is passed over. Lines of ConfigMgr end at some 8 KB.
const LINE_BYTES: usize = 64 * 1024;

/// Bytes read at a time.
const READ_BYTES: usize = 256 * 1024;

/// Threads whose last update is remembered. A site server's agents use a few dozen.
const THREADS: usize = 256;

/// Lines shown of one failure.
const SHOWN_LINES: usize = 12;

/// Characters kept of one line, name or address.
const TEXT_CHARACTERS: usize = 1_000;

/// Groups that are told apart; more failures are only counted.
const GROUPS: usize = 5_000;

/// Bytes of text that all groups keep together.
const GROUP_BYTES: usize = 8 * 1024 * 1024;

/// Seconds after which a line without a subject of its own does not belong to the failure before it.
const TOGETHER_SECONDS: i64 = 10 * 60;
