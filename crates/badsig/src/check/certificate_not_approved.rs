//! `certificate-not-approved`: the signer's certificate is not among those that the site approves.

use super::{Check, Level, primary_contents, words};
use crate::hex::Hex;
use crate::judge::Judged;
use crate::target::Target;

pub(super) static CHECK: Check = Check {
    id: "certificate-not-approved",
    title: "signer's certificate not approved",
    meaning: "Configuration Manager publishes content only when the certificate that signed it is approved at the \
              site. This one is not among those that were given as approved, so the agent reports it as BLOCKED and \
              publishing ends with …_UPDATECONTENT_TRUST_FAIL. The signature itself is not what is wrong here.",
    causes: &[
        "The vendor signs with a new certificate and left it out of the update catalog (ContentCertificates).",
        "The update catalog was unsubscribed, which withdraws its certificates.",
        "An administrator blocked the certificate.",
    ],
    fix: &[
        "Find out whose certificate it is; when it is the vendor's, approve (unblock) it under Administration, \
         Security, Certificates, and publish again.",
        "Ask the vendor to add the certificate to the update catalog.",
    ],
    level: |target| match target {
        Target::Configmgr => Level::Block,
        _ => Level::Note,
    },
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let signer = primary_contents(judged).and_then(|contents| contents.signer_certificate());
    let Some((approved, signer)) = judged.evidence.approved.as_ref().zip(signer) else { return Vec::new() };
    if approved.contains(signer) {
        return Vec::new();
    }
    let thumbprint = Hex::from(&signer.sha1()[..]).upper();
    let (name, count) = (words::quoted(&signer.common_name()), words::count(approved.len(), "certificate"));
    vec![format!(
        "the certificate of {name}, {thumbprint}, is not among {count} approved ({})",
        approved.source()
    )]
}
