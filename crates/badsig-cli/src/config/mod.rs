//! `badsig.toml`: the policy of a repository, found from the working directory upwards. What is typed adds to it or goes
//! before it.

mod exceptions;
mod levels;
mod shape;
mod template;
mod toml_file;

use std::path::{Path, PathBuf};

use badsig::Policy;
use badsig::policy::{Exception, Product, PublisherPin};

use crate::args::{JudgingArguments, PolicyArguments, Revocation};
use crate::failure::Failure;
use crate::roots::EMBEDDED;

pub(crate) use template::TEMPLATE;
pub(crate) use toml_file::read_toml;

use shape::Shape;

/// The name of the policy file.
pub(crate) const FILE_NAME: &str = "badsig.toml";

/// The policy file that counts, read.
#[derive(Default)]
pub(crate) struct Config {
    /// Where it lies; paths in it start there.
    directory: PathBuf,
    shape: Shape,
    exceptions: Vec<Exception>,
}

impl Config {
    /// Finds and reads it; without one, everything is as badsig has it.
    pub(crate) fn load(arguments: &PolicyArguments) -> Result<Config, Failure> {
        let found = match &arguments.config {
            _ if arguments.no_config => None,
            Some(path) => Some(path.clone()),
            None => upwards(),
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
        let directory = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Config { directory, shape, exceptions })
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

    /// Levels, exceptions and pins.
    pub(crate) fn policy(&self, arguments: &PolicyArguments) -> Result<Policy, Failure> {
        let mut policy = Policy::default();
        policy.levels = levels::combined(&self.shape.levels, arguments)?;
        policy.exceptions.clone_from(&self.exceptions);
        policy.pins = self.shape.publisher.iter().map(pin).collect();
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

fn pin(publisher: &shape::Publisher) -> PublisherPin {
    let product = Product { vendor: publisher.vendor.clone(), name: publisher.product.clone() };
    PublisherPin { product, signers: publisher.signers.clone() }
}

/// The nearest policy file at or above the working directory. Its path is shown relative where it lies here.
fn upwards() -> Option<PathBuf> {
    if Path::new(FILE_NAME).is_file() {
        return Some(PathBuf::from(FILE_NAME));
    }
    let here = std::env::current_dir().ok()?;
    here.ancestors().skip(1).map(|directory| directory.join(FILE_NAME)).find(|path| path.is_file())
}
