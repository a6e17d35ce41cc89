//! What a chain is asked for, and whether the end of the chain may be used for it (RFC 5280 4.2.1.3 and
//! 4.2.1.12).

use std::str::FromStr;

use super::Role;
use crate::authenticode::certificate::{Certificate, KeyUsage};
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;
use crate::trust::reason::Part;

/// What a chain is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Anything: no usage is required of any certificate but that authorities may sign certificates.
    Any,
    /// Signing programs: a signer without extended key usage is allowed.
    CodeSigning,
    /// TLS servers: the host name is not compared here.
    ServerAuth,
    /// Time stamping: the usage must be stated (RFC 3161 2.3).
    TimeStamping,
}

/// The text names no purpose.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no purpose: it is one of code-signing, time-stamping, server-auth and any")]
pub struct UnknownPurpose(pub String);

impl Purpose {
    /// All purposes.
    pub const ALL: [Purpose; 4] =
        [Purpose::CodeSigning, Purpose::TimeStamping, Purpose::ServerAuth, Purpose::Any];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Any => "any",
            Purpose::CodeSigning => "code-signing",
            Purpose::ServerAuth => "server-auth",
            Purpose::TimeStamping => "time-stamping",
        }
    }

    /// The extended key usage; `None` when none is required.
    pub fn usage(self) -> Option<ObjectIdentifier> {
        match self {
            Purpose::Any => None,
            Purpose::CodeSigning => Some(spc::CODE_SIGNING),
            Purpose::ServerAuth => Some(spc::SERVER_AUTH),
            Purpose::TimeStamping => Some(spc::TIME_STAMPING),
        }
    }

    /// The part of a signature that a certificate in a chain for this purpose belongs to.
    pub(super) fn part(self, role: Role) -> Part {
        self.part_of(role.part())
    }

    /// Whatever is wrong in the chain of a time stamp authority concerns the time stamp.
    pub(super) fn part_of(self, part: Part) -> Part {
        if self == Purpose::TimeStamping { Part::Timestamp } else { part }
    }

    /// The usage in words.
    pub fn describe(self) -> &'static str {
        match self {
            Purpose::Any => "any use",
            Purpose::CodeSigning => "code signing",
            Purpose::ServerAuth => "TLS servers",
            Purpose::TimeStamping => "time stamping",
        }
    }

    /// Whether the extended key usage of this certificate allows the purpose.
    pub(super) fn is_allowed_by(self, certificate: &Certificate) -> bool {
        self.usage().is_none_or(|usage| certificate.allows_usage(&usage))
    }

    /// Whether the key usage of the end of a chain allows the purpose.
    fn is_allowed_for_key(self, usage: KeyUsage) -> bool {
        match self {
            Purpose::Any => true,
            Purpose::CodeSigning | Purpose::TimeStamping => usage.digital_signature || usage.non_repudiation,
            Purpose::ServerAuth => usage.digital_signature || usage.key_encipherment || usage.key_agreement,
        }
    }
}

impl FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(text: &str) -> Result<Purpose, UnknownPurpose> {
        let found = Purpose::ALL.into_iter().find(|purpose| purpose.name() == text);
        found.ok_or_else(|| UnknownPurpose(text.to_owned()))
    }
}

/// Why the end of a chain may not be used for the purpose.
pub(super) fn problems(purpose: Purpose, signer: &Certificate) -> Vec<String> {
    let name = signer.common_name();
    let describe = purpose.describe();
    let extensions = signer.extensions();
    let mut found = Vec::new();
    if !purpose.is_allowed_by(signer) {
        found.push(format!("the certificate \"{name}\" is not for {describe}"));
    } else if purpose == Purpose::TimeStamping && extensions.usages().is_none() {
        found.push(format!("the certificate \"{name}\" does not say that it is for {describe}"));
    }
    if let Some(usage) = extensions.key_usage
        && !purpose.is_allowed_for_key(usage)
    {
        let what = if purpose == Purpose::ServerAuth { "TLS" } else { "signatures" };
        found.push(format!("the key of \"{name}\" may not be used for {what} (key usage)"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_read_by_their_names() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.name().parse(), Ok(purpose));
        }
        assert!("code signing".parse::<Purpose>().is_err());
    }
}
