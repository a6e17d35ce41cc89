//! Why a run ends without an answer, and the exit code for it.

use std::fmt;
use std::io;
use std::panic::{PanicHookInfo, set_hook};

use badsig::codes::exit_codes;

use crate::output::message;

/// Why a run ends without an answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was asked makes no sense or cannot be had.
    Usage(String),
    /// The answer could not be written.
    Output(String),
}

impl Failure {
    /// Something that was asked for cannot be had.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::Usage(message.into())
    }

    /// The exit code of the contract.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage(_) => exit_codes::USAGE,
            Failure::Output(_) => exit_codes::DEFECT,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(message) => f.write_str(message),
            Failure::Output(message) => write!(f, "the answer cannot be written: {message}"),
        }
    }
}

/// Errors of writing; reading is reported with the file that was read.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error.to_string())
    }
}

/// Makes a panic say what happened, where, and that it should be reported.
pub(crate) fn say_panics_briefly() {
    set_hook(Box::new(|info| message::error(&defect(info))));
}

fn defect(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let what = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    format!(
        "badsig {} has a defect: {what} ({place}); please report it at {}/issues, with the file if you may",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_REPOSITORY")
    )
}
