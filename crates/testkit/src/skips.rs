//! What is left out says so: `cargo test -- --show-output` shows these lines, and `.ci/run` lists them at its end.

#![allow(clippy::print_stdout, reason = "the harness of the tests takes it")]

/// Something is left out for want of data that is no part of the repository, or of a right on this machine.
pub fn skip(what: &str) {
    println!("skipped: {what}");
}

/// Something is left out for want of a tool. With `BADSIG_NO_SKIPS=1`, as `.ci/run` sets where it installs them, that is a
/// failure.
#[track_caller]
pub fn skip_tool(what: &str) {
    let required = std::env::var("BADSIG_NO_SKIPS").is_ok_and(|value| value == "1");
    assert!(!required, "BADSIG_NO_SKIPS: {what}");
    skip(what);
}
