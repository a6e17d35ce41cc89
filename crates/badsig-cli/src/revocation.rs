//! Revocation lists and OCSP responses that the caller brings.

use std::path::{Path, PathBuf};

use badsig::trust::revocation::{
    OcspResponse, RevocationEvidence, RevocationList, RevocationListError, RevocationMode,
};

use crate::args::Revocation;
use crate::failure::Failure;
use crate::files;
use crate::output::message;

/// The evidence of the files. They are read also where revocation is off, so that a wrong name is noticed.
pub(crate) fn evidence(
    mode: Revocation,
    lists: &[PathBuf],
    responses: &[PathBuf],
) -> Result<RevocationEvidence, Failure> {
    let mode = match mode {
        Revocation::Off => RevocationMode::Off,
        Revocation::Offline => RevocationMode::Offline,
        Revocation::Online => RevocationMode::Online,
    };
    let mut evidence = RevocationEvidence { mode, ..RevocationEvidence::default() };
    for path in lists {
        evidence.lists.extend(lists_of(path)?);
    }
    for path in responses {
        let response = OcspResponse::from_bytes(&files::read(path, files::EVIDENCE)?)
            .map_err(|error| failed(path, &error))?;
        evidence.responses.push(response);
    }
    Ok(evidence)
}

/// The lists of one file: one in DER, any number in PEM among other blocks. A list with a critical extension that is not
/// understood proves nothing (RFC 5280 5.2): it counts as missing.
fn lists_of(path: &Path) -> Result<Vec<RevocationList>, Failure> {
    let mut found = Vec::new();
    for list in RevocationList::all_from_bytes(&files::read(path, files::EVIDENCE)?) {
        match list {
            Ok(list) => found.push(list),
            Err(error @ RevocationListError::UnknownCritical(_)) => {
                message::warning(&format!("{}: not used: {error}", path.display()));
            }
            Err(error) => return Err(failed(path, &error)),
        }
    }
    Ok(found)
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {error}", path.display()))
}
