//! The policy of a run: from the policy file, from what was typed, and from the files that both name.

use std::path::Path;

use badsig::Policy;
use badsig::policy::{Baseline, LOCK_VERSION, SignerLock};
use badsig::trust::{ApprovedCertificates, CertificateStore};

use crate::args::PolicyArguments;
use crate::config::{Config, read_toml};
use crate::failure::Failure;
use crate::files;

/// Levels, exceptions, pins, baseline and lock; targets are left as they are.
pub(super) fn policy(config: &Config, arguments: &PolicyArguments) -> Result<Policy, Failure> {
    let mut policy = config.policy(arguments)?;
    if let Some(path) = &arguments.baseline {
        policy.baseline = baseline(path)?;
    }
    if let Some(path) = &arguments.lock {
        policy.lock = Some(lock(path)?);
    }
    Ok(policy)
}

fn baseline(path: &Path) -> Result<Baseline, Failure> {
    let shown = path.display();
    let bytes = files::read(path, files::REPORT)?;
    let not =
        |error: String| Failure::usage(format!("{shown} is no report of badsig (--format json): {error}"));
    Baseline::from_json(shown.to_string(), &bytes).map_err(not)
}

/// Reads a signer lock.
pub(crate) fn lock(path: &Path) -> Result<SignerLock, Failure> {
    let (_, lock) = read_toml::<SignerLock>(path)?;
    if lock.version != LOCK_VERSION {
        let (shown, version) = (path.display(), lock.version);
        return Err(Failure::usage(format!(
            "{shown} has version {version}, this badsig reads {LOCK_VERSION}"
        )));
    }
    Ok(lock)
}

/// The certificates in a directory or file, or else a list of thumbprints.
pub(super) fn approved(path: &Path) -> Result<ApprovedCertificates, Failure> {
    let name = path.display().to_string();
    let failed = |why: &dyn std::fmt::Display| Failure::usage(format!("{name}: {why}"));
    let none = ApprovedCertificates::none(name.clone());
    let store = if path.is_dir() {
        CertificateStore::read_dir(path).map_err(|error| failed(&error))?
    } else {
        let bytes = files::read(path, files::EVIDENCE)?;
        match (CertificateStore::read_bytes(&name, &bytes), std::str::from_utf8(&bytes)) {
            (Ok(store), _) => store,
            (Err(_), Ok(text)) if !text.contains("-----BEGIN") => {
                return none.with_thumbprints(text).map_err(|error| failed(&error));
            }
            (Err(error), _) => return Err(failed(&error)),
        }
    };
    if let Some(skipped) = store.skipped().first() {
        return Err(failed(&format!("{}: {}", skipped.source, skipped.reason)));
    }
    Ok(none.with_certificates(store.certificates().iter().map(|stored| &stored.certificate)))
}
