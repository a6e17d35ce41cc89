//! What one run knows of revocation, and how chains ask it.

use super::crl::RevocationList;
use super::ocsp::OcspResponse;
use super::status::Question;
use crate::authenticode::certificate::Certificate;
use crate::time::UtcTime;

/// Whether revocation is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevocationMode {
    /// Not at all (bit 0x200 of the WinTrust State).
    Off,
    /// From the lists and responses that are there.
    #[default]
    Offline,
    /// The same; the caller fetches what is needed, adds it and judges again ([`crate::trust::needs`]).
    Online,
}

impl RevocationMode {
    /// The word of the report.
    pub fn name(self) -> &'static str {
        match self {
            RevocationMode::Off => "off",
            RevocationMode::Offline => "offline",
            RevocationMode::Online => "online",
        }
    }
}

/// Lists, responses and how they count. The default is what Windows does by default (State 0x23C00): revocation
/// counts where it is known, and time stamp authorities are not asked about.
#[derive(Clone, Debug, Default)]
pub struct RevocationEvidence {
    /// Whether revocation is asked for.
    pub mode: RevocationMode,
    /// The lists that are there.
    pub lists: Vec<RevocationList>,
    /// The OCSP responses that are there.
    pub responses: Vec<OcspResponse>,
    /// Whether the chains of time stamp authorities are asked about too (bit 0x20000 of the State is clear).
    pub timestamps: bool,
    /// Whether a certificate whose status is unknown is refused (bits 0x400 and 0x800 of the State are clear).
    pub required: bool,
}

/// How the evidence counts for one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevocationRules {
    /// Whether revocation is asked for.
    pub mode: RevocationMode,
    /// Whether the chains of time stamp authorities are asked about too.
    pub timestamps: bool,
    /// Whether a certificate whose status is unknown is refused.
    pub required: bool,
}

impl RevocationEvidence {
    /// How it counts where no State says otherwise.
    pub fn rules(&self) -> RevocationRules {
        RevocationRules { mode: self.mode, timestamps: self.timestamps, required: self.required }
    }

    /// The question about one certificate.
    pub(in crate::trust) fn question<'a>(
        &'a self,
        certificate: &'a Certificate,
        issuer: Option<&'a Certificate>,
        candidates: &'a [&'a Certificate],
        trusted_issuer: &'a dyn Fn(&Certificate) -> bool,
        at: UtcTime,
    ) -> Question<'a> {
        let RevocationEvidence { lists, responses, .. } = self;
        Question { certificate, issuer, lists, responses, candidates, trusted_issuer, at, oldest: None }
    }
}
