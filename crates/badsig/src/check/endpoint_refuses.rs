//! `endpoint-refuses`: a computer whose stores were given lacks what the signature needs.

use super::{Check, Level, words};
use crate::judge::Judged;
use crate::target::Target;
use crate::trust::endpoint::{EndpointVerdict, MissingCertificate, StoreName};

pub(super) static CHECK: Check = Check {
    id: "endpoint-refuses",
    title: "an endpoint would refuse it",
    meaning: "The signature is valid, but a computer with the certificate stores that were given \
               (`--endpoint-store`) refuses it: a root or an intermediate certificate is missing there, and the \
               computer is taken to be cut off from the sites from which Windows would fetch it. Publishing \
               is not expected to fail for it. What verifies the file on such a computer is expected to refuse it: the agent of \
              Altiris does (Broadcom, KB 164958); for others it is inferred.",
    causes: &[
        "The computers cannot reach Windows Update, so their root program is incomplete or old.",
        "Automatic updates of root certificates are switched off by group policy.",
        "The certificate is in the store of untrusted certificates there.",
    ],
    fix: &[
        "Distribute the missing certificates: `--write-missing DIR` saves them with a script for certutil and a \
         note for group policy.",
        "Let the computers reach Windows Update, or give them `certutil -syncWithWU` from a share.",
    ],
    level,
    find,
};

/// Content is published all the same; what verifies it on the endpoint refuses it there.
fn level(target: Target) -> Level {
    if target.is_on_endpoints() { Level::Block } else { Level::Warn }
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    judged.refusing_endpoints().map(message).collect()
}

fn message(verdict: &EndpointVerdict) -> String {
    let missing: Vec<String> = verdict.missing.iter().map(described).collect();
    let why = match missing.as_slice() {
        [] => verdict.verdict.reasons.first().map(|reason| reason.message.clone()).unwrap_or_default(),
        _ => format!("it lacks {}", words::listed(&missing)),
    };
    format!("the endpoint {} refuses the signature ({}): {why}", verdict.endpoint, verdict.hresult())
}

fn described(missing: &MissingCertificate) -> String {
    let kind = match missing.store {
        StoreName::Root => "the root",
        StoreName::Intermediate => "the intermediate certificate",
    };
    format!("{kind} {}", words::quoted(&missing.certificate.common_name()))
}
