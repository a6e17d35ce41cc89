//! `invalid-chain`: a certificate of the chain breaks the rules for chains.

use super::words::ANOTHER_WAY;
use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "invalid-chain",
    title: "chain breaks the rules",
    meaning: "A certificate of the chain was not signed by the one above it, was issued by one that may not \
               issue certificates, is signed with MD5 although its root is one of Microsoft's root program, or \
               carries an extension that must be understood and is not. Windows refuses such chains: whose \
               signature it is cannot be said. With MD5, what was stamped before 2009-03-01 goes on (Microsoft \
               Security Advisory 2862973); that the code is 0x80096004 is inferred.",
    causes: &[
        "The authority made a mistake when it issued the certificate.",
        "A certificate of another kind was used to issue one for signing: that is how certificates are \
         forged.",
        "The certificate uses an extension that badsig does not know.",
    ],
    fix: &["Ask the vendor for a build that is signed under another authority.", ANOTHER_WAY],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(
        judged,
        &[
            Cause::NotSignedByIssuer,
            Cause::BasicConstraints,
            Cause::CriticalExtension,
            Cause::UnreadableExtension,
            Cause::NameConstraint,
            Cause::Policy,
            Cause::WeakCertificateDigest,
        ],
    )
}
