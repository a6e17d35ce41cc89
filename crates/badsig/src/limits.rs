//! The bounds that badsig puts on its own work, each with the reason for its value; those that belong to one place stand
//! there.
//!
//! Files come from strangers. Whatever a file claims about its own sizes, depths and counts, reading it
//! must end soon and in little memory; when a bound is reached the subject is *undecided* (never
//! publishable) and the report says which bound it was.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Bytes read at a time while hashing. Between 64 KB and 1 MB the choice does not matter for throughput;
/// this keeps four buffers below 1 MiB.
pub const READ_BUFFER: usize = 128 * 1024;

/// From this size on a file is hashed on two threads when a core is free; below, starting a thread costs
/// more than it saves.
pub const PARALLEL_HASH_FROM: u64 = 512 * 1024;

/// Bytes of one certificate, and of the name and number by which a signer names one. Real ones are below 4 KiB; a name or number
/// may be copied into every message about a chain. Also bounds the names, constraints, policies and points in a certificate.
pub const CERTIFICATE_BYTES: usize = 64 * 1024;

/// Signers of one SignedData, and the digest algorithms that it lists: each signer's is looked for among them. Authenticode
/// and Microsoft's lists have one.
pub const SIGNERS: usize = 64;

/// Attributes of one signer, signed or not. Real ones have at most eight of each sort.
pub const SIGNER_ATTRIBUTES: usize = 256;

/// Values of one sort of attribute that are looked at; what may stand there more than once, nested signatures and time
/// stamps, has lower limits of its own.
pub const ATTRIBUTE_VALUES: usize = 4096;

/// Certificates in the bag of one SignedData, read or not: a `.p7b` may hold a whole store.
pub const BAG_ENTRIES: usize = STORE_CERTIFICATES;

/// Work spent on the values of all signatures and time stamps of one file, in units of one check by an RSA key of 2048 bits (some
/// 0.1 ms, so this is a second). As many signatures and time stamps as are read, all by RSA keys of 4096 bits, take 8,448.
pub const FILE_SIGNATURE_WORK: usize = 10_000;

/// Entries, attributes and extensions of one certificate trust list, together. The root program has about
/// 4,200; each takes some 100 bytes of memory, so this bounds a list to 50 MB beside its own bytes.
pub const LIST_ITEMS: usize = 500_000;

/// Usages in one list of usages. The root program names at most a dozen for one root.
pub const LIST_USAGES: usize = 256;

/// Bytes of one revocation list. The largest public ones (a million entries) take some 40 MB.
pub const REVOCATION_LIST_BYTES: usize = 256 * 1024 * 1024;

/// Names, points, attributes and extensions in one extension or list of a revocation structure. Real ones have
/// a handful; the largest indirect lists of the public suites name seven. Every name of a list may be compared with
/// every name of every point of a certificate, so this bounds one such comparison to 64³.
pub const REVOCATION_ITEMS: usize = 64;

/// Answers in one OCSP response. Responders that answer in advance put a few hundred into one.
pub const OCSP_ANSWERS: usize = 10_000;

/// Certificates in one OCSP response: the responder's and at most its chain.
pub const OCSP_CERTIFICATES: usize = 32;

/// Certificates whose key is tried on one revocation list or OCSP response.
pub const REVOCATION_SIGNERS: usize = 16;

/// Seconds that a list or an OCSP response may lie in the future: the tolerance that OpenSSL has for clocks that
/// differ.
pub const CLOCK_TOLERANCE: i64 = 5 * 60;

/// Seconds that a list or an OCSP response counts when it does not say when the next one comes. The CA/Browser
/// Forum allows seven days between lists (Baseline Requirements 4.9.7).
pub const AGE_WITHOUT_NEXT_UPDATE: i64 = 7 * 24 * 60 * 60;

/// Characters of a name from a file that a finding shows. Names of companies are shorter; a file may claim
/// one of 64 KB.
pub const SHOWN_CHARACTERS: usize = 100;

/// Bytes of a program's name or address in a signature: they are kept for every signature, and an attribute may hold megabytes. Even,
/// because some are of two bytes a character.
pub const CLAIM_BYTES: usize = 4096;

/// Bytes of an object identifier. The longest in use have some twenty; each is told as text.
pub const OBJECT_IDENTIFIER_BYTES: usize = 128;

/// Things of one kind that a finding names before it only counts them.
pub const SHOWN_ITEMS: usize = 5;

/// Certificates in one chain. Real chains have at most six; conformance suites go up to ten.
pub const CHAIN_LENGTH: usize = 16;

/// Candidate chains that are judged for one certificate. Cross-certification gives real files at most four.
pub const CHAIN_PATHS: usize = 32;

/// Work spent on the signatures of certificates in one search for a chain, in units of one check by an RSA key of
/// 2048 bits (some 0.1 ms, so this is 25 ms): against bags made to be slow. A real chain of four certificates with
/// P-384 keys takes 36.
pub const CHAIN_SIGNATURE_WORK: usize = 256;

/// Chains for one certificate whose revocation is asked about; one is enough but for cross-certification.
pub const CHAINS_ASKED: usize = 4;

/// Chains of certificates that sign revocation lists in place of their issuer, for one certificate. Indirect
/// lists in the public suites need two.
pub const LIST_SIGNER_CHAINS: usize = 8;

/// Comparisons of names with name constraints for one chain.
pub const NAME_COMPARISONS: usize = 50_000;

/// Steps taken through the policies of one chain: policies, mappings and the links between them.
pub const POLICY_STEPS: usize = 20_000;

/// Largest file of a certificate store, in bytes. All roots of the root program together take 700 kB.
pub const STORE_BYTES: u64 = 64 * 1024 * 1024;

/// Certificates in one serialized store. The root program has some 550, a busy computer's stores a few thousand.
pub const STORE_CERTIFICATES: usize = 50_000;

/// Files in a directory of certificates. `certutil -syncWithWU` writes some 560.
pub const STORE_FILES: usize = 50_000;

/// Dictionary of LZMA data in an installer, in bytes: it is held in memory while members are unpacked. The highest
/// presets of 7-Zip, NSIS and Inno Setup use 64 MB.
pub const LZMA_DICTIONARY: u64 = 128 * 1024 * 1024;

/// Bytes of one file's entry in a report that is read again, members included. An entry takes some 10 kB a signature.
pub const REPORT_ENTRY_BYTES: usize = 64 * 1024 * 1024;

/// Bytes of the certificates in a report that is read again: some 100,000 certificates.
pub const REPORT_TABLE_BYTES: usize = 256 * 1024 * 1024;

/// Certificates in a report that is read again. The 155 signed files of the project's corpus share some 500.
pub const REPORT_CERTIFICATES: usize = 100_000;

/// Entries of a directory of vendor entries. The catalog has some fifty.
pub const VENDOR_ENTRIES: usize = 100_000;

/// Bytes of one vendor entry. The largest has 10 kB.
pub const VENDOR_ENTRY_BYTES: u64 = 1024 * 1024;

/// Elements of an XML document inside each other. Rules of real packages are nested some 15 deep.
pub const XML_DEPTH: usize = 256;

/// Bytes of one tag, text or comment of an XML document: the parser holds it in memory. The longest queries of real
/// packages take a few thousand.
pub const XML_PIECE_BYTES: u64 = 1024 * 1024;

/// Attributes of one element; their names are compared with each other. The root of a catalog has some 15.
pub const XML_ATTRIBUTES: usize = 256;

/// Bytes of text that are kept of one package of an update catalog. The largest real packages, with descriptions in
/// 36 languages, keep some 100 kB.
pub const PACKAGE_BYTES: usize = 4 * 1024 * 1024;

/// Texts, items, return codes and identifiers of one package, together. Real packages have at most a few hundred.
pub const PACKAGE_PARTS: usize = 20_000;

/// Digests of files in all security catalogs of a run, or of one container, together: each takes some 100 bytes of memory. The
/// largest real catalogs list some 30,000 files.
pub const CATALOG_DIGESTS: usize = 500_000;

/// Members of an update catalog. A cabinet cannot list more than 65,535; a directory may.
pub const CATALOG_MEMBERS: usize = 200_000;

/// Bytes of one `.sdp`, certificate or list in an update catalog that is read into memory. The largest real `.sdp`
/// files have some 200 kB, the manifest of 1,800 updates 110 kB.
pub const CATALOG_MEMBER_BYTES: u64 = 8 * 1024 * 1024;

/// Bytes of certificates and lists in an update catalog, all together. The largest real catalogs have some 2 MB.
pub const CATALOG_SUPPLEMENT_BYTES: u64 = 64 * 1024 * 1024;

/// Findings of one check about one package that are said; of more, only how many.
pub const PACKAGE_FINDINGS: usize = 20;

/// Bounds that a caller may change; [`Limits::default`] suits every real installer that was measured.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Largest signature blob (CMS) that is read into memory, in bytes. The largest real security
    /// catalogs are below 16 MiB; page hashes of a 4 GiB executable take 40 MiB.
    pub signature_bytes: u64,
    /// How deep signatures may be nested in each other. Real files nest once; deeper ones carry several
    /// nested signatures side by side.
    pub nesting_depth: usize,
    /// Signatures in one file, nested ones included. Real files have at most six.
    pub signatures: usize,
    /// Certificates read from one signature. Real ones carry at most a dozen.
    pub certificates: usize,
    /// Time stamps read from one signature: each costs a public-key operation and a chain. Real signatures
    /// have one, rarely two.
    pub timestamps: usize,
    /// Entries (streams and storages) of a compound file. Windows Installer databases have a few hundred.
    pub compound_entries: usize,
    /// Separate runs of bytes that a digest may be made of: bounds the memory that a fragmented compound
    /// file can take to about 24 MB.
    pub covered_pieces: usize,
    /// Section headers of a PE image. The loader of Windows accepts 96.
    pub pe_sections: usize,
    /// Largest text that is read from a file for description (a property, a version string), in bytes.
    pub text_bytes: usize,
    /// Largest Windows Installer table stream that is read for description, in bytes.
    pub table_bytes: u64,
    /// Files listed in a cabinet that is opened: as many as its header can count.
    pub cabinet_files: usize,
    /// Volumes of a cabinet set. Sets on diskettes had some dozens.
    pub cabinet_volumes: usize,
    /// How deep members are opened: 0 looks at the outer file only. Real installers need three levels (a
    /// program, the package in it, the cabinet in that).
    pub depth: usize,
    /// Members of one outer file, those of its members included. Large software kits have some twenty
    /// thousand.
    pub members: usize,
    /// Bytes that one outer file may unpack to, all levels together. The largest installers have some 8 GiB.
    pub unpacked_bytes: u64,
    /// How many times its own size an outer file may unpack to, all levels together; below
    /// [`Limits::unpack_free`] it does not matter. Real installers stay below 20.
    pub unpack_ratio: u64,
    /// Bytes that every file may unpack to, however small it is.
    pub unpack_free: u64,
    /// Largest member that is kept in memory while it is judged, in bytes; larger ones go into a temporary file.
    /// One member on every level is kept at a time.
    pub spool_memory: u64,
    /// Where temporary files are made; the system's place (`TMPDIR`) when none is named.
    pub temporary_directory: Option<PathBuf>,
    /// When to stop looking into a file.
    pub deadline: Deadline,
}

/// Tells when to stop looking into a file. The library has no clock; whoever has one may bring it.
#[derive(Clone, Default)]
pub struct Deadline(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Deadline {
    /// A question that is asked again and again, and answered with true when the time is over.
    pub fn new(over: impl Fn() -> bool + Send + Sync + 'static) -> Deadline {
        Deadline(Some(Arc::new(over)))
    }

    /// Whether the time is over.
    pub fn is_over(&self) -> bool {
        self.0.as_ref().is_some_and(|over| over())
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Deadline(set)" } else { "Deadline(none)" })
    }
}

impl Limits {
    /// The most bytes that a file of this size may unpack to.
    pub(crate) fn unpacked_from(&self, size: u64) -> u64 {
        size.saturating_mul(self.unpack_ratio).max(self.unpack_free).min(self.unpacked_bytes)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            signature_bytes: 64 * 1024 * 1024,
            nesting_depth: 8,
            signatures: 64,
            certificates: 512,
            timestamps: 32,
            compound_entries: 65_536,
            covered_pieces: 1_000_000,
            pe_sections: 4096,
            text_bytes: 64 * 1024,
            table_bytes: 16 * 1024 * 1024,
            cabinet_files: 65_535,
            cabinet_volumes: 1000,
            depth: 3,
            members: 50_000,
            unpacked_bytes: 16 * 1024 * 1024 * 1024,
            unpack_ratio: 100,
            unpack_free: 128 * 1024 * 1024,
            spool_memory: 8 * 1024 * 1024,
            temporary_directory: None,
            deadline: Deadline::default(),
        }
    }
}
