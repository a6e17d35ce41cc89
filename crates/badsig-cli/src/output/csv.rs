//! A table for spreadsheets: one row for each file and each member.

use std::io::{self, Write};

use ::csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use badsig::target::TARGETS;
use badsig::{FileReport, Report, Target};

use super::escape::escape;
use super::format::{About, Head, Stream};
use super::remark;

const COLUMNS: [&str; 15] = [
    "path",
    "verdict",
    "why",
    "checks",
    "hresult",
    "symbol",
    "format",
    "size",
    "sha256",
    "signer",
    "issuer",
    "thumbprint_sha1",
    "stamped",
    "stops_validating",
    "outlook",
];

/// A table.
pub(crate) struct Csv;

impl Csv {
    pub(crate) fn boxed(_: &About) -> Box<dyn Stream> {
        Box::new(Csv)
    }
}

impl Stream for Csv {
    fn begin(&mut self, _: &Head, out: &mut dyn Write) -> io::Result<()> {
        let names = COLUMNS.into_iter().chain(TARGETS.map(Target::name));
        row(out, names.map(str::to_owned).collect())
    }

    fn file(&mut self, file: &FileReport, out: &mut dyn Write) -> io::Result<()> {
        row(out, cells(file))?;
        file.members.iter().try_for_each(|member| self.file(member, out))
    }

    fn end(&mut self, _: &Report, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn cells(file: &FileReport) -> Vec<String> {
    let primary = file.signatures.first();
    let signer = primary.and_then(|signature| signature.signer.as_ref());
    let stamp = primary.and_then(|signature| signature.timestamp.as_ref()).filter(|stamp| stamp.valid);
    let mut checks: Vec<&str> = file.findings.iter().map(|finding| finding.check.as_str()).collect();
    checks.dedup();
    let of_signer = |part: fn(&badsig::report::CertificateReport) -> &String| {
        signer.map(part).cloned().unwrap_or_default()
    };
    let mut cells = vec![
        file.path.clone(),
        file.verdict.name().to_owned(),
        remark::why(file),
        checks.join(" "),
        file.trust.hresult.clone(),
        file.trust.symbol.clone(),
        file.format.name().to_owned(),
        file.size.map(|size| size.to_string()).unwrap_or_default(),
        file.sha256.as_ref().map(ToString::to_string).unwrap_or_default(),
        of_signer(|signer| &signer.common_name),
        of_signer(|signer| &signer.issuer),
        of_signer(|signer| &signer.thumbprint_sha1),
        stamp.and_then(|stamp| stamp.time).map(|time| time.to_string()).unwrap_or_default(),
        primary.and_then(|primary| primary.stops_validating).map(|time| time.to_string()).unwrap_or_default(),
        primary.map(|primary| primary.outlook.clone()).unwrap_or_default(),
    ];
    cells.extend(TARGETS.map(|target| prediction(file, target)));
    cells
}

fn prediction(file: &FileReport, target: Target) -> String {
    let prediction = file.predictions.iter().find(|prediction| prediction.target == target);
    prediction.map(|prediction| super::outcome_name(prediction.outcome).to_owned()).unwrap_or_default()
}

/// One row; it is written at once, so that a reader sees it.
pub(crate) fn row(out: &mut dyn Write, cells: Vec<String>) -> io::Result<()> {
    // Where spreadsheets separate by semicolons, one in a name would begin a cell, perhaps a formula.
    let splits = cells.iter().any(|cell| cell.contains(';'));
    let quotes = if splits { QuoteStyle::Always } else { QuoteStyle::Necessary };
    let mut writer: Writer<&mut dyn Write> =
        WriterBuilder::new().terminator(Terminator::CRLF).quote_style(quotes).from_writer(out);
    writer.write_record(cells.iter().map(|cell| harmless(cell))).map_err(io::Error::other)?;
    writer.flush()
}

/// Spreadsheets calculate what begins like a formula, and one may start programs; an apostrophe makes it text. Where they
/// separate by semicolons, a cell begins behind each, with or without quotes.
fn harmless(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len());
    let mut begins = true;
    for character in escape(cell).chars() {
        if begins && matches!(character, '=' | '+' | '-' | '@' | '|' | '%') {
            safe.push('\'');
        }
        begins = character == ';' || (begins && matches!(character, ' ' | '"'));
        safe.push(character);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        assert_eq!(harmless("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(harmless("@SUM(1)"), "'@SUM(1)");
        assert_eq!(harmless("\t=1"), "\\u{9}=1");
        assert_eq!(harmless("a=1"), "a=1");
        assert_eq!(harmless("x;=1;y; \"+2"), "x;'=1;y; \"'+2");
    }

    /// Excel separates by the list separator of Windows, a semicolon in much of Europe.
    #[test]
    fn semicolons_begin_no_cell() {
        let mut out = Vec::new();
        row(&mut out, vec!["a;=cmd|' /C calc'!A0;.exe".to_owned(), "x;=1".to_owned()]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\"a;'=cmd|' /C calc'!A0;.exe\",\"x;'=1\"\r\n");
    }
}
