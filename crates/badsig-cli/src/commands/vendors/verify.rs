//! `badsig vendors verify`: looks at the current installers of entries, and proposes what was seen.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use badsig::codes::exit_codes;
use badsig::vendors::{Entry, EvidenceDate, Observation, VendorCatalog};
use badsig::{Hex, UtcTime};
use badsig_fetch::download::Expected;
use similar::TextDiff;

use super::{add, catalog, entry, shown_toml};
use crate::args::{VerifyVendorsArguments, When};
use crate::collect::facts_of;
use crate::downloads::{Downloads, Got, Keep, Lost, Wanted};
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::output::colour::{ERROR, FAINT, STRONG};
use crate::output::line::{Line, Page};
use crate::output::stdout::Stdout;
use crate::progress;
use crate::winget;

/// An installer to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    id: String,
    url: String,
    sha256: Option<[u8; 32]>,
    /// As the manifest has it.
    version: Option<String>,
}

impl Target {
    fn wanted(&self) -> Wanted {
        let expected = Expected { sha256: self.sha256, ..Expected::default() };
        Wanted::described(&self.url, expected)
    }
}

pub(super) fn run(arguments: &VerifyVendorsArguments, colour: When) -> Result<u8, Failure> {
    let catalog = catalog(&arguments.catalog)?;
    let entries = entries(&catalog, &arguments.ids)?;
    let targets = targets(&entries, &arguments.winget)?;
    let (mut stdout, page) = Stdout::page(colour);
    if targets.is_empty() {
        let none = "no installer is known for these entries: name them in `installers`, or give --winget";
        Line::plain(0, none).write(&mut stdout, page)?;
        stdout.flush()?;
        return Ok(exit_codes::UNDECIDED);
    }
    if arguments.dry_run {
        for target in &targets {
            Line::new(0, 2)
                .text(STRONG, &target.id)
                .gap(1)
                .unbroken(FAINT, &target.url)
                .write(&mut stdout, page)?;
        }
        Line::plain(
            0,
            &format!(
                "{} installer{} would be downloaded.",
                targets.len(),
                if targets.len() == 1 { "" } else { "s" }
            ),
        )
        .write(&mut stdout, page)?;
        stdout.flush()?;
        return Ok(exit_codes::PUBLISHABLE);
    }
    let downloads = Downloads::new(&arguments.download, &arguments.connection, Keep::Always)?;
    let wanted: Vec<Wanted> = targets.iter().map(Target::wanted).collect();
    let progress = progress::wanted(arguments.no_progress);
    let got = downloads.get(&wanted, progress);
    let looking = Looking { arguments, at: arguments.catalog.time() };
    let failed = looking.look(&entries, &targets, &got, &mut stdout, page)?;
    stdout.flush()?;
    Ok(if failed > 0 { exit_codes::UNDECIDED } else { exit_codes::PUBLISHABLE })
}

fn entries<'c>(catalog: &'c VendorCatalog, ids: &[String]) -> Result<Vec<&'c Entry>, Failure> {
    if ids.is_empty() {
        return Ok(catalog.entries().collect());
    }
    ids.iter().map(|id| entry(catalog, id)).collect()
}

/// The installers that entries name, and those of their winget packages; each once.
fn targets(entries: &[&Entry], manifests: &[PathBuf]) -> Result<Vec<Target>, Failure> {
    let packages: Vec<String> = entries.iter().flat_map(|entry| entry.winget.clone()).collect();
    let installers = if manifests.is_empty() { Vec::new() } else { winget::newest(manifests, &packages)? };
    let mut targets = Vec::new();
    for entry in entries {
        targets.extend(entry.installers.iter().map(|url| Target {
            id: entry.id.clone(),
            url: url.clone(),
            sha256: None,
            version: None,
        }));
        let own = |package: &str| entry.winget.iter().any(|id| id.eq_ignore_ascii_case(package));
        targets.extend(installers.iter().filter(|found| own(&found.package)).map(|found| Target {
            id: entry.id.clone(),
            url: found.url.clone(),
            sha256: Some(found.sha256),
            version: Some(found.version.clone()),
        }));
    }
    targets.sort();
    targets.dedup();
    Ok(targets)
}

struct Looking<'a> {
    arguments: &'a VerifyVendorsArguments,
    at: UtcTime,
}

impl Looking<'_> {
    /// Looks at what was downloaded, and shows what changes in each entry; gives the number of failures.
    fn look(
        &self,
        entries: &[&Entry],
        targets: &[Target],
        got: &[Result<Arc<Got>, Lost>],
        out: &mut Stdout,
        page: Page,
    ) -> Result<usize, Failure> {
        let mut changed: BTreeMap<&str, Entry> = BTreeMap::new();
        let mut failed = 0usize;
        for (target, got) in targets.iter().zip(got) {
            let seen = match got {
                Ok(got) => self.observation(got.path(), target)?,
                Err(lost) => Err(lost.message.clone()),
            };
            match seen {
                Ok(seen) => {
                    let text = format!("{}: {}", seen.state.words(), target.url);
                    Line::new(0, 2).text(STRONG, &target.id).gap(1).text(FAINT, &text).write(out, page)?;
                    let original = entries.iter().find(|entry| entry.id == target.id);
                    let Some(original) = original else { continue };
                    let own = changed.entry(&original.id).or_insert_with(|| (*original).clone());
                    propose(own, seen, self.at);
                }
                Err(why) => {
                    failed = failed.saturating_add(1);
                    Line::new(0, 2).text(STRONG, &target.id).gap(1).text(ERROR, &why).write(out, page)?;
                }
            }
        }
        for original in entries {
            if let Some(own) = changed.get(original.id.as_str()) {
                self.show(original, own, out)?;
            }
        }
        Ok(failed)
    }

    fn observation(&self, path: &Path, target: &Target) -> Result<Result<Observation, String>, Failure> {
        let facts = facts_of(path);
        if let Some(problem) = facts.problems.first() {
            return Ok(Err(format!("{}: {}", target.url, problem.message)));
        }
        let mut seen = add::observation(&facts, &self.arguments.add_root, vec![target.url.clone()], self.at)?;
        seen.version = target.version.clone().or(seen.version);
        Ok(Ok(seen))
    }

    /// The change as a difference, and in the directory of entries when that was asked for.
    fn show(&self, original: &Entry, own: &Entry, out: &mut Stdout) -> Result<(), Failure> {
        let text = |entry: &Entry| entry.to_toml().map_err(|error| Failure::usage(error.to_string()));
        let (old, new) = (text(original)?, text(own)?);
        let name = format!("{}.toml", own.id);
        let (shown_old, shown_new) = (shown_toml::harmless(&old), shown_toml::harmless(&new));
        let diff = TextDiff::from_lines(&*shown_old, &*shown_new);
        let diff = diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string();
        out.write_all(diff.as_bytes())?;
        match (&self.arguments.catalog.vendors, self.arguments.write) {
            (Some(directory), true) => {
                let mut file = WholeFile::create(&directory.join(name))?;
                file.write_all(new.as_bytes())?;
                file.finish()
            }
            _ => Ok(()),
        }
    }
}

/// Adds an observation. One of the same file that says the same is made newer instead.
fn propose(entry: &mut Entry, seen: Observation, at: UtcTime) {
    let digest = |own: &Observation| own.sha256.clone().unwrap_or_else(|| Hex(Vec::new()));
    let same = |own: &&mut Observation| {
        own.known == seen.known
            && own.state == seen.state
            && own.sha256.is_some()
            && digest(own) == digest(&seen)
    };
    match entry.observations.iter_mut().find(same) {
        Some(own) => own.date = Some(EvidenceDate::of(at)),
        None => entry.observations.push(seen),
    }
    entry.reviewed = EvidenceDate::of(at);
}
