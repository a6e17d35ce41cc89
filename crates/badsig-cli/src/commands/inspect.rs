use crate::args::{InspectArguments, When};
use crate::failure::Failure;
pub(crate) fn run(_: &InspectArguments, _: When) -> Result<u8, Failure> { Ok(0) }
