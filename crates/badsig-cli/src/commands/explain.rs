use crate::args::{ExplainArguments, When};
use crate::failure::Failure;
pub(crate) fn run(_: &ExplainArguments, _: When) -> Result<u8, Failure> { Ok(0) }
