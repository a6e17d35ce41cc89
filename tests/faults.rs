//! What goes wrong around a run: disks that fail or are full, files that change, processes that are killed, clocks that are
//! wrong, few file handles and little memory. No answer may be half-written, no old one lost, and the next run is right.

#![cfg(target_os = "linux")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code that reports skips"
)]

mod common;
#[path = "faults/disks.rs"]
mod disks;
#[path = "faults/injector.rs"]
mod injector;
#[path = "faults/kills.rs"]
mod kills;
#[path = "faults/machines.rs"]
mod machines;
