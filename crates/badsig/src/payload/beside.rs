//! Files that an installer names and that lie beside it: external cabinets, detached containers, payloads.

use std::sync::Arc;

use super::Container;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// The file of this name; `what` says what the installer calls it (`the cabinet`).
///
/// # Errors
/// A [`Problem`] that says why there is nothing to read: of kind `NotThere` when the file is not there, which is left to the
/// reader (installers may download it, or it is published elsewhere), and where nobody knows what lies beside the
/// installer because it is a member itself; of another kind when the file is there and cannot be opened.
pub(super) fn beside(
    container: &Container<'_>,
    what: &str,
    name: &str,
) -> Result<Arc<dyn ByteSource>, Problem> {
    let siblings = container.siblings;
    match siblings.open(name) {
        Ok(Some(source)) => Ok(source),
        Ok(None) if siblings.are_known() => Err(not_there(format!("{what} {name} is not beside it"))),
        Ok(None) => Err(not_there(format!(
            "{what} {name} lies beside it, where badsig does not look, because it is itself inside a file"
        ))),
        Err(error) => Err(error.into()),
    }
}

fn not_there(message: String) -> Problem {
    Problem::new(ProblemKind::NotThere, message)
}
