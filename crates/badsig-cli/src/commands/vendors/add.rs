//! `badsig vendors add`: a draft of an entry from what a file says of itself. Never overwrites.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use badsig::authenticode::facts::Contents;
use badsig::codes::exit_codes;
use badsig::codes::hresult::{CERT_E_EXPIRED, CERT_E_UNTRUSTEDROOT};
use badsig::facts::Description;
use badsig::trust::{Anchors, Evidence};
use badsig::vendors::entry::MatchRules;
use badsig::vendors::{Entry, EvidenceDate, Identity, Knowledge, Observation, Signing};
use badsig::{Facts, Policy, UtcTime, judge};

use super::{catalog, shown_toml};
use crate::args::AddArguments;
use crate::certificates;
use crate::collect::facts_of;
use crate::failure::Failure;
use crate::inputs;
use crate::output::message;
use crate::output::stdout::Stdout;

/// What an unsigned file can be turned into, for entries that know nothing better.
const INSTEAD: &str = "Ask the vendor to sign. Until then, pin the SHA-256 of the file that was tested, and publish it \
                       with a tool that signs the update package with your own WSUS certificate, or deploy it as an \
                       application.";

pub(super) fn run(arguments: &AddArguments) -> Result<u8, Failure> {
    let catalog = catalog(&arguments.catalog)?;
    let at = arguments.catalog.time();
    let facts = facts_of(inputs::one_local(&arguments.file)?);
    if let Some(problem) = facts.problems.first() {
        message::error(&format!("{}: {}; nothing is drafted", facts.path, problem.message));
        return Ok(exit_codes::UNDECIDED);
    }
    let seen = observation(&facts, &arguments.add_root, arguments.source.clone(), at)?;
    let matches = catalog.matches(&Identity::of_facts(&facts));
    let known = matches.iter().find(|found| found.holds()).filter(|_| arguments.id.is_none());
    let draft = match known {
        Some(found) => {
            let mut entry = found.entry.clone();
            entry.observations.push(seen);
            entry.reviewed = EvidenceDate::of(at);
            entry
        }
        None => draft(&facts, seen, arguments.id.as_deref(), at)?,
    };
    let text = draft.to_toml().map_err(|error| Failure::usage(error.to_string()))?;
    match &arguments.into {
        Some(directory) => write_new(&directory.join(format!("{}.toml", draft.id)), &text)?,
        None => {
            let mut stdout = Stdout::plain();
            stdout.write_all(shown_toml::harmless(&text).as_bytes())?;
            stdout.flush()?;
        }
    }
    Ok(exit_codes::PUBLISHABLE)
}

/// A file that is there stays as it is.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::usage(format!(
            "{} exists and is not overwritten; leave out --into to see the draft",
            path.display()
        )),
        _ => Failure::usage(format!("{} cannot be written: {error}", path.display())),
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// What is seen of a file at a time.
pub(super) fn observation(
    facts: &Facts,
    roots: &[PathBuf],
    sources: Vec<String>,
    at: UtcTime,
) -> Result<Observation, Failure> {
    let mut added = Vec::new();
    for file in roots {
        added.extend(certificates::from_file(file)?);
    }
    let evidence = Evidence::new(at, Anchors::embedded().with(added));
    let verdict = judge(facts, &evidence, &Policy::default());
    let code = verdict.hresult;
    let (state, says) = match (facts.signatures.is_empty(), code.is_success(), code.0) {
        (true, ..) => (Signing::Unsigned, "badsig found no signature.".to_owned()),
        (false, true, _) => (Signing::Signed, "badsig found a valid signature.".to_owned()),
        (false, false, CERT_E_UNTRUSTEDROOT) => (
            Signing::SignedUntrustedRoot,
            "badsig found a signature up to a root that is not trusted.".to_owned(),
        ),
        (false, false, CERT_E_EXPIRED) => (
            Signing::SignedOutsideValidity,
            "badsig found a signature outside the validity of its certificate.".to_owned(),
        ),
        _ => (Signing::NotSeen, format!("badsig found a signature that does not hold: {code}.")),
    };
    let signer = facts.signatures.first().and_then(|signature| signature.contents.as_ref().ok());
    let signer = signer.and_then(Contents::signer_certificate).map(|certificate| certificate.common_name());
    let identity = Identity::of_facts(facts);
    Ok(Observation {
        date: Some(EvidenceDate::of(at)),
        state,
        version: identity.version().map(str::to_owned),
        from: None,
        to: None,
        file_name: file_name(facts),
        sha256: facts.sha256.clone(),
        signer: signer.filter(|_| state != Signing::NotSeen),
        says,
        known: Knowledge::Checked,
        sources,
    })
}

fn file_name(facts: &Facts) -> Option<String> {
    Path::new(&facts.path).file_name().and_then(|name| name.to_str()).map(str::to_owned)
}

/// A new entry, of what the file says of itself.
fn draft(facts: &Facts, seen: Observation, id: Option<&str>, at: UtcTime) -> Result<Entry, Failure> {
    let mut rules = MatchRules::default();
    rules.file_names.extend(seen.file_name.as_deref().map(|name| pattern(name, seen.version.as_deref())));
    let (product, vendor) = claims(facts, seen.version.as_deref(), &mut rules);
    let stem =
        || seen.file_name.as_deref().and_then(|name| name.split(['-', '_', '.']).next()).map(str::to_owned);
    let product = product.or_else(stem).unwrap_or_default();
    let id = id.map_or_else(|| slug(&product), str::to_owned);
    if id.is_empty() || slug(&id) != id {
        let why = "an id has lower-case letters, digits and hyphens only";
        return Err(Failure::usage(format!("{why}, and {id:?} has others or nothing; give one with --id")));
    }
    Ok(Entry {
        id,
        product,
        vendor: vendor.unwrap_or_default(),
        aliases: Vec::new(),
        reviewed: EvidenceDate::of(at),
        homepage: None,
        download_page: None,
        ask: None,
        winget: Vec::new(),
        chocolatey: Vec::new(),
        installers: Vec::new(),
        instead: INSTEAD.to_owned(),
        rules,
        observations: vec![seen],
        notes: Vec::new(),
    })
}

/// Product and vendor as the file claims them, and the rules that follow.
fn claims(facts: &Facts, version: Option<&str>, rules: &mut MatchRules) -> (Option<String>, Option<String>) {
    match &facts.description {
        Some(Description::Pe(pe)) => {
            let Some(own) = &pe.version else { return (None, None) };
            rules.pe.company_names.extend(own.company_name.clone());
            rules.pe.product_names.extend(own.product_name.as_deref().map(|name| pattern(name, version)));
            (own.product_name.clone(), own.company_name.clone())
        }
        Some(Description::Installer(installer)) => {
            let Some(own) = &installer.product else { return (None, None) };
            rules.msi.manufacturers.extend(own.manufacturer.clone());
            rules.msi.product_names.extend(own.product_name.as_deref().map(|name| pattern(name, version)));
            rules.msi.upgrade_codes.extend(own.upgrade_code.clone());
            rules.msi.product_codes.extend(own.product_code.clone());
            (own.product_name.clone(), own.manufacturer.clone())
        }
        None => (None, None),
    }
}

/// A name with a placeholder where it has the version. Braces would be placeholders, so a name with them becomes none.
fn pattern(name: &str, version: Option<&str>) -> String {
    match version.filter(|version| version.contains('.') && !name.contains(['{', '}'])) {
        Some(version) => name.replacen(version, "{version}", 1),
        None => name.to_owned(),
    }
}

/// `7-Zip 26.02` becomes `7-zip-26-02`.
fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words =
        lower.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_ids() {
        assert_eq!(pattern("tool-1.2.3-x64.msi", Some("1.2.3")), "tool-{version}-x64.msi");
        assert_eq!(pattern("tool-123.msi", Some("1.2.3")), "tool-123.msi");
        assert_eq!(pattern("{x}1.2", Some("1.2")), "{x}1.2");
        assert_eq!(slug("7-Zip 26.02 (x64)"), "7-zip-26-02-x64");
        assert_eq!(slug("../../etc/passwd\u{202e}"), "etc-passwd");
    }
}
