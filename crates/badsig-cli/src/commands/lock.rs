//! `badsig lock`: who signs which product, written down for review.

use std::io::Write as _;
use std::path::Path;

use badsig::codes::exit_codes;
use badsig::policy::{SignerLock, observed};

use crate::args::{LockCommand, LockShowArguments, LockUpdateArguments, When};
use crate::collect::facts_of;
use crate::config::Config;
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::inputs::{self, Entry};
use crate::output::colour::{FAINT, STRONG};
use crate::output::line::Line;
use crate::output::message;
use crate::output::stdout::Stdout;
use crate::settings::{JudgingSettings, lock_file};

const HEADER: &str = "\
# badsig.lock: who signs what. Written by `badsig lock update`; review its changes as you review code.

";

/// Runs one of the commands.
pub(crate) fn run(command: &LockCommand, colour: When) -> Result<u8, Failure> {
    match command {
        LockCommand::Update(arguments) => update(arguments),
        LockCommand::Show(arguments) => show(arguments, colour),
    }
}

fn update(arguments: &LockUpdateArguments) -> Result<u8, Failure> {
    let (judging, path) = JudgingSettings::before_lock(&arguments.judging)?;
    let before = if path.is_file() { lock_file(&path)? } else { SignerLock::default() };
    let mut lock = before.clone();
    let mut left_out = 0usize;
    for entry in inputs::find(&inputs::local(&arguments.inputs)?) {
        if let Err(why) = take(&entry, &judging, &mut lock) {
            message::warning(&format!("{}: not taken: {why}", entry.path().display()));
            left_out = left_out.saturating_add(1);
        }
    }
    write(&path, &lock)?;
    let changed = lock.products.iter().filter(|product| !before.products.contains(product)).count();
    let (shown, all) = (path.display(), lock.products.len());
    let plural = if all == 1 { "" } else { "s" };
    message::note(&format!("{shown}: {all} product{plural}, {changed} of them new or changed"));
    Ok(if left_out > 0 { exit_codes::UNDECIDED } else { exit_codes::PUBLISHABLE })
}

fn take(entry: &Entry, judging: &JudgingSettings, lock: &mut SignerLock) -> Result<(), String> {
    let path = match entry {
        Entry::File(path) => path,
        Entry::Remote(_) => return Err("it is an address".to_owned()),
        Entry::Unreadable(_, problem) => return Err(problem.message.clone()),
    };
    let facts = facts_of(path);
    if let Some(problem) = facts.problems.first() {
        return Err(problem.message.clone());
    }
    let verdict = judging.verdict(&facts);
    if badsig::policy::Product::of(&facts).is_none() {
        return Err("it names no vendor and product".to_owned());
    }
    let seen = observed(&facts, &verdict.signatures);
    lock.take(seen.ok_or_else(|| format!("its signature is not valid ({})", verdict.hresult))?);
    Ok(())
}

fn write(path: &Path, lock: &SignerLock) -> Result<(), Failure> {
    let text = toml::to_string(lock).map_err(|error| Failure::Output(error.to_string()))?;
    let mut file = WholeFile::create(path)?;
    file.write_all(HEADER.as_bytes())?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

fn show(arguments: &LockShowArguments, colour: When) -> Result<u8, Failure> {
    let lock = lock_file(&Config::load(&arguments.config)?.lock(arguments.lock.as_ref()))?;
    let (mut stdout, page) = Stdout::page(colour);
    for product in &lock.products {
        let kinds: Vec<String> = product.kinds.iter().map(ToString::to_string).collect();
        let kinds = if kinds.is_empty() { "not signed".to_owned() } else { kinds.join(", ") };
        let line = Line::new(0, 4).text(STRONG, &product.vendor).gap(1).text(FAINT, "/").gap(1);
        line.text(STRONG, &product.name).gap(2).text(FAINT, &kinds).write(&mut stdout, page)?;
        for signer in &product.signers {
            let text = format!(
                "{} ({}), issued by {} ({}), key {}",
                signer.name, signer.organization, signer.issuer, signer.issuer_organization, signer.key
            );
            Line::plain(4, &text).write(&mut stdout, page)?;
        }
    }
    let products = if lock.products.len() == 1 { "product" } else { "products" };
    Line::plain(0, &format!("{} {products}.", lock.products.len())).write(&mut stdout, page)?;
    stdout.flush()?;
    Ok(exit_codes::PUBLISHABLE)
}
