//! HRESULTs: the 32-bit codes in which Windows, the Windows Update agent and the ConfigMgr client report
//! failure.
//!
//! One value has three usual spellings: `0x800B0100`, the signed decimal `-2146762496` of the ConfigMgr
//! console and of exit codes, the unsigned decimal `2148204800` of the WSUS event log. Only the value is
//! stored here; the decimals are always computed from it, because printed tables have been seen to disagree
//! with themselves.
//!
//! The texts are in `trust`, `wua`, `windows` and `configmgr`; this file holds the type, the names and the
//! lookup.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Serialize, Serializer};

use super::{Confidence, Explanation, Kind, Text, configmgr, trust, windows, wua};

/// The trust and certificate codes, and the others a verdict may name (Microsoft, "COM Error Codes
/// (Security and Setup)", `win32/desktop-src/com/com-error-codes-4.md`, unless said otherwise).
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub const $name: u32 = $value;)*
        /// Every named code of this file, by name.
        pub const NAMED: &[(&str, u32)] = &[$((stringify!($name), $name)),*];
    };
}

codes! {
    /// Success.
    S_OK = 0x0000_0000;
    /// The trust check itself broke down.
    TRUST_E_SYSTEM_ERROR = 0x8009_6001;
    /// The signer's certificate is missing from the signature, or unusable.
    TRUST_E_NO_SIGNER_CERT = 0x8009_6002;
    /// A countersignature (old kind of timestamp) is invalid.
    TRUST_E_COUNTER_SIGNER = 0x8009_6003;
    /// The signature on a certificate does not verify.
    TRUST_E_CERT_SIGNATURE = 0x8009_6004;
    /// A timestamp cannot be verified or is malformed.
    TRUST_E_TIME_STAMP = 0x8009_6005;
    /// The file's digest is not the signed one.
    TRUST_E_BAD_DIGEST = 0x8009_6010;
    /// The signature is malformed (newer `winerror.h` only).
    TRUST_E_MALFORMED_SIGNATURE = 0x8009_6011;
    /// A certificate breaks its basic constraints.
    TRUST_E_BASIC_CONSTRAINTS = 0x8009_6019;
    /// Financial criteria extension not met.
    TRUST_E_FINANCIAL_CRITERIA = 0x8009_601E;
    /// No trust provider of that name.
    TRUST_E_PROVIDER_UNKNOWN = 0x800B_0001;
    /// The provider does not support the action.
    TRUST_E_ACTION_UNKNOWN = 0x800B_0002;
    /// No component of Windows knows this kind of file.
    TRUST_E_SUBJECT_FORM_UNKNOWN = 0x800B_0003;
    /// Subject not trusted for the action.
    TRUST_E_SUBJECT_NOT_TRUSTED = 0x800B_0004;
    /// The signature's ASN.1 cannot be decoded.
    DIGSIG_E_DECODE = 0x800B_0006;
    /// There is no signature.
    TRUST_E_NOSIGNATURE = 0x800B_0100;
    /// A certificate is outside its validity period.
    CERT_E_EXPIRED = 0x800B_0101;
    /// Validity periods do not nest.
    CERT_E_VALIDITYPERIODNESTING = 0x800B_0102;
    /// Authority used as end entity, or the reverse.
    CERT_E_ROLE = 0x800B_0103;
    /// Path length exceeded.
    CERT_E_PATHLENCONST = 0x800B_0104;
    /// Unknown critical extension.
    CERT_E_CRITICAL = 0x800B_0105;
    /// Certificate used for another purpose than its authority allows.
    CERT_E_PURPOSE = 0x800B_0106;
    /// The named parent did not issue the certificate.
    CERT_E_ISSUERCHAINING = 0x800B_0107;
    /// A certificate lacks an important field.
    CERT_E_MALFORMED = 0x800B_0108;
    /// The chain ends in a root that is not trusted.
    CERT_E_UNTRUSTEDROOT = 0x800B_0109;
    /// No chain to a root can be built.
    CERT_E_CHAINING = 0x800B_010A;
    /// Trust failure without further detail.
    TRUST_E_FAIL = 0x800B_010B;
    /// A certificate was revoked.
    CERT_E_REVOKED = 0x800B_010C;
    /// The chain ends in a test root.
    CERT_E_UNTRUSTEDTESTROOT = 0x800B_010D;
    /// Revocation could not be checked.
    CERT_E_REVOCATION_FAILURE = 0x800B_010E;
    /// Name does not match.
    CERT_E_CN_NO_MATCH = 0x800B_010F;
    /// The certificate may not be used for this.
    CERT_E_WRONG_USAGE = 0x800B_0110;
    /// Explicitly distrusted.
    TRUST_E_EXPLICIT_DISTRUST = 0x800B_0111;
    /// The authority is not trusted.
    CERT_E_UNTRUSTEDCA = 0x800B_0112;
    /// Certificate policy not acceptable.
    CERT_E_INVALID_POLICY = 0x800B_0113;
    /// Name constraint broken.
    CERT_E_INVALID_NAME = 0x800B_0114;
    /// The file cannot be read.
    CRYPT_E_FILE_ERROR = 0x8009_2003;
    /// Revoked, as the base chain policy says it.
    CRYPT_E_REVOKED = 0x8009_2010;
    /// Revocation cannot be checked.
    CRYPT_E_NO_REVOCATION_CHECK = 0x8009_2012;
    /// The revocation server is offline.
    CRYPT_E_REVOCATION_OFFLINE = 0x8009_2013;
    /// Blocked by local policy.
    CRYPT_E_SECURITY_SETTINGS = 0x8009_2026;
    /// Windows Update agent: invalid update metadata (Microsoft, "Windows Update error codes by
    /// component").
    WU_E_INVALID_UPDATE = 0x8024_001D;
    /// Windows Update agent: the custom installer's signature is invalid (same page).
    WU_E_UH_CUSTOMINSTALLER_INVALID_SIGNATURE = 0x8024_2019;
    /// Windows Update agent: downloaded file has the wrong hash (same page).
    WU_E_DM_INCORRECTFILEHASH = 0x8024_6002;
    /// Windows Update agent: unknown hash algorithm (same page).
    WU_E_DM_UNKNOWNALGORITHM = 0x8024_6003;
    /// Windows Update agent: other download failure (same page).
    WU_E_DM_UNEXPECTED = 0x8024_6FFF;
    /// Windows Update agent: the update's signature is not trusted (`winerror.h`/`wuerror.h`).
    WU_E_TRUST_SUBJECT_NOT_TRUSTED = 0x8024_B303;
    /// Win32 13875 as an HRESULT: invalid certificate signature (`winerror.h`).
    ERROR_IPSEC_IKE_INVALID_SIG = 0x8007_3633;
    /// .NET `InvalidOperationException`.
    COR_E_INVALIDOPERATION = 0x8013_1509;
    /// Win32 12045 as an HRESULT: the server's certificate authority is unknown.
    ERROR_INTERNET_INVALID_CA = 0x8007_2F0D;
    /// Win32 1603 as an HRESULT: Windows Installer failed.
    ERROR_INSTALL_FAILURE = 0x8007_0643;
}

/// An HRESULT; shown and serialized as `0x800B0100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HResult(pub u32);

impl HResult {
    /// Success is a clear top bit (`SUCCEEDED` in `winerror.h`).
    pub const fn is_success(self) -> bool {
        self.0 & 0x8000_0000 == 0
    }

    /// The symbol, where the code is known and has one.
    pub fn symbol(self) -> Option<&'static str> {
        self.entry().and_then(|entry| entry.symbol)
    }

    /// As the ConfigMgr console and exit codes show it: `-2146762496`.
    pub const fn signed_decimal(self) -> i32 {
        self.0.cast_signed()
    }

    /// What is known about the code.
    pub fn entry(self) -> Option<&'static HResultEntry> {
        hresult(self.0)
    }
}

impl From<u32> for HResult {
    fn from(code: u32) -> Self {
        Self(code)
    }
}

impl fmt::Display for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.0)
    }
}

impl Serialize for HResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What is known about one HRESULT.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HResultEntry {
    /// The value.
    pub code: HResult,
    /// The family it belongs to.
    pub kind: Kind,
    /// Its name in Microsoft's headers or tables; some codes never had one.
    pub symbol: Option<&'static str>,
    /// Other names met for the same value.
    pub aliases: &'static [&'static str],
    /// The meaning in a few words.
    pub title: &'static str,
    /// The meaning in a sentence or two.
    pub meaning: &'static str,
    /// What usually brings it about.
    pub causes: &'static [&'static str],
    /// What to do, most useful first.
    pub fix: &'static [&'static str],
    /// Caveats: conflicts between sources, misprints.
    pub notes: &'static [&'static str],
    /// How sure the meaning is.
    pub confidence: Confidence,
    /// Where the meaning was read.
    pub source: &'static str,
    /// Other queries worth making.
    pub see_also: &'static [&'static str],
    /// The ConfigMgr 2007 code whose meaning this one takes over.
    pub twin_of: Option<HResult>,
}

impl HResultEntry {
    /// An entry without causes, remedy or caveats; an empty `symbol` means there is none.
    pub(super) const fn new(
        (kind, source): (Kind, &'static str),
        code: u32,
        symbol: &'static str,
        title: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            code: HResult(code),
            kind,
            symbol: if symbol.is_empty() { None } else { Some(symbol) },
            aliases: &[],
            title,
            meaning,
            causes: &[],
            fix: &[],
            notes: &[],
            confidence: Confidence::Documented,
            source,
            see_also: &[],
            twin_of: None,
        }
    }

    pub(super) const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    pub(super) const fn causes(mut self, causes: &'static [&'static str]) -> Self {
        self.causes = causes;
        self
    }

    pub(super) const fn fix(mut self, fix: &'static [&'static str]) -> Self {
        self.fix = fix;
        self
    }

    pub(super) const fn notes(mut self, notes: &'static [&'static str]) -> Self {
        self.notes = notes;
        self
    }

    pub(super) const fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    pub(super) const fn see(mut self, see_also: &'static [&'static str]) -> Self {
        self.see_also = see_also;
        self
    }

    /// The same as an answer of [`explain`](super::explain).
    pub fn explanation(&self) -> Explanation {
        let mut explanation = Explanation::new(self.kind, self.code.to_string(), self.title, self.meaning);
        explanation.code = Some(self.code.0);
        explanation.symbol = self.symbol.map(Cow::Borrowed);
        explanation.causes = texts(self.causes);
        explanation.fix = texts(self.fix);
        explanation.notes = texts(self.notes);
        explanation.confidence = self.confidence;
        explanation.source = self.source;
        explanation.also_written = self.also_written();
        explanation.see_also = texts(self.see_also);
        explanation.see_also.extend(self.other_generation().map(|code| Cow::Owned(code.to_string())));
        explanation
    }

    /// The same failure in the numbering of ConfigMgr 2007, or in the current one.
    fn other_generation(&self) -> Option<HResult> {
        self.twin_of.or_else(|| configmgr::modern_twin(self.code))
    }

    /// A listed code keeps its own text and learns from its computed twin what it was called in 2007.
    fn with_origin_of(mut self, twin: Option<Self>) -> Self {
        if let Some(twin) = twin {
            self.symbol = self.symbol.or(twin.symbol);
            self.twin_of = twin.twin_of;
        }
        self
    }

    fn also_written(&self) -> Vec<String> {
        let code = self.code;
        let mut spellings = vec![code.signed_decimal().to_string()];
        if !code.is_success() {
            spellings.push(code.0.to_string());
        }
        spellings.extend(self.aliases.iter().map(ToString::to_string));
        spellings
    }
}

fn texts(list: &'static [&'static str]) -> Vec<Text> {
    list.iter().copied().map(Cow::Borrowed).collect()
}

/// Every known HRESULT, in order of value.
pub fn hresults() -> impl Iterator<Item = &'static HResultEntry> {
    ENTRIES.values()
}

/// What is known about `code`.
pub fn hresult(code: u32) -> Option<&'static HResultEntry> {
    ENTRIES.get(&code)
}

/// The tables of all families. Written-down rows win over computed ones.
static ENTRIES: LazyLock<BTreeMap<u32, HResultEntry>> = LazyLock::new(|| {
    let mut entries: BTreeMap<u32, HResultEntry> =
        configmgr::twins().map(|entry| (entry.code.0, entry)).collect();
    for entry in written_down() {
        let twin = entries.remove(&entry.code.0);
        entries.insert(entry.code.0, entry.clone().with_origin_of(twin));
    }
    entries
});

fn written_down() -> impl Iterator<Item = &'static HResultEntry> {
    trust::TABLE.iter().chain(wua::TABLE).chain(windows::TABLE).chain(configmgr::tables())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Facts §4.2: the forty codes with the decimals as listed there.
    const DECIMALS: &[(u32, i32)] = &[
        (TRUST_E_SYSTEM_ERROR, -2146869247),
        (TRUST_E_NO_SIGNER_CERT, -2146869246),
        (TRUST_E_COUNTER_SIGNER, -2146869245),
        (TRUST_E_CERT_SIGNATURE, -2146869244),
        (TRUST_E_TIME_STAMP, -2146869243),
        (TRUST_E_BAD_DIGEST, -2146869232),
        (TRUST_E_MALFORMED_SIGNATURE, -2146869231),
        (TRUST_E_BASIC_CONSTRAINTS, -2146869223),
        (TRUST_E_FINANCIAL_CRITERIA, -2146869218),
        (TRUST_E_PROVIDER_UNKNOWN, -2146762751),
        (TRUST_E_ACTION_UNKNOWN, -2146762750),
        (TRUST_E_SUBJECT_FORM_UNKNOWN, -2146762749),
        (TRUST_E_SUBJECT_NOT_TRUSTED, -2146762748),
        (DIGSIG_E_DECODE, -2146762746),
        (TRUST_E_NOSIGNATURE, -2146762496),
        (CERT_E_EXPIRED, -2146762495),
        (CERT_E_VALIDITYPERIODNESTING, -2146762494),
        (CERT_E_ROLE, -2146762493),
        (CERT_E_PATHLENCONST, -2146762492),
        (CERT_E_CRITICAL, -2146762491),
        (CERT_E_PURPOSE, -2146762490),
        (CERT_E_ISSUERCHAINING, -2146762489),
        (CERT_E_MALFORMED, -2146762488),
        (CERT_E_UNTRUSTEDROOT, -2146762487),
        (CERT_E_CHAINING, -2146762486),
        (TRUST_E_FAIL, -2146762485),
        (CERT_E_REVOKED, -2146762484),
        (CERT_E_UNTRUSTEDTESTROOT, -2146762483),
        (CERT_E_REVOCATION_FAILURE, -2146762482),
        (CERT_E_CN_NO_MATCH, -2146762481),
        (CERT_E_WRONG_USAGE, -2146762480),
        (TRUST_E_EXPLICIT_DISTRUST, -2146762479),
        (CERT_E_UNTRUSTEDCA, -2146762478),
        (CERT_E_INVALID_POLICY, -2146762477),
        (CERT_E_INVALID_NAME, -2146762476),
        (CRYPT_E_FILE_ERROR, -2146885629),
        (CRYPT_E_REVOKED, -2146885616),
        (CRYPT_E_NO_REVOCATION_CHECK, -2146885614),
        (CRYPT_E_REVOCATION_OFFLINE, -2146885613),
        (CRYPT_E_SECURITY_SETTINGS, -2146885594),
        (WU_E_INVALID_UPDATE, -2145124323),
        (WU_E_UH_CUSTOMINSTALLER_INVALID_SIGNATURE, -2145116135),
        (WU_E_DM_INCORRECTFILEHASH, -2145099774),
        (WU_E_DM_UNKNOWNALGORITHM, -2145099773),
        (WU_E_DM_UNEXPECTED, -2145095681),
        (COR_E_INVALIDOPERATION, -2146233079),
        (0x87D0_0232, -2016411086),
        (0x87D0_0692, -2016409966),
        (0x87D0_1017, -2016407529),
    ];

    #[test]
    fn decimals_are_those_of_the_sources() {
        for &(code, decimal) in DECIMALS {
            assert_eq!(HResult(code).signed_decimal(), decimal, "{}", HResult(code));
            assert!(hresult(code).is_some(), "{}", HResult(code));
        }
    }

    #[test]
    fn every_named_code_has_an_entry_of_that_name() {
        for &(name, code) in NAMED {
            assert_eq!(HResult(code).symbol(), Some(name));
        }
        assert_eq!(NAMED.iter().map(|(_, code)| code).collect::<BTreeSet<_>>().len(), NAMED.len());
    }

    #[test]
    fn no_code_is_written_down_twice() {
        let mut seen = BTreeSet::new();
        for entry in written_down() {
            assert!(seen.insert(entry.code), "{} twice", entry.code);
        }
    }

    #[test]
    fn every_entry_says_what_it_means_and_what_to_do() {
        for entry in hresults() {
            assert!(!entry.title.is_empty() && !entry.meaning.is_empty(), "{}", entry.code);
            assert!(entry.meaning.ends_with('.'), "{}", entry.code);
            assert!(!entry.source.is_empty(), "{}", entry.code);
            assert!(entry.code.is_success() || !entry.fix.is_empty(), "{} has no remedy", entry.code);
        }
    }

    #[test]
    fn is_shown_as_eight_upper_case_digits() {
        assert_eq!(HResult(S_OK).to_string(), "0x00000000");
        assert_eq!(HResult(CERT_E_CHAINING).to_string(), "0x800B010A");
        assert_eq!(serde_json::to_string(&HResult(CERT_E_CHAINING)).unwrap(), "\"0x800B010A\"");
    }
}
