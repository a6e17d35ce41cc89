//! How answers are shown: formats, files, how much is said.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::args::{OutputArguments, OutputFile, When};
use crate::failure::Failure;
use crate::output::format::OutputFormat;
use crate::output::repository::Repository;
use crate::progress;

/// How much the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Only what is not publishable.
    Quiet,
    /// What an administrator needs.
    Normal,
    /// Everything.
    Verbose,
}

/// How answers are shown.
pub(crate) struct OutputSettings {
    pub(crate) format: &'static OutputFormat,
    pub(crate) files: Vec<OutputFile>,
    pub(crate) detail: Detail,
    /// Whether reports carry the facts, so that they can be judged again.
    pub(crate) facts: bool,
    pub(crate) progress: bool,
    pub(crate) colour: When,
    /// Where formats for code hosts name files from.
    pub(crate) repository: Repository,
}

impl OutputSettings {
    pub(crate) fn new(arguments: &OutputArguments, colour: When) -> Result<OutputSettings, Failure> {
        Ok(OutputSettings {
            format: arguments.format,
            files: outputs(&arguments.output)?,
            detail: detail(arguments),
            facts: facts(arguments),
            progress: progress::wanted(arguments.no_progress),
            colour,
            repository: repository(arguments.repository.as_deref())?,
        })
    }
}

fn repository(top: Option<&Path>) -> Result<Repository, Failure> {
    let Some(top) = top else { return Ok(Repository::default()) };
    Repository::new(top).map_err(|error| Failure::usage(format!("--repository {}: {error}", top.display())))
}

/// Two outputs into one file would overwrite each other.
fn outputs(files: &[OutputFile]) -> Result<Vec<OutputFile>, Failure> {
    let mut places = BTreeSet::new();
    for file in files {
        if !places.insert(place(&file.path)) {
            return Err(Failure::usage(format!("--output names {} twice", file.path.display())));
        }
    }
    Ok(files.to_vec())
}

/// Where a path leads, however it is spelled and through whatever links; the file need not be there.
fn place(path: &Path) -> PathBuf {
    let beside = || {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(parent.canonicalize().ok()?.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(beside).unwrap_or_else(|| path.to_owned())
}

/// Facts are for JSON, the format that is read again.
fn facts(arguments: &OutputArguments) -> bool {
    let formats = arguments.output.iter().map(|file| file.format);
    !arguments.no_facts && formats.chain([arguments.format]).any(|format| format.holds_facts())
}

fn detail(arguments: &OutputArguments) -> Detail {
    match (arguments.quiet, arguments.verbose) {
        (true, _) => Detail::Quiet,
        (false, true) => Detail::Verbose,
        (false, false) => Detail::Normal,
    }
}
