//! Every bound that badsig puts on its own work, each with the reason for its value.
//!
//! Files come from strangers. Whatever a file claims about its own sizes, depths and counts, reading it
//! must end soon and in little memory; when a bound is reached the subject is *undecided* (never
//! publishable) and the report says which bound it was.

/// Bytes read at a time while hashing. Between 64 KB and 1 MB the choice does not matter for throughput;
/// this keeps four buffers below 1 MiB.
pub const READ_BUFFER: usize = 128 * 1024;

/// From this size on a file is hashed on two threads when a core is free; below, starting a thread costs
/// more than it saves.
pub const PARALLEL_HASH_FROM: u64 = 512 * 1024;

/// Entries, attributes and extensions of one certificate trust list, together. The root program has about
/// 4,200; each takes some 100 bytes of memory, so this bounds a list to 50 MB beside its own bytes.
pub const LIST_ITEMS: usize = 500_000;

/// Usages in one list of usages. The root program names at most a dozen for one root.
pub const LIST_USAGES: usize = 256;

/// Largest file of a certificate store, in bytes. All roots of the root program together take 700 kB.
pub const STORE_BYTES: u64 = 64 * 1024 * 1024;

/// Certificates in one serialized store. The root program has some 550, a busy computer's stores a few thousand.
pub const STORE_CERTIFICATES: usize = 50_000;

/// Files in a directory of certificates. `certutil -syncWithWU` writes some 560.
pub const STORE_FILES: usize = 50_000;

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
    /// Files listed in a cabinet that are looked at to tell an MSU from another cabinet.
    pub cabinet_files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            signature_bytes: 64 * 1024 * 1024,
            nesting_depth: 8,
            signatures: 64,
            certificates: 512,
            compound_entries: 200_000,
            covered_pieces: 1_000_000,
            pe_sections: 4096,
            text_bytes: 64 * 1024,
            table_bytes: 16 * 1024 * 1024,
            cabinet_files: 65_535,
        }
    }
}
