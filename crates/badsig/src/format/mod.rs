//! File formats. A format only says where the signatures lie and which bytes they cover, in which order;
//! it never hashes and never sees a certificate.
//!
//! Formats are recognised by content, never by file name. To add one: a file here and a line in
//! [`recognise`].

pub(crate) mod archives;
pub mod bytes;
pub mod cabinet;
pub mod compound;
pub mod pe;
pub mod pkcs7;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::authenticode::read::SignatureBlob;
use crate::digest::CoveredBytes;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, read_vec};

/// What the bytes of a subject are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// Portable Executable: EXE, DLL, SYS, EFI.
    Pe,
    /// Windows Installer package (also a merge module).
    Msi,
    /// Windows Installer patch.
    Msp,
    /// Windows Installer transform.
    Mst,
    /// Cabinet.
    Cab,
    /// Windows Update standalone package: a cabinet with the members wusa.exe looks for.
    Msu,
    /// Security catalog: a signed list of digests of other files.
    Cat,
    /// A signature by itself, without the file it belongs to.
    P7,
    /// None of these.
    Unknown,
}

impl Format {
    /// The lower-case name of the report.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pe => "pe",
            Format::Msi => "msi",
            Format::Msp => "msp",
            Format::Mst => "mst",
            Format::Cab => "cab",
            Format::Msu => "msu",
            Format::Cat => "cat",
            Format::P7 => "p7",
            Format::Unknown => "unknown",
        }
    }

    /// What an administrator calls it.
    pub fn description(self) -> &'static str {
        match self {
            Format::Pe => "executable (PE)",
            Format::Msi => "Windows Installer package (MSI)",
            Format::Msp => "Windows Installer patch (MSP)",
            Format::Mst => "Windows Installer transform (MST)",
            Format::Cab => "cabinet (CAB)",
            Format::Msu => "Windows Update standalone package (MSU)",
            Format::Cat => "security catalog (CAT)",
            Format::P7 => "signature without its file (PKCS#7)",
            Format::Unknown => "unknown format",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a format says about a subject.
#[derive(Clone, Debug)]
pub struct Layout {
    /// What the bytes are.
    pub format: Format,
    /// Which bytes a signature covers.
    pub covered: CoveredBytes,
    /// The signatures, in the order in which Windows looks at them.
    pub signatures: Vec<SignatureBlob>,
    /// What a reader should know about how the signature is stored.
    pub storage: Storage,
    /// PE: where page hashes apply.
    pub pages: Option<pe::PageLayout>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// How signatures are stored, by format: facts that have no place elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Storage {
    /// PE: the security directory points outside the file, so Windows finds no signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory_outside_file: Option<OutsideFile>,
    /// PE: entries of the certificate table that hold no signature of the Authenticode kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_entries: Vec<String>,
    /// Bytes behind the signature that it does not cover, counted from the end of the signature's own area.
    #[serde(skip_serializing_if = "is_zero")]
    pub bytes_after: u64,
    /// PE: such bytes behind the certificate table that the digest does include.
    #[serde(skip_serializing_if = "is_zero")]
    pub covered_after: u64,
    /// MSI: the contents of the stream `MsiDigitalSignatureEx`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msi_extended: Option<crate::hex::Hex>,
    /// MSI: bytes that belong to no stream; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unallocated: Option<Unallocated>,
    /// CAB: fields that tie a volume to its set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cabinet: Option<cabinet::CabinetFacts>,
}

/// Bytes of a compound file in sectors that are free, or that no stream, directory or table reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unallocated {
    /// How many there are.
    pub bytes: u64,
    /// How many of them are not zero.
    pub not_zero: u64,
    /// Offset in the file of the first that is not zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// How many of those that are not zero stand behind the last sector that belongs to anything: appended, not left over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub appended: u64,
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}

/// A range that lies (partly) outside the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutsideFile {
    /// Where it starts.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
    /// The size of the file.
    pub file_size: u64,
}

impl Layout {
    /// A layout that says only what the bytes are.
    pub fn empty(format: Format) -> Layout {
        Layout {
            format,
            covered: CoveredBytes::new(),
            signatures: Vec::new(),
            storage: Storage::default(),
            pages: None,
            problems: Vec::new(),
        }
    }

    fn failed(format: Format, problem: Problem) -> Layout {
        Layout { problems: vec![problem], ..Layout::empty(format) }
    }
}

/// Recognises the format by content and reads its layout. Never fails: what went wrong stands in
/// [`Layout::problems`].
pub fn recognise(source: &dyn ByteSource, limits: &Limits) -> Layout {
    let head_length = source.size().min(64);
    let head = match read_vec(source, 0, head_length, 64) {
        Ok(head) => head,
        Err(error) => return Layout::failed(Format::Unknown, error.into()),
    };
    if head.is_empty() {
        return unknown("the file is empty".to_owned());
    }
    if head.starts_with(b"MZ") {
        return pe::read(source, limits).unwrap_or_else(|problem| {
            let unknown = problem.kind == ProblemKind::UnknownFormat;
            Layout::failed(if unknown { Format::Unknown } else { Format::Pe }, problem)
        });
    }
    if head.starts_with(&compound::MAGIC) {
        return compound::read(source, limits);
    }
    if head.starts_with(cabinet::MAGIC) {
        return cabinet::read(source, limits).unwrap_or_else(|problem| Layout::failed(Format::Cab, problem));
    }
    if let Some(layout) = pkcs7::read(source, &head, limits) {
        return layout;
    }
    if head.starts_with(b"MSWIM\0\0\0") {
        return unknown(
            "the file is a WIM image (new cumulative updates use it for .msu): it carries no Authenticode \
             signature of its own"
                .to_owned(),
        );
    }
    unknown(format!("the file is no EXE, MSI, MSP, CAB, MSU or CAT (it starts with {})", start(&head)))
}

/// Whether bytes that start like this may be of a format that [`recognise`] knows, or an archive of such files, so that
/// the rest is worth reading; detached signatures by themselves are not.
pub fn may_be_judged(head: &[u8]) -> bool {
    head.starts_with(b"MZ")
        || head.starts_with(&compound::MAGIC)
        || head.starts_with(cabinet::MAGIC)
        || pkcs7::is_signed_data(head)
        || head.starts_with(archives::ZIP)
        || head.starts_with(archives::SEVEN_ZIP)
}

fn unknown(message: String) -> Layout {
    Layout::failed(Format::Unknown, Problem::new(ProblemKind::UnknownFormat, message))
}

fn start(head: &[u8]) -> String {
    let shown: Vec<String> = head.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    shown.join(" ")
}
