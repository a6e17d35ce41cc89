//! What can be asked for, and what comes back.

use crate::limits;

/// What a body is expected to be; it decides the size limit and which content is refused at once.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Kind {
    /// A cabinet file (`MSCF`).
    Cabinet,
    /// A certificate, or a PKCS#7 bag of certificates; DER or PEM.
    Certificate,
    /// A certificate revocation list; DER or PEM.
    Crl,
    /// An OCSP response; DER.
    Ocsp,
}

impl Kind {
    /// The word for messages and cache keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cabinet => "cabinet",
            Self::Certificate => "certificate",
            Self::Crl => "revocation list",
            Self::Ocsp => "OCSP response",
        }
    }

    /// Whether the first bytes can be those of this kind.
    ///
    /// Not a judgement of the content: it only keeps log-in pages and error pages with status 200 out of the cache.
    pub(crate) fn may_begin(self, bytes: &[u8]) -> bool {
        match self {
            Self::Cabinet => bytes.starts_with(b"MSCF"),
            Self::Ocsp => bytes.starts_with(&[0x30]),
            Self::Certificate | Self::Crl => bytes.starts_with(&[0x30]) || contains(bytes, b"-----BEGIN "),
        }
    }
}

/// Looks in the first kibibyte only: text may stand before the first PEM line.
fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let head = bytes.get(..1024).unwrap_or(bytes);
    head.windows(wanted.len()).any(|window| window == wanted)
}

/// Size limits of bodies, in bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SizeLimits {
    /// For [`Kind::Cabinet`].
    pub cabinet: u64,
    /// For [`Kind::Certificate`].
    pub certificate: u64,
    /// For [`Kind::Crl`].
    pub crl: u64,
    /// For [`Kind::Ocsp`].
    pub ocsp: u64,
}

impl Default for SizeLimits {
    fn default() -> Self {
        Self {
            cabinet: limits::MAX_CABINET,
            certificate: limits::MAX_CERTIFICATE,
            crl: limits::MAX_CRL,
            ocsp: limits::MAX_OCSP,
        }
    }
}

impl SizeLimits {
    /// The limit of one kind.
    pub fn of(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Cabinet => self.cabinet,
            Kind::Certificate => self.certificate,
            Kind::Crl => self.crl,
            Kind::Ocsp => self.ocsp,
        }
    }
}

/// One thing to fetch.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Request {
    /// A plain download.
    Get {
        /// Where; `http` or `https`.
        url: String,
        /// What is expected there.
        kind: Kind,
    },
    /// An OCSP question, sent with POST (RFC 6960 appendix A.1).
    Ocsp {
        /// The responder; `http` or `https`.
        url: String,
        /// The DER of the OCSPRequest.
        der: Vec<u8>,
    },
}

impl Request {
    /// Where it goes to.
    pub fn url(&self) -> &str {
        match self {
            Self::Get { url, .. } | Self::Ocsp { url, .. } => url,
        }
    }

    /// What is expected back.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Get { kind, .. } => *kind,
            Self::Ocsp { .. } => Kind::Ocsp,
        }
    }

    /// The body to send.
    pub(crate) fn body(&self) -> Option<&[u8]> {
        match self {
            Self::Get { .. } => None,
            Self::Ocsp { der, .. } => Some(der),
        }
    }
}

/// What came back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fetched {
    /// The body. Nothing about it is verified except its size and its first bytes.
    pub bytes: Vec<u8>,
    /// True when the bytes are those of the cache, whether or not the server was asked if they are still current.
    pub from_cache: bool,
    /// The bytes are good, but could not be kept: why (a full disk, no permission).
    pub cache_problem: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes() {
        assert!(Kind::Crl.may_begin(b"\x30\x82"));
        assert!(Kind::Crl.may_begin(b"subject=x\n-----BEGIN X509 CRL-----"));
        assert!(!Kind::Crl.may_begin(b"<html>0"));
        assert!(!Kind::Crl.may_begin(b""));
        assert!(!Kind::Ocsp.may_begin(b"-----BEGIN OCSP"));
        assert!(Kind::Cabinet.may_begin(b"MSCF\0"));
    }
}
