//! The vendor catalog of a run: the embedded one, with the entries of a directory over it.

use std::path::Path;

use badsig::vendors::VendorCatalog;

use crate::failure::Failure;

/// The source that the report names for the embedded entries alone.
const EMBEDDED: &str = "embedded";

/// The catalog, and where it comes from. Entries of the directory replace embedded ones with the same id and stand
/// beside the others.
pub(crate) fn catalog(directory: Option<&Path>) -> Result<(VendorCatalog, String), Failure> {
    let embedded = VendorCatalog::embedded();
    let Some(directory) = directory else { return Ok((embedded, EMBEDDED.to_owned())) };
    let own = VendorCatalog::read_directory(directory).map_err(|error| Failure::usage(error.to_string()))?;
    if own.is_empty() {
        return Err(Failure::usage(format!("{}: holds no entries (*.toml)", directory.display())));
    }
    Ok((embedded.extended(own), directory.display().to_string()))
}
