//! `weak-digest`: the primary signature rests on MD5 or SHA-1.

use super::{Check, primary, primary_contents, primary_reasons, warns, words};
use crate::authenticode::facts::Contents;
use crate::digest::DigestAlgorithm;
use crate::judge::Judged;
use crate::trust::chain::Role;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "weak-digest",
    title: "weak digest algorithm",
    meaning: "The signature rests on MD5 or SHA-1, for which two files with the same digest can be made, or a \
               certificate of its chain on MD5. \
               Windows enforces its rule against SHA-1 for files that carry the Mark of the Web, as browsers \
               set it; content that Configuration Manager downloads probably carries none, so this only \
               warns. What Windows says of signatures with MD5 depends on its settings; certificates with MD5 it \
               refuses under roots of Microsoft's root program (invalid-chain), not under an administrator's own.",
    causes: &[
        "The file is old, or was signed for Windows versions that know nothing else.",
        "The file is signed twice, SHA-1 first: only the first signature is sure to be looked at.",
    ],
    fix: &[
        "Ask the vendor for a build whose first signature uses SHA-256.",
        "Before you publish it, compare the SHA-256 of the file with one that the vendor publishes.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let used: Vec<DigestAlgorithm> = primary_contents(judged).map(used).unwrap_or_default();
    let weakest = used.into_iter().find(|algorithm| algorithm.is_weak());
    let signature = weakest.map(|algorithm| format!("the signature uses {}", title(algorithm)));
    signature.into_iter().chain(certificates(judged)).collect()
}

/// The certificates of the signer's chain that are signed with MD5, where that does not block.
fn certificates(judged: &Judged<'_>) -> Vec<String> {
    if !primary_reasons(judged, &[Cause::WeakCertificateDigest]).is_empty() {
        return Vec::new();
    }
    let links = primary(judged).and_then(|verdict| verdict.chain.as_ref()).map(|chain| &chain.links);
    let below = links.into_iter().flatten().filter(|link| link.role != Role::Root);
    let certificates = below.map(|link| &link.certificate);
    certificates
        .filter(|own| own.signature_scheme().is_ok_and(|scheme| scheme.digest() == DigestAlgorithm::Md5))
        .map(|own| format!("the certificate {} is signed with MD5", words::quoted(&own.common_name())))
        .collect()
}

/// The algorithms for the file's digest and for the signer's.
fn used(contents: &Contents) -> Vec<DigestAlgorithm> {
    let file = contents.digest.as_ref().and_then(|digest| digest.algorithm.clone().ok());
    file.into_iter().chain(contents.signer.digest_algorithm.clone().ok()).collect()
}

fn title(algorithm: DigestAlgorithm) -> &'static str {
    match algorithm {
        DigestAlgorithm::Md5 => "MD5",
        DigestAlgorithm::Sha1 => "SHA-1",
        other => other.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticode::certificate::Certificate;
    use crate::facts::Facts;
    use crate::judge::Role as SubjectRole;
    use crate::policy::Policy;
    use crate::problem::{Problem, ProblemKind};
    use crate::trust::Evidence;
    use crate::trust::chain::{Chain, Link};
    use crate::trust::reason::{Part, Reason};
    use crate::trust::root_program::StampedOrNow;
    use crate::trust::signature::SignatureVerdict;

    /// Those of an administrator's own root warn; what blocks is not told twice.
    #[test]
    fn certificates_with_md5_warn() {
        let evidence = Evidence::embedded("2026-11-21".parse().unwrap());
        let roots = evidence.anchors.program().unwrap().roots.iter();
        let mut roots = roots.filter_map(|root| Certificate::from_der(&root.der).ok());
        let md5 = |own: &Certificate| {
            own.signature_scheme().is_ok_and(|scheme| scheme.digest() == DigestAlgorithm::Md5)
        };
        // A self-signed one of VeriSign's time serves as the signer.
        let signer = roots.find(md5).unwrap();
        let told = |role, reasons: Vec<Reason>| {
            let link = Link { certificate: signer.clone(), role, revocation: None, standing: None };
            let chain = Chain { links: vec![link], reasons: Vec::new(), policies: Vec::new() };
            let verdict = SignatureVerdict {
                hresult: crate::trust::reason::primary(&reasons),
                reasons,
                waived: Vec::new(),
                chain: Some(chain),
                other_chains: Vec::new(),
                timestamps: Vec::new(),
                stamp: None,
                effective: StampedOrNow::Now(evidence.at),
                lifetime_signing: false,
                revocation: crate::trust::revocation::RevocationMode::Offline,
            };
            let facts = Facts::unreadable("a.exe", Problem::new(ProblemKind::Unreadable, "not asked for"));
            find(&Judged {
                facts: &facts,
                signatures: &[verdict],
                endpoints: &[],
                evidence: &evidence,
                policy: &Policy::default(),
                role: SubjectRole::Outer,
                members: &[],
                vendor: None,
            })
        };
        let warned = told(Role::Signer, Vec::new());
        assert!(
            warned.len() == 1 && warned.iter().all(|text| text.ends_with("is signed with MD5")),
            "{warned:?}"
        );
        assert!(told(Role::Root, Vec::new()).is_empty());
        let refused = Reason::new(Cause::WeakCertificateDigest, Part::Signer, "why");
        assert!(told(Role::Signer, vec![refused]).is_empty());
    }
}
