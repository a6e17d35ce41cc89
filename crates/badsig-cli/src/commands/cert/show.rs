//! `badsig cert show`: everything that can be read from certificates.

use crate::args::{ShowArguments, When};
use crate::failure::Failure;

pub(super) fn run(_: &ShowArguments, _: When) -> Result<u8, Failure> {
    Err(Failure::usage("not built yet"))
}
