//! What the vendor catalog says of a file: the relation, what it rests on, and what to do instead.

use anstyle::Style;
use badsig::FileReport;
use badsig::report::VendorReport;

use super::file::INDENT;
use crate::output::colour::{ADVICE, FAINT};
use crate::output::line::Line;

/// The checks that explain by the catalog and do no more; those that warn are shown with other warnings.
const EXPLAINING: [&str; 2] = ["known-unsigned-vendor", "vendor-now-signs"];

/// How the file stands to its product, and the evidence for that.
pub(super) fn lines(report: &FileReport) -> Vec<Line> {
    let Some(vendor) = &report.vendor else { return Vec::new() };
    let findings = report.findings.iter().filter(|finding| EXPLAINING.contains(&finding.check.as_str()));
    let mut lines: Vec<Line> =
        findings.map(|finding| Line::new(INDENT, 2).text(Style::new(), &finding.message)).collect();
    lines.extend(evidence(vendor));
    lines
}

fn evidence(vendor: &VendorReport) -> Option<Line> {
    let seen = vendor.evidence.as_ref()?;
    let place = seen.sources.first()?;
    let line = Line::new(INDENT, 2).text(FAINT, &format!("evidence ({}): {}", seen.known.name(), seen.says));
    Some(line.gap(1).unbroken(FAINT, place))
}

/// What to do instead of publishing a file that the catalog explains.
pub(super) fn instead(report: &FileReport) -> Option<Line> {
    let vendor = report.vendor.as_ref().filter(|vendor| vendor.relation != "now-signs")?;
    let more = format!("badsig vendors show {}", vendor.id);
    let line = Line::new(INDENT, 2).text(ADVICE, "→ ").text(Style::new(), &vendor.instead);
    Some(line.gap(1).text(FAINT, "More:").gap(1).unbroken(ADVICE, &more))
}
