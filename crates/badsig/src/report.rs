//! The report: the public shape of an answer (`schema_version` 1, described in `docs/report.md`).
//!
//! Additive changes only. Order is that of the inputs; nothing depends on the clock except what was judged
//! for, which stands in `evidence.at`.

mod baseline;
mod build;
mod certificates;
mod endpoint;
mod facts;
mod kept;
mod not_checked;
mod path;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod shard;
mod tally;
mod updates;
mod used_exceptions;
mod vendor;

use serde::{Deserialize, Serialize};

use crate::authenticode::facts::TimestampKind;
use crate::authenticode::program::ProgramClaims;
use crate::check::Level;
use crate::digest::DigestAlgorithm;
use crate::facts::{
    BurnEngine, Description, ExternalCabinet, InstallerCertificate, MsiExtended, PayloadFacts,
};
use crate::format::{Format, Storage};
use crate::hex::Hex;
use crate::policy::Excuse;
use crate::problem::Problem;
use crate::target::{PredictedMessage, PredictedOutcome, Step, Target};
use crate::time::UtcTime;
use crate::trust::chain::Role;
use crate::trust::reason::Part;
use crate::verdict::Outcome;

pub use certificates::{CertificateReference, CertificateTable};
pub use endpoint::{EndpointReport, MissingReport};
pub use facts::FactsReport;
pub use kept::{FACTS_VERSION, KeptFacts};
pub use path::{PathReport, RejectedReport};
pub use read::{ReportError, ReportHead, StoredReport, StoredUpdates};
pub use shard::{Joined, ShardReport, divide, join as join_shards};
pub use updates::{
    CatalogReport, Content, ContentReport, ContentStatus, UpdateJudge, UpdateReport, UpdatesReport,
    UpdatesSummary, UpdatesTally,
};

pub use tally::Tally;
pub use used_exceptions::UsedExceptions;
pub use vendor::{VendorEvidenceReport, VendorReport, VendorsReport};

/// Version of the report's shape.
pub const SCHEMA_VERSION: u32 = 1;

/// The answer to one run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// Version of this shape.
    pub schema_version: u32,
    /// What made the report.
    pub tool: Tool,
    /// What the facts were judged with.
    pub evidence: EvidenceReport,
    /// The targets that decided.
    pub targets: Vec<Target>,
    /// The outcome of the whole run.
    pub verdict: Outcome,
    /// How many files there are of each outcome.
    pub summary: Summary,
    /// What a reader might think was checked and was not.
    pub not_checked: Vec<String>,
    /// Parts of the run that are missing, which keeps it from passing, however often its report is read again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What is said of the run as a whole, such as exceptions that nothing needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingReport>,
    /// The files, in the order of the inputs.
    pub files: Vec<FileReport>,
    /// The certificates that the facts of the files refer to, each once.
    #[serde(default, skip_serializing_if = "CertificateTable::is_empty")]
    pub certificates: CertificateTable,
    /// Which part of a run this is, where the run was divided among machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardReport>,
}

/// A program and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The evidence of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceReport {
    /// The time that was judged for.
    pub at: UtcTime,
    /// The roots.
    pub roots: RootsReport,
    /// How revocation was checked: `off`, `offline` or `online`.
    pub revocation: String,
    /// The WinTrust State that was judged under: `0x23C00`; absent when none was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wintrust_state: Option<String>,
    /// Names of the endpoints whose stores were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<String>,
    /// The vendor catalog; absent when none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendors: Option<VendorsReport>,
    /// The policy file that counted; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyFileReport>,
}

/// The policy file of a run (`badsig.toml`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyFileReport {
    /// The path as it was named or found.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: Hex,
}

/// The roots of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RootsReport {
    /// `embedded`, or the directory they were read from.
    pub source: String,
    /// When the root program's list was made; null when there is none.
    pub ctl_date: Option<String>,
    /// SHA-256 of the root program's list.
    pub ctl_sha256: Option<Hex>,
    /// Roots that were trusted besides.
    pub added: usize,
    /// The signed list of distrusted certificates, where one is in use.
    #[serde(default)]
    pub distrust: Option<DistrustReport>,
    /// Certificates that are distrusted besides: by files and thumbprints that were given, or a store in a bundle.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub distrusted_besides: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A signed list of distrusted certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DistrustReport {
    /// The day on which it was made.
    pub date: String,
    /// SHA-256 of the file.
    pub sha256: Hex,
    /// How many entries it has.
    pub entries: usize,
}

/// Numbers of files by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// All files.
    pub files: usize,
    /// Files that may be published.
    pub publishable: usize,
    /// Files that a target refuses.
    pub blocked: usize,
    /// Files that nothing can be said of.
    pub undecided: usize,
}

/// The answer for one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileReport {
    /// The path as given; members have virtual paths: `setup.exe!/a.cab!/b.msi`.
    pub path: String,
    /// What the bytes are.
    pub format: Format,
    /// Size in bytes; null when the file could not be opened.
    pub size: Option<u64>,
    /// SHA-256 of the file; null when it could not be read to its end.
    pub sha256: Option<Hex>,
    /// SHA-1 of the file, where asked for.
    pub sha1: Option<Hex>,
    /// The outcome.
    pub verdict: Outcome,
    /// The code that Windows is predicted to give.
    pub trust: TrustReport,
    /// What every target is predicted to do.
    pub predictions: Vec<PredictionReport>,
    /// Why targets differ, in one sentence; null when they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets_differ: Option<String>,
    /// The signatures; the first is the one that Windows judges.
    pub signatures: Vec<SignatureReport>,
    /// Everything worth saying, worst first.
    pub findings: Vec<FindingReport>,
    /// What the vendor catalog says; null when no entry matches.
    pub vendor: Option<VendorReport>,
    /// The members of formats that can be signed, in the order in which they are stored. Targets look at the outer
    /// file, so members have no predictions; a member is publishable when nothing about it keeps the outer file
    /// from being published.
    pub members: Vec<FileReport>,
    /// The ways in which the file carries others: what was recognised, and what was opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payload: Vec<PayloadFacts>,
    /// Whether the file was looked inside.
    #[serde(default)]
    pub looked_inside: bool,
    /// MSI: the cabinets that lie beside the package by its `Media` table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_cabinets: Vec<ExternalCabinet>,
    /// MSI: the certificates in the table `MsiDigitalCertificate`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub installer_certificates: Vec<InstallerCertificate>,
    /// PE: the engine of a WiX Burn bundle, when there is more in the file than the engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burn_engine: Option<BurnEngine>,
    /// The names of the files beside it that were read with it: external cabinets, other volumes, payloads of a bundle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<String>,
    /// The name under which a member is installed, where its container names it otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed_as: Option<String>,
    /// The paths of the security catalogs that list a file without a signature of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed_in: Vec<String>,
    /// The path of the first member with the same bytes, where everything else is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// What the file says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// `MsiDigitalSignatureEx`, stored and recomputed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msi_extended: Option<MsiExtended>,
    /// How the signatures are stored.
    #[serde(default)]
    pub storage: Storage,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// What the endpoints do whose stores were given; empty without a signature.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<EndpointReport>,
    /// What else judging again needs: `badsig judge` reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<FactsReport>,
    /// Line of the document named in `path`, from 1, where the entry is about one: an update of a catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// A code of Windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrustReport {
    /// The code: `0x800B0100`.
    pub hresult: String,
    /// Its name.
    pub symbol: String,
}

/// What one target is predicted to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PredictionReport {
    /// The target.
    pub target: Target,
    /// What it does.
    pub outcome: PredictedOutcome,
    /// The status message it raises, when known.
    pub status_message: Option<PredictedMessage>,
    /// `documented`, `inferred` or `unknown`.
    pub confidence: String,
    /// Why, in one sentence.
    pub reason: String,
    /// What the target does one after the other, with the lines of its log; empty where that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// One signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignatureReport {
    /// Number within the file, from 0.
    pub index: usize,
    /// The signature that this one is nested in.
    pub parent: Option<usize>,
    /// Where it stands.
    pub place: String,
    /// Algorithm of the file's digest (of the signer's digest where no file digest applies).
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The digest that the signature vouches for.
    pub digest: Option<Hex>,
    /// The digest of the file as it is.
    pub computed_digest: Option<Hex>,
    /// Whether both are the same; null where no file digest applies.
    pub digest_matches: Option<bool>,
    /// The signer's certificate.
    pub signer: Option<CertificateReport>,
    /// The time stamp that counts, or else the first.
    pub timestamp: Option<TimestampReport>,
    /// All time stamps.
    #[serde(default)]
    pub timestamps: Vec<TimestampReport>,
    /// Page hashes, where there are any.
    pub page_hashes: Option<PageHashesReport>,
    /// The signer's chain.
    pub chain: Vec<ChainReport>,
    /// The other chains of the signer that were found, and why each was not chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_paths: Vec<RejectedReport>,
    /// The code that Windows is predicted to give for this signature.
    pub trust: TrustReport,
    /// What is known of the revocation of the signer's chain, time stamps left out: `good`, `revoked`, `unknown`
    /// (of at least one certificate), or `off` when it was not asked for; null where there is no
    /// certificate below a root.
    #[serde(default)]
    pub revocation: Option<String>,
    /// Why it is not known, or an issuer is missing: what was there or was tried and did not help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revocation_unknown: Vec<String>,
    /// Issuers that the file lacks and that were fetched, by their addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fetched_issuers: Vec<String>,
    /// Everything that is wrong.
    pub reasons: Vec<ReasonReport>,
    /// What would be wrong and the WinTrust State waives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<ReasonReport>,
    /// The signer's claims about the program.
    #[serde(default)]
    pub program: ProgramClaims,
    /// The signer's certificate is for lifetime signing: no time stamp extends its validity.
    #[serde(default)]
    pub lifetime_signing: bool,
    /// When the signature stops validating, or stopped; null when no end is known, as of signatures with a time
    /// stamp, and when it is not valid for another reason.
    #[serde(default)]
    pub stops_validating: Option<UtcTime>,
    /// What ends it, in words.
    #[serde(default)]
    pub outlook: String,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CertificateReport {
    /// The common name, or what stands for it.
    pub common_name: String,
    /// The whole subject name.
    pub subject: String,
    /// The whole issuer name.
    pub issuer: String,
    /// Serial number.
    pub serial: Hex,
    /// SHA-1 of the certificate, in the upper-case form that Windows and ConfigMgr show.
    pub thumbprint_sha1: String,
    /// SHA-256 of the certificate, upper case.
    pub thumbprint_sha256: String,
    /// Start of validity.
    pub not_before: UtcTime,
    /// End of validity.
    pub not_after: UtcTime,
    /// Kind and size of the key: `rsa2048`, `ecdsa-p256`.
    pub key: String,
    /// Digest algorithm of the issuer's signature; null when not supported.
    pub signature_algorithm: Option<DigestAlgorithm>,
}

/// A time stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimestampReport {
    /// `rfc3161` or `pkcs9`.
    pub kind: TimestampKind,
    /// The time it states.
    pub time: Option<UtcTime>,
    /// Whether it proves that time.
    pub valid: bool,
    /// Digest algorithm of its imprint.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The authority's certificate.
    pub signer: Option<CertificateReport>,
    /// The authority's chain.
    #[serde(default)]
    pub chain: Vec<ChainReport>,
    /// Everything that is wrong.
    #[serde(default)]
    pub reasons: Vec<ReasonReport>,
}

/// Page hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageHashesReport {
    /// Algorithm of the list.
    pub algorithm: DigestAlgorithm,
    /// Whether every page has the digest that is stored.
    #[serde(rename = "match")]
    pub matches: bool,
}

/// A certificate in a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChainReport {
    /// The common name.
    pub common_name: String,
    /// SHA-256 of the certificate, upper case.
    pub thumbprint_sha256: String,
    /// Its place.
    pub role: Role,
    /// `good`, `revoked` or `unknown`; null when revocation was not checked.
    #[serde(default)]
    pub revocation: Option<String>,
    /// What is wrong with this certificate in this chain; the words stand among the reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<TrustReport>,
    /// What a root is trusted for, of the use that the chain is asked for; absent for other certificates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_program: Option<String>,
    /// Start of validity.
    pub not_before: UtcTime,
    /// End of validity.
    pub not_after: UtcTime,
}

/// Something that is wrong with a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReasonReport {
    /// The code for this reason alone.
    pub hresult: String,
    /// Its name.
    pub symbol: String,
    /// What it is about.
    pub part: Part,
    /// What is wrong, in plain words.
    pub message: String,
    /// `documented`, `inferred` or `unknown`.
    pub confidence: String,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingReport {
    /// The id of the check.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::check_id"))]
    pub check: String,
    /// What it does to the verdict.
    pub level: Level,
    /// What was found.
    pub message: String,
    /// What to do first.
    pub help: String,
    /// The exception that it is about: why it does not block though its check says so, or which one has run out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Excuse>,
}

impl Report {
    /// Puts the answers for many files together.
    pub fn new(tool: Tool, evidence: EvidenceReport, targets: Vec<Target>, files: Vec<FileReport>) -> Report {
        let mut tally = Tally::default();
        files.iter().for_each(|file| tally.add(file));
        let certificates = CertificateTable::of(&files);
        Report { files, certificates, ..Report::of_tally(tool, evidence, targets, &tally) }
    }

    /// What can be said without the files themselves, for callers that did not keep them.
    pub fn of_tally(tool: Tool, evidence: EvidenceReport, targets: Vec<Target>, tally: &Tally) -> Report {
        Report {
            schema_version: SCHEMA_VERSION,
            tool,
            targets,
            verdict: tally.verdict(),
            summary: tally.summary,
            not_checked: tally.not_checked(&evidence),
            missing: Vec::new(),
            evidence,
            findings: Vec::new(),
            files: Vec::new(),
            shard: None,
            certificates: CertificateTable::default(),
        }
    }

    /// The same with parts of the run missing, if there are any: it does not pass, and what is not checked begins with them.
    #[must_use]
    pub fn lacking(mut self, missing: Vec<String>) -> Report {
        if !missing.is_empty() {
            self.verdict = Outcome::of_all([self.verdict, Outcome::Undecided]);
        }
        self.not_checked.splice(0..0, missing.iter().cloned());
        self.missing.extend(missing);
        self
    }
}
