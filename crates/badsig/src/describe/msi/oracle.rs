//! Comparison with two independent readers, over the shared files: msitools and the `msi` crate.

#![allow(clippy::print_stderr, reason = "tests say what they compared and what they skipped")]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::compound::Compound;
use super::database::Database;
use super::*;
use crate::UtcTime;
use crate::describe::robustness::shared_files;

const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The shared compound files that are Windows Installer's.
fn installers() -> Vec<(PathBuf, Vec<u8>)> {
    let files = shared_files().into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap()));
    files.filter(|(_, bytes)| bytes.starts_with(COMPOUND_FILE)).collect()
}

/// The whole `Property` table (of a patch: its metadata).
fn properties(source: &dyn ByteSource, table: &'static str) -> Option<BTreeMap<String, String>> {
    let limits = Limits::default();
    let mut compound = Compound::open(source, &limits).ok()?;
    let database = Database::open(&mut compound, &limits).ok()??;
    database.properties(&mut compound, table).ok()?.map(|properties| properties.all())
}

fn msiinfo(arguments: &[&str], file: &Path, rest: &[&str]) -> Option<String> {
    let output = Command::new("msiinfo").args(arguments).arg(file).args(rest).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success() && !text.trim().is_empty()).then_some(text)
}

/// msitools writes a table as name line, type line, key line, then rows separated by tabs. Property and value
/// are the last columns of both tables.
fn exported(text: &str) -> BTreeMap<String, String> {
    let rows = text.lines().skip(3).filter_map(|line| line.rsplit_once('\t'));
    let rows = rows.map(|(name, value)| (name.rsplit('\t').next().unwrap_or_default(), value));
    rows.map(|(name, value)| (name.to_owned(), value.trim_end_matches('\r').to_owned())).collect()
}

#[test]
fn property_tables_agree_with_msitools() {
    if Command::new("msiinfo").arg("--version").output().is_err() {
        return eprintln!("skipped: msiinfo is not installed");
    }
    let mut compared = 0;
    for (path, bytes) in installers() {
        for table in ["Property", "MsiPatchMetadata"] {
            let Some(text) = msiinfo(&["export"], &path, &[table]) else { continue };
            let Some(mut found) = properties(&bytes, table) else {
                panic!("only msitools reads {} {table}", path.display());
            };
            let mut expected = exported(&text);
            // msitools writes line breaks inside values as they are, which its own format cannot hold.
            found
                .retain(|name, value| !value.contains(['\n', '\r', '\t']) || expected.remove(name).is_none());
            assert_eq!(found, expected, "{} {table}", path.display());
            compared += 1;
        }
    }
    eprintln!("{compared} tables compared with msitools");
}

#[test]
fn summaries_agree_with_msitools() {
    if Command::new("msiinfo").arg("--version").output().is_err() {
        return eprintln!("skipped: msiinfo is not installed");
    }
    let mut compared = 0;
    for (path, bytes) in installers() {
        let Some(text) = msiinfo(&["suminfo"], &path, &[]) else { continue };
        let description = describe_installer(&bytes, &Limits::default()).unwrap();
        let summary = description.summary.unwrap();
        let expected: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(as_msiinfo_shows(&summary, &text), expected, "{}", path.display());
        compared += 1;
    }
    eprintln!("{compared} summaries compared with msitools");
}

/// The lines of `msiinfo suminfo` that have a field here, in its order; the others are taken from it.
fn as_msiinfo_shows<'a>(summary: &'a SummaryInformation, text: &'a str) -> Vec<String> {
    let own = |label: &str| match label {
        "Title" => summary.title.clone(),
        "Subject" => summary.subject.clone(),
        "Author" => summary.author.clone(),
        "Keywords" => summary.keywords.clone(),
        "Comments" => summary.comments.clone(),
        "Template" => summary.template.clone(),
        "Last author" => summary.last_saved_by.clone(),
        "Revision number (UUID)" => summary.revision_number.clone(),
        "Created" => summary.created.map(as_ctime),
        "Last saved" => summary.saved.map(as_ctime),
        "Version" => summary.page_count.map(number),
        "Source" => summary.word_count.map(number),
        "Restrict" => summary.character_count.map(number),
        "Application" => summary.creating_application.clone(),
        "Security" => summary.security.map(number),
        _ => None,
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let (label, rest) = line.split_once(": ").unwrap_or((line, ""));
            let known = !["Edittime", "Last printed"].contains(&label);
            if known {
                format!("{label}: {}", own(label).unwrap_or("missing".to_owned()))
            } else {
                format!("{label}: {rest}")
            }
        })
        .collect()
}

fn number(value: i32) -> String {
    format!("{value} ({value:x})")
}

/// As the C library's `ctime` writes dates, in UTC.
fn as_ctime(time: UtcTime) -> String {
    let format = time::format_description::parse_borrowed::<2>(
        "[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]",
    );
    time::OffsetDateTime::from_unix_timestamp(time.unix()).unwrap().format(&format.unwrap()).unwrap()
}

#[test]
fn property_tables_agree_with_the_msi_crate() {
    let (mut compared, mut refused) = (0, 0);
    for (path, bytes) in installers() {
        if describe_installer(&bytes, &Limits::default()).is_ok_and(|found| found.kind == TRANSFORM) {
            // Its tables hold changes instead of rows; the msi crate panics.
            continue;
        }
        match (msi_properties(bytes.clone()), properties(&bytes, "Property")) {
            (Some(expected), Some(own)) => {
                assert_eq!(own, expected, "{}", path.display());
                compared += 1;
            }
            (None, Some(_)) => {
                eprintln!("the msi crate refuses {}", path.display());
                refused += 1;
            }
            (Some(_), None) => panic!("only the msi crate reads {}", path.display()),
            (None, None) => {}
        }
    }
    eprintln!("{compared} tables compared with the msi crate, {refused} it refused");
}

const TRANSFORM: Option<InstallerKind> = Some(InstallerKind::Transform);

fn msi_properties(bytes: Vec<u8>) -> Option<BTreeMap<String, String>> {
    let mut package = msi::Package::open(Cursor::new(bytes)).ok()?;
    let rows = package.select_rows(msi::Select::table("Property")).ok()?;
    let text = |value: &msi::Value| value.as_str().unwrap_or_default().to_owned();
    Some(rows.map(|row| (text(&row["Property"]), text(&row["Value"]))).collect())
}
