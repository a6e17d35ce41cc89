//! `unsigned`: there is no embedded signature.

use super::{Check, blocks_where_signatures_count, security_catalog_only};
use crate::codes::ANOTHER_PUBLISHER;
use crate::judge::{Judged, State};

pub(super) static CHECK: Check = Check {
    id: "unsigned",
    title: "not signed",
    meaning: "The file carries no Authenticode signature of its own. Configuration Manager refuses to publish \
              unsigned third-party content, and Windows cannot tell who made it. A file that Windows knows only \
              through a security catalog counts as unsigned here.",
    causes: &[
        "The vendor does not sign its installers.",
        "The signature was removed when the file was repackaged, compressed or cut off in a download.",
    ],
    fix: &[
        "Ask the vendor for a signed build.",
        ANOTHER_PUBLISHER,
        "Publish the metadata only, for compliance reports.",
        "Sign it with a certificate of your own and publish it in an update catalog of your own; the digest \
         changes, so the vendor's catalog no longer fits.",
        "Deploy it as an application.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    if judged.state() != State::Unsigned {
        return Vec::new();
    }
    let messages = unsigned(judged);
    let Some((catalog, valid)) = security_catalog_only::through(judged) else { return messages };
    let said = security_catalog_only::said(valid);
    let listed = |message: String| {
        format!("{message}; the security catalog {catalog} lists it, {said}, which does not count here")
    };
    messages.into_iter().map(listed).collect()
}

fn unsigned(judged: &Judged<'_>) -> Vec<String> {
    match judged.facts.storage.directory_outside_file {
        None if !judged.facts.storage.other_entries.is_empty() => {
            vec!["not signed: the certificate table holds no Authenticode signature".to_owned()]
        }
        Some(outside) => vec![format!(
            "not signed: the header points to a signature of {} bytes at {:#x}, outside the file of {} bytes; the \
             file may be cut off",
            outside.length, outside.offset, outside.file_size
        )],
        None => vec!["not signed".to_owned()],
    }
}
