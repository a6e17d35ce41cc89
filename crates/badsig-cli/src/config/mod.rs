//! `badsig.toml`: the policy of a repository, found from the working directory upwards within it. What is typed adds to it or goes
//! before it.

mod exceptions;
mod levels;
mod pins;
mod search;
mod shape;
mod template;
mod toml_file;

use std::path::{Path, PathBuf};

use badsig::digest::DigestAlgorithm;
use badsig::policy::Exception;
use badsig::report::PolicyFileReport;
use badsig::{Hex, Policy};

use crate::args::{ConfigArguments, JudgingArguments, PolicyArguments, Revocation};
use crate::failure::Failure;
use crate::roots::EMBEDDED;

pub(crate) use template::TEMPLATE;
pub(crate) use toml_file::read_toml;

use shape::Shape;

/// The name of the policy file.
pub(crate) const FILE_NAME: &str = "badsig.toml";
/// Where the signer lock lies when nothing else is said.
const LOCK_NAME: &str = "badsig.lock";

/// The policy file that counts, read.
#[derive(Default)]
pub(crate) struct Config {
    /// Where it lies; paths in it start there.
    directory: PathBuf,
    /// As reports name it.
    file: Option<PolicyFileReport>,
    shape: Shape,
    exceptions: Vec<Exception>,
}

impl Config {
    /// Finds and reads it; without one, everything is as badsig has it.
    pub(crate) fn load(arguments: &ConfigArguments) -> Result<Config, Failure> {
        let found = match &arguments.config {
            _ if arguments.no_config => None,
            Some(path) => Some(path.clone()),
            None => search::find()?,
        };
        match found {
            Some(path) => Config::read(&path),
            None => Ok(Config::default()),
        }
    }

    fn read(path: &Path) -> Result<Config, Failure> {
        let (text, shape) = read_toml::<Shape>(path)?;
        let exceptions = exceptions::checked(path, &text, &shape.exception)?;
        levels::check(path, &text, &shape.levels)?;
        pins::check(path, &text, &shape.publisher)?;
        let directory = path.parent().map(Path::to_owned).unwrap_or_default();
        let sha256 = Hex(DigestAlgorithm::Sha256.digest(text.as_bytes()));
        let file = Some(PolicyFileReport { path: path.display().to_string(), sha256 });
        Ok(Config { directory, file, shape, exceptions })
    }

    /// The file, as reports name it.
    pub(crate) fn file(&self) -> Option<PolicyFileReport> {
        self.file.clone()
    }

    /// The arguments as if what the file says had been typed. Lists add up; single values are those that were typed.
    pub(crate) fn applied_to(&self, typed: &JudgingArguments) -> JudgingArguments {
        let mut arguments = typed.clone();
        let shape = &self.shape;
        if arguments.target.is_empty() {
            arguments.target.clone_from(&shape.targets);
        }
        if arguments.roots.is_none() {
            arguments.roots = shape.roots.program.as_ref().map(|roots| self.roots(roots));
        }
        arguments.revocation = arguments.revocation.or(shape.revocation.mode.map(Revocation::from));
        let state = &mut arguments.endpoint.wintrust_state;
        *state = state.or(shape.wintrust_state.map(|state| state.0));
        let add =
            |list: &mut Vec<PathBuf>, more: &[PathBuf]| list.extend(more.iter().map(|path| self.path(path)));
        add(&mut arguments.add_root, &shape.roots.add);
        add(&mut arguments.intermediates, &shape.roots.intermediates);
        add(&mut arguments.distrust, &shape.roots.distrust);
        add(&mut arguments.crl, &shape.revocation.crl);
        add(&mut arguments.ocsp, &shape.revocation.ocsp);
        add(&mut arguments.network.kit, &shape.revocation.kit);
        let policy = &mut arguments.policy;
        let or = |typed: &mut Option<PathBuf>, own: &Option<PathBuf>| {
            *typed = typed.take().or_else(|| own.as_ref().map(|path| self.path(path)));
        };
        or(&mut policy.approved_certificates, &shape.approved_certificates);
        or(&mut policy.baseline, &shape.baseline);
        or(&mut policy.lock, &shape.lock);
        arguments
    }

    /// Where the signer lock lies: as typed, as the file says, or beside the files.
    pub(crate) fn lock(&self, typed: Option<&PathBuf>) -> PathBuf {
        let own = || self.shape.lock.as_ref().map(|path| self.path(path));
        typed.cloned().or_else(own).unwrap_or_else(|| PathBuf::from(LOCK_NAME))
    }

    /// Levels, exceptions and pins.
    pub(crate) fn policy(&self, arguments: &PolicyArguments) -> Result<Policy, Failure> {
        let mut policy = Policy::default();
        policy.levels = levels::combined(&self.shape.levels, arguments)?;
        policy.exceptions.clone_from(&self.exceptions);
        policy.pins = self.shape.publisher.iter().map(|publisher| pins::pin(publisher.get_ref())).collect();
        Ok(policy)
    }

    fn path(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }

    /// The embedded program has no place on disk.
    fn roots(&self, roots: &Path) -> PathBuf {
        if roots.as_os_str() == EMBEDDED { roots.to_owned() } else { self.path(roots) }
    }
}
