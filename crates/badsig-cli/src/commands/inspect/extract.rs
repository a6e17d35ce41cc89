//! `--extract`: one member, written under a harmless name into a directory, never over anything.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use badsig::codes::exit_codes;
use badsig::payload::{ExtractError, Extracted, MemberPath, extract};
use badsig::{Facts, Limits, Subject, Wanted, inspect_with};
use serde::Serialize;
use tempfile::{Builder, NamedTempFile};

use super::safe_name::safe_name;
use crate::args::Format;
use crate::failure::Failure;
use crate::inputs::Located;
use crate::output::escape::escape;
use crate::output::json;
use crate::output::message;
use crate::output::stdout::Stdout;

/// Between a container and its member.
const INSIDE: &str = "!/";
/// Paths that are suggested.
const SUGGESTIONS: usize = 3;
/// Characters of a name that are compared: more would only cost time.
const LONGEST_COMPARED: usize = 64;
/// Problems that are told where a member was not found.
const TOLD: usize = 3;

/// Writes the member and says where and what.
pub(super) fn run(
    located: &Located,
    format: Format,
    member: &str,
    directory: &Path,
    limits: &Limits,
) -> Result<u8, Failure> {
    let subject = match located.open() {
        Ok(subject) => subject,
        Err(unreadable) => {
            let why: Vec<String> = unreadable.problems.iter().map(ToString::to_string).collect();
            return Ok(undecided(&format!("{}: {}", located.shown, why.join("; "))));
        }
    };
    let path = member_path(Path::new(&located.shown), member);
    let mut target = Target { directory: directory.to_owned(), file: None };
    match extract(&subject, &path, limits, &mut target) {
        Ok(extracted) => {
            let place = target.finish(&safe_name(&extracted.name))?;
            show(&extracted, &place, format)?;
            Ok(exit_codes::PUBLISHABLE)
        }
        Err(ExtractError::NotFound { unread }) if unread.is_empty() => {
            let near = nearest(&subject, &path, limits);
            Err(Failure::usage(format!("{} has no member {member}{near}", subject.name())))
        }
        Err(ExtractError::NotFound { unread }) => {
            let told: Vec<String> = unread.iter().take(TOLD).map(ToString::to_string).collect();
            let near = nearest(&subject, &path, limits);
            let told = told.join("; ");
            Ok(undecided(&format!(
                "no member {member} was found in {}, but not all of it could be read: {told}{near}",
                subject.name()
            )))
        }
        Err(ExtractError::Ambiguous) => Err(Failure::usage(format!(
            "{} has several members {member} with different contents; which one is meant cannot be said",
            subject.name()
        ))),
        Err(ExtractError::Unreadable(problem)) => {
            Ok(undecided(&format!("{member} cannot be taken out of {}: {problem}", subject.name())))
        }
        Err(ExtractError::Write(error)) => Err(Failure::usage(format!("{}: {error}", directory.display()))),
    }
}

fn undecided(message: &str) -> u8 {
    message::error(message);
    exit_codes::UNDECIDED
}

/// The path as typed, and without the name of the file itself in front.
fn member_path(file: &Path, member: &str) -> MemberPath {
    let whole = file.display().to_string();
    let last = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut spellings = vec![member.to_owned()];
    for name in [&whole, &last, &escape(&whole).into_owned(), &escape(&last).into_owned()] {
        let below = member.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix(INSIDE));
        spellings.extend(below.map(str::to_owned));
    }
    spellings.dedup();
    MemberPath { spellings, shown: |path| escape(path).into_owned() }
}

/// A directory, and the file in it that has no name yet; neither is made before there is something to write.
struct Target {
    directory: PathBuf,
    file: Option<NamedTempFile>,
}

impl Target {
    fn file(&mut self) -> io::Result<&mut NamedTempFile> {
        if self.file.is_none() {
            fs::create_dir_all(&self.directory)?;
            let mut builder = Builder::new();
            builder.prefix(".badsig-").suffix(".tmp");
            // Readable as any new file, and never to be run; temporary files are private by default.
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
            self.file = Some(builder.tempfile_in(&self.directory)?);
        }
        self.file.as_mut().ok_or_else(|| io::Error::other("no file"))
    }

    /// Gives the file its name, unless something has it already: a link there is not followed either.
    fn finish(mut self, name: &str) -> Result<PathBuf, Failure> {
        let place = self.directory.join(name);
        let failed = |error: io::Error| Failure::usage(format!("{}: {error}", place.display()));
        let written = self.file().and_then(|file| file.flush());
        written.map_err(failed)?;
        let Some(file) = self.file else { return Err(failed(io::Error::other("nothing was written"))) };
        match file.persist_noclobber(&place) {
            Ok(_) => Ok(place),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Failure::usage(format!("{} exists; it was not overwritten", place.display())))
            }
            Err(error) => Err(failed(error.error)),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

/// What `--format json` says.
#[derive(Serialize)]
struct Shown<'a> {
    path: &'a str,
    file: String,
    size: u64,
    sha256: String,
}

fn show(extracted: &Extracted, place: &Path, format: Format) -> Result<(), Failure> {
    let Extracted { path, size, sha256, .. } = extracted;
    let mut stdout = Stdout::plain();
    match format {
        Format::Text => {
            let place = place.display().to_string();
            writeln!(stdout, "{}  {}", escape(path), escape(&place))?;
            writeln!(stdout, "  size    {size} bytes")?;
            writeln!(stdout, "  sha256  {sha256}")?;
        }
        Format::Json => {
            let shown =
                Shown { path, file: place.display().to_string(), size: *size, sha256: sha256.to_string() };
            json::write(&mut stdout, &shown)?;
        }
    }
    stdout.flush()?;
    Ok(())
}

/// The members that may have been meant.
fn nearest(subject: &Subject, path: &MemberPath, limits: &Limits) -> String {
    let mut wanted = Wanted::default();
    wanted.others = true;
    let facts = inspect_with(subject, limits, &wanted);
    let mut known = Vec::new();
    paths(&facts, &mut known);
    let asked: Vec<&str> = path.spellings.iter().map(String::as_str).collect();
    let distance = |known: &str| asked.iter().map(|asked| distance(known, asked)).min().unwrap_or(usize::MAX);
    let mut near: Vec<(usize, &String)> = known.iter().map(|known| (distance(known), known)).collect();
    near.sort();
    let near: Vec<&str> = near.iter().take(SUGGESTIONS).map(|(_, known)| known.as_str()).collect();
    match near.as_slice() {
        [] => "; badsig finds no members in it".to_owned(),
        near => format!("; nearest: {} (badsig inspect --tree lists all)", near.join(", ")),
    }
}

/// Equal last parts come first, then those that differ in the fewest characters.
fn distance(known: &str, asked: &str) -> usize {
    let last = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    let start = |path: &str| last(path).chars().take(LONGEST_COMPARED).collect::<String>();
    if last(known) == last(asked) {
        return 0;
    }
    strsim::damerau_levenshtein(&start(known), &start(asked)).saturating_add(1)
}

/// The paths of all members below the outer file.
fn paths(outer: &Facts, found: &mut Vec<String>) {
    let below = |path: &str| {
        path.strip_prefix(&outer.path).and_then(|path| path.strip_prefix(INSIDE)).map(str::to_owned)
    };
    for facts in outer.tree() {
        found.extend(below(&facts.path));
        for member in facts.payload.iter().flat_map(|payload| &payload.others) {
            found.extend(below(&format!("{}{INSIDE}{}", facts.path, member.name)));
        }
    }
}
