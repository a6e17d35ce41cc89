//! Messages about the run itself, on standard error.

use std::io::Write as _;

use super::colour::{ERROR, WARNING};
use super::escape::escape;

/// Says why badsig ends, or what it could not do. Nobody is left to tell when that fails.
pub(crate) fn error(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{ERROR}error:{ERROR:#} {}", escape(message));
}

/// Says what was done. Nobody is left to tell when that fails.
pub(crate) fn done(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", escape(message));
}

/// Says what was passed over. Nobody is left to tell when that fails.
pub(crate) fn warning(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{WARNING}warning:{WARNING:#} {}", escape(message));
}

/// Says what was done beside the answer. Nobody is left to tell when that fails.
pub(crate) fn note(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", escape(message));
}
