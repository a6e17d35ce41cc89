//! `--extract-certificates`: every certificate of a file, as DER, named by its thumbprint.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use badsig::authenticode::certificate::Certificate;
use badsig::{Facts, Hex};

use crate::failure::Failure;
use crate::files::WholeFile;

/// Writes all certificates into `directory`, which is made when it is not there.
pub(super) fn extract(facts: &Facts, directory: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::usage(format!("{} cannot be made: {error}", directory.display()));
    fs::create_dir_all(directory).map_err(failed)?;
    let contents = facts.signatures.iter().filter_map(|signature| signature.contents.as_ref().ok());
    for contents in contents {
        let stamps = contents.timestamps.iter().flat_map(|stamp| &stamp.certificates);
        for certificate in contents.certificates.iter().chain(stamps) {
            write(certificate, directory)?;
        }
    }
    Ok(())
}

/// A file that is there already must hold the same certificate: SHA-1 can be made to collide.
fn write(certificate: &Certificate, directory: &Path) -> Result<(), Failure> {
    let path = directory.join(format!("{}.cer", Hex::from(&certificate.sha1()[..]).upper()));
    if path.exists() {
        return match fs::read(&path) {
            Ok(bytes) if bytes == certificate.der() => Ok(()),
            _ => Err(Failure::usage(format!(
                "{} exists with other contents; it was not overwritten",
                path.display()
            ))),
        };
    }
    let mut file = WholeFile::create(&path)?;
    file.write_all(certificate.der())?;
    file.finish()
}
