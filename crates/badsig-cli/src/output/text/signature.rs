//! A signature in a few words: who signed, when that was stamped, how long it lasts.

use badsig::FileReport;
use badsig::authenticode::facts::TimestampKind;
use badsig::report::{SignatureReport, TimestampReport};

use super::file::INDENT;
use crate::output::colour::FAINT;
use crate::output::line::Line;

/// `Example Corp, stamped 2026-10-02 (RFC 3161)`.
pub(super) fn summary(signature: &SignatureReport) -> String {
    let signer = signature.signer.as_ref().map_or("an unknown signer", |signer| &signer.common_name);
    let ends = signature.stops_validating.map(|time| format!("stops validating {}", time.date()));
    let stamp = signature.timestamp.as_ref().filter(|stamp| stamp.valid).and_then(stamped);
    let parts = match (stamp, signature.lifetime_signing) {
        (Some(stamp), true) => vec![stamp, "for lifetime signing".to_owned()],
        (Some(stamp), false) => vec![stamp],
        (None, _) => vec!["not stamped".to_owned()],
    };
    let all: Vec<String> = [signer.to_owned()].into_iter().chain(parts).chain(ends).collect();
    all.join(", ")
}

fn stamped(stamp: &TimestampReport) -> Option<String> {
    Some(format!("stamped {} ({})", stamp.time?.date(), kind(stamp.kind)))
}

/// The name of a kind of time stamp as people write it.
pub(super) fn kind(kind: TimestampKind) -> &'static str {
    match kind {
        TimestampKind::Rfc3161 => "RFC 3161",
        TimestampKind::Pkcs9 => "PKCS#9",
    }
}

/// Who signed a file that is refused all the same.
pub(super) fn signed_by(report: &FileReport) -> Option<Line> {
    let signer = report.signatures.first()?.signer.as_ref()?;
    let text = format!(
        "signed by {}, valid {} to {}",
        signer.common_name,
        signer.not_before.date(),
        signer.not_after.date()
    );
    Some(Line::new(INDENT, 2).text(FAINT, &text))
}
