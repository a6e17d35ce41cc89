//! The roots of a run: the embedded root program, or a directory with a trust bundle or loose certificates.

use std::path::{Path, PathBuf};

use badsig::authenticode::certificate::Certificate;
use badsig::trust::root_program::{ListRoot, ListUsage, RootProgram, RootSource, SignedList};
use badsig::trust::{Anchors, CertificateStore, DistrustList};

use crate::bundle;
use crate::certificates;
use crate::failure::Failure;
use crate::left_out;
use crate::online::places;
use crate::output::message;

/// The name of the embedded roots in `--roots`.
pub(crate) const EMBEDDED: &str = "embedded";

/// What `--roots` names.
pub(crate) struct Roots {
    pub(crate) anchors: Anchors,
    /// As the report says it.
    pub(crate) source: String,
    /// The signed list of distrusted certificates that stands beside the root program.
    distrusted: Option<SignedList>,
    /// Distrusted certificates that stand there by themselves (`disallowedcert.sst`).
    untrusted: Vec<Certificate>,
    /// What the bundle holds about revocation.
    pub(crate) kit: Option<PathBuf>,
}

impl Roots {
    /// Reads what was named. Lists must have been signed under `signer`.
    pub(crate) fn read(roots: &Path, signer: &ListRoot) -> Result<Roots, Failure> {
        if roots.as_os_str() == EMBEDDED {
            let anchors = Anchors::embedded();
            let source = EMBEDDED.to_owned();
            return Ok(Roots { anchors, source, distrusted: None, untrusted: Vec::new(), kit: None });
        }
        recover(roots)?;
        if !roots.is_dir() {
            let shown = roots.display();
            return Err(Failure::usage(format!("--roots {shown}: neither '{EMBEDDED}' nor a directory")));
        }
        Roots::of_directory(roots, signer)
    }

    fn of_directory(directory: &Path, signer: &ListRoot) -> Result<Roots, Failure> {
        let failed = |why: String| Failure::usage(format!("{}: {why}", directory.display()));
        let store =
            CertificateStore::read_dir(directory).map_err(|error| Failure::usage(error.to_string()))?;
        left_out::nothing(directory, &store).map_err(failed)?;
        let source = RootSource::Directory(directory.to_owned());
        let program = store.root_program(source, None, signer).map_err(|error| failed(error.to_string()))?;
        let distrusted = store.distrusted(signer).map_err(|error| failed(error.to_string()))?;
        let anchors = match program {
            Some(program) => {
                warn_of_old(directory, &program, signer);
                Anchors::program_from(program)
            }
            None => loose(directory, &store)?,
        };
        let inside = directory.join(places::REVOCATION);
        let kit = inside.is_dir().then_some(inside);
        let untrusted = store.untrusted().to_vec();
        Ok(Roots { anchors, source: directory.display().to_string(), distrusted, untrusted, kit })
    }

    /// With what the bundle distrusts.
    pub(crate) fn with_distrust(&self, list: DistrustList) -> Result<DistrustList, Failure> {
        let list = if self.untrusted.is_empty() {
            list
        } else {
            list.with_certificates(format!("{}/{}", self.source, bundle::UNTRUSTED), &self.untrusted)
        };
        match &self.distrusted {
            Some(signed) => list
                .with_list(format!("{}/{}", self.source, bundle::DISTRUSTED), signed)
                .map_err(|error| Failure::usage(format!("{}: {error}", self.source))),
            None => Ok(list),
        }
    }
}

/// Puts a bundle back whose update was killed at the worst moment.
pub(crate) fn recover(directory: &Path) -> Result<(), Failure> {
    badsig_fetch::recover(directory).map_err(|error| Failure::usage(error.to_string()))
}

/// Who must have signed lists: Microsoft, or who stands in the file.
pub(crate) fn list_root(file: Option<&PathBuf>) -> Result<ListRoot, Failure> {
    let Some(file) = file else { return Ok(ListRoot::Microsoft) };
    let found = certificates::from_file(file)?;
    match <[Certificate; 1]>::try_from(found) {
        Ok([root]) => Ok(ListRoot::Own(root)),
        Err(found) => {
            let count = found.len();
            Err(Failure::usage(format!("{}: holds {count} certificates instead of one root", file.display())))
        }
    }
}

/// Roots without a list: trusted as they are, with the limits that a serialized store gives them.
fn loose(directory: &Path, store: &CertificateStore) -> Result<Anchors, Failure> {
    let failed = |why: String| Failure::usage(format!("{}: {why}", directory.display()));
    if store.lists().iter().any(|list| list.usage != Some(ListUsage::Distrusted)) {
        return Err(failed("holds a signed list that is not the root program".to_owned()));
    }
    if store.certificates().is_empty() {
        return Err(failed(format!(
            "holds no certificate files ({}, sst)",
            certificates::EXTENSIONS.join(", ")
        )));
    }
    if store.certificates().iter().any(|stored| left_out::extension(&stored.source) == "sst") {
        return Ok(Anchors::of_store(store));
    }
    Ok(Anchors::only(store.certificates().iter().map(|stored| stored.certificate.clone()).collect()))
}

fn warn_of_old(directory: &Path, program: &RootProgram, signer: &ListRoot) {
    let embedded = RootProgram::embedded().ctl_date;
    if matches!(signer, ListRoot::Microsoft) && program.ctl_date < embedded {
        message::warning(&format!(
            "{}: the root program of {} is older than the one of {} that is part of badsig",
            directory.display(),
            program.ctl_date.date(),
            embedded.date()
        ));
    }
}
