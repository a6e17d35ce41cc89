//! Messages about the run itself, on standard error.

use std::io::Write as _;

use anstream::ColorChoice;

use super::colour::{ERROR, WARNING};
use super::escape::escape;
use crate::args::When;

/// Makes messages heed `--color`.
pub(crate) fn set_colour(when: When) {
    match when {
        When::Auto => {}
        When::Always => ColorChoice::Always.write_global(),
        When::Never => ColorChoice::Never.write_global(),
    }
}

/// Says why badsig ends, or what it could not do. Nobody is left to tell when that fails.
pub(crate) fn error(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{ERROR}error:{ERROR:#} {}", escape(message));
}

/// Says what was passed over. Nobody is left to tell when that fails.
pub(crate) fn warning(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{WARNING}warning:{WARNING:#} {}", escape(message));
}

/// Says what was done, beside the answer or as all of it. Nobody is left to tell when that fails.
pub(crate) fn note(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", escape(message));
}
