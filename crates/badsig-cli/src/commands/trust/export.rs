//! `badsig trust export`: a bundle as one file, or what a check without network needs.

use std::io::Write as _;
use std::path::Path;

use badsig::Facts;
use badsig::codes::exit_codes;
use badsig::problem::{Problem, ProblemKind};

use crate::args::{TrustExportArguments, When};
use crate::bundle::{self, Source};
use crate::collect::facts_of;
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::inputs::{self, Entry};
use crate::kit::Kit;
use crate::output::line::Line;
use crate::output::stdout::Stdout;
use crate::output::{json, message};
use crate::roots::{list_root, recover};
use crate::settings::JudgingSettings;

/// Writes what was asked for.
pub(super) fn run(arguments: &TrustExportArguments, colour: When) -> Result<u8, Failure> {
    match (&arguments.to, &arguments.revocation_kit) {
        (_, Some(file)) => revocation_kit(arguments, file, colour),
        (Some(file), None) => export(arguments, file, colour),
        (None, None) => Err(Failure::usage("say what to write: --to FILE or --revocation-kit FILE INPUT…")),
    }
}

fn export(arguments: &TrustExportArguments, file: &Path, colour: When) -> Result<u8, Failure> {
    let directory = bundle::directory(arguments.dir.as_ref())?;
    recover(&directory)?;
    if !directory.is_dir() {
        let why = "no such directory; make the bundle with badsig trust update";
        return Err(Failure::usage(format!("{}: {why}", directory.display())));
    }
    let report = bundle::verify(&directory, &list_root(arguments.judging.list_root.as_ref())?);
    let lists = [&report.roots, &report.distrusted];
    let untrusted = report.untrusted.as_ref().and_then(|store| store.problem.as_ref());
    if let Some(problem) = lists.iter().find_map(|list| list.as_ref()?.problem.as_ref()).or(untrusted) {
        return Err(Failure::usage(format!("{}: not exported: {problem}", directory.display())));
    }
    if let Some(name) = report.certificates.wrong.first().or(report.certificates.missing.first()) {
        let why = "is missing or not what the list names; run badsig trust update";
        return Err(Failure::usage(format!("{}: not exported: {name} {why}", directory.display())));
    }
    let nothing_listed = report.roots.is_none() && report.distrusted.is_none() && report.untrusted.is_none();
    if nothing_listed && report.revocation_entries == 0 {
        return Err(Failure::usage(format!("{}: nothing of a bundle is in it", directory.display())));
    }
    let source = Source::read(&directory)?;
    let mut out = WholeFile::create(file)?;
    bundle::export(&source, &mut out)?;
    out.finish()?;
    let text = format!(
        "{}: {} certificates, {} revocation lists, OCSP responses and issuers. There: badsig trust update --from {0}",
        file.display(),
        report.certificates.present,
        report.revocation_entries
    );
    say(&text, colour)?;
    Ok(exit_codes::PUBLISHABLE)
}

fn revocation_kit(arguments: &TrustExportArguments, file: &Path, colour: When) -> Result<u8, Failure> {
    let settings = JudgingSettings::new(&arguments.judging)?;
    let mut kit = Kit::new(settings.evidence.at);
    let mut unread = 0_usize;
    for entry in inputs::find(&inputs::local(&arguments.inputs)?) {
        let facts = facts(&entry);
        for problem in &facts.problems {
            message::warning(&format!("{}: {problem}", facts.path));
        }
        if !facts.problems.is_empty() {
            unread = unread.saturating_add(1);
        }
        kit.add(&facts, &settings.evidence);
    }
    if kit.files() == 0 {
        return Err(Failure::usage("no files were found, so nothing is needed"));
    }
    let mut out = WholeFile::create(file)?;
    json::write(&mut out, &kit)?;
    out.finish()?;
    let text = format!(
        "{}: {} addresses for {} chains of {} files. Online: badsig trust update --kit {0} --dir DIR",
        file.display(),
        kit.wanted(),
        kit.chains(),
        kit.files()
    );
    say(&text, colour)?;
    Ok(if unread > 0 { exit_codes::UNDECIDED } else { exit_codes::PUBLISHABLE })
}

fn facts(entry: &Entry) -> Facts {
    let shown = |path: &Path| path.display().to_string();
    match entry {
        Entry::File(path) => facts_of(path),
        Entry::Remote(remote) => {
            let problem = Problem::new(ProblemKind::Unreadable, "it is an address: download the file first");
            Facts::unreadable(shown(remote.shown()), problem)
        }
        Entry::Unreadable(path, problem) => Facts::unreadable(shown(path), problem.clone()),
    }
}

fn say(text: &str, colour: When) -> Result<(), Failure> {
    let (mut stdout, page) = Stdout::page(colour);
    Line::plain(0, text).write(&mut stdout, page)?;
    stdout.flush()?;
    Ok(())
}
