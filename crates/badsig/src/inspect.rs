//! Reading a subject: format, signatures, digests. The only function that needs the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::authenticode::facts::{PageHashes, SignatureFacts};
use crate::authenticode::indirect_data::StoredPageHashes;
use crate::authenticode::read::{ReadSignature, read_signatures};
use crate::catalogs::Catalogs;
use crate::describe::{describe_installer, describe_pe};
use crate::digest::{DigestAlgorithm, SubjectDigests, hash_subject};
use crate::facts::{Description, Facts, MsiExtended};
use crate::format::{Format, Layout, recognise};
use crate::hex::Hex;
use crate::limits::Limits;
use crate::payload::{ReadAhead, engine_of, external, look_inside};
use crate::problem::{Problem, ProblemKind};
use crate::subject::{Subject, Watched};

/// What to read besides what every verdict needs.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Wanted {
    /// SHA-1 of the whole file, which update catalogs use.
    pub sha1: bool,
    /// SHA-256 of the whole subject, where the caller has made it already from the very same source: it is taken as
    /// it is.
    pub known_sha256: Option<Hex>,
    /// SHA-1 of the whole subject, likewise.
    pub known_sha1: Option<Hex>,
    /// Names and sizes of the members that cannot be signed, too ([`PayloadFacts::others`]).
    ///
    /// [`PayloadFacts::others`]: crate::facts::PayloadFacts::others
    pub others: bool,
    /// Only what the signatures say and where they stand: no digest is computed, nothing is looked into, and little of the
    /// file is read. Whether a signature belongs to the file stays open.
    pub signatures_only: bool,
    /// Security catalogs that may list a file without a signature of its own ([`Facts::listed_in`]).
    pub catalogs: Arc<Catalogs>,
}

/// The algorithms by which security catalogs list files.
const LISTED_BY: [DigestAlgorithm; 2] = [DigestAlgorithm::Sha256, DigestAlgorithm::Sha1];

/// Bytes of the texts that a member says of itself, at most, for there may be 50,000. Real ones have one or two thousand.
const MEMBER_TEXT: usize = 8192;

/// Reads everything from one subject. Never fails and never judges: what could not be read stands in
/// [`Facts::problems`].
///
/// ```
/// use badsig::{Limits, Subject};
///
/// let facts = badsig::inspect(&Subject::from_bytes("a.txt", b"hello".to_vec()), &Limits::default());
/// assert_eq!(facts.format, badsig::Format::Unknown);
/// assert!(facts.signatures.is_empty());
/// assert_eq!(facts.problems.len(), 1);
/// ```
pub fn inspect(subject: &Subject, limits: &Limits) -> Facts {
    inspect_with(subject, limits, &Wanted::default())
}

/// As [`inspect`], reading more when asked.
pub fn inspect_with(subject: &Subject, limits: &Limits, wanted: &Wanted) -> Facts {
    // What is known is known of the whole, not of its members.
    let own = Wanted { sha1: wanted.sha1 && wanted.known_sha1.is_none(), ..wanted.clone() };
    let known = ReadAhead { sha256: wanted.known_sha256.clone(), catalogs: !wanted.catalogs.is_empty() };
    let watched = Arc::new(Watched::new(Arc::clone(subject.shared_siblings())));
    let subject =
        &Subject::shared(subject.name(), Arc::clone(subject.shared_source())).beside(watched.clone());
    let mut facts = inspect_flat(subject, limits, &own, &known);
    if let Some(known) = wanted.known_sha1.clone().filter(|_| wanted.sha1) {
        facts.sha1 = Some(known);
    }
    facts.look_up(&wanted.catalogs);
    if limits.depth > 0 && !wanted.signatures_only {
        // What one file says of itself is short; what thousands say must not fill the memory.
        let members = Limits { text_bytes: limits.text_bytes.min(MEMBER_TEXT), ..limits.clone() };
        look_inside(subject, limits, wanted.others, &mut facts, &|member, known| {
            inspect_flat(member, &members, wanted, known)
        });
    }
    if let Err(error) = subject.source().check_unchanged() {
        facts.problems.push(error.into());
    }
    facts.problems.extend(watched.changed());
    facts.beside = watched.opened();
    facts
}

/// Reads one subject without its members.
fn inspect_flat(subject: &Subject, limits: &Limits, wanted: &Wanted, known: &ReadAhead) -> Facts {
    let sha256 = known.sha256.clone();
    let source = subject.source();
    let layout = recognise(source, limits);
    let signatures = read_signatures(&layout.signatures, limits);
    let mut facts = Facts {
        size: Some(source.size()),
        format: layout.format,
        storage: layout.storage.clone(),
        problems: layout.problems.clone(),
        description: if wanted.signatures_only { None } else { describe(subject, layout.format, limits) },
        ..Facts::empty(subject.name().to_owned())
    };
    if layout.format == Format::Pe && !wanted.signatures_only {
        facts.burn_engine = engine_of(source, limits);
    }
    if layout.format == Format::Msi
        && !wanted.signatures_only
        && let Some(external) = external(subject, limits)
    {
        facts.external_cabinets = external.cabinets;
        facts.installer_certificates = external.certificates;
    }
    if signatures.iter().any(|signature| signature.cut_short) {
        let message = format!(
            "the file has more than {} signatures, or they are nested deeper than {}: not all were read",
            limits.signatures, limits.nesting_depth
        );
        facts.problems.push(Problem::new(ProblemKind::LimitReached, message));
    }
    if wanted.signatures_only {
        facts.signatures = signatures.into_iter().map(|signature| signature.facts).collect();
        return facts;
    }
    let asked = [(DigestAlgorithm::Sha256, sha256.is_none()), (DigestAlgorithm::Sha1, wanted.sha1)];
    let listable = known.catalogs && signatures.is_empty() && !layout.covered.pieces().is_empty();
    let covered_by = if listable { LISTED_BY.to_vec() } else { needed(&signatures) };
    let whole: Vec<_> = asked.into_iter().filter(|(_, asked)| *asked).map(|(name, _)| name).collect();
    match hash_subject(source, &whole, &layout.covered, &covered_by) {
        Ok(digests) => {
            facts.sha256 = sha256.or_else(|| digests.of_whole(DigestAlgorithm::Sha256).map(Hex::from));
            facts.sha1 = digests.of_whole(DigestAlgorithm::Sha1).map(Hex::from);
            if listable {
                facts.subject_digests =
                    digests.covered.iter().map(|(_, digest)| Hex::from(digest.as_slice())).collect();
            }
            facts.msi_extended = msi_extended(&layout, &signatures);
            facts.signatures = complete(subject, &layout, signatures, &digests, &mut facts.problems);
        }
        Err(error) => {
            facts.signatures = signatures.into_iter().map(|signature| signature.facts).collect();
            facts.problems.push(error.into());
        }
    }
    facts
}

/// What the file says of itself; a failure there is only "no more information".
fn describe(subject: &Subject, format: Format, limits: &Limits) -> Option<Description> {
    match format {
        Format::Pe => describe_pe(subject.source(), limits).ok().map(Box::new).map(Description::Pe),
        Format::Msi | Format::Msp | Format::Mst => {
            describe_installer(subject.source(), limits).ok().map(Box::new).map(Description::Installer)
        }
        _ => None,
    }
}

/// The digest algorithms that the signatures of a subject ask for.
fn needed(signatures: &[ReadSignature<'_>]) -> Vec<DigestAlgorithm> {
    let mut algorithms: Vec<DigestAlgorithm> = signatures
        .iter()
        .filter_map(|signature| signature.facts.contents.as_ref().ok())
        .filter_map(|contents| contents.digest.as_ref())
        .filter_map(|digest| digest.algorithm.clone().ok())
        .collect();
    algorithms.sort_unstable();
    algorithms.dedup();
    algorithms
}

/// Puts the computed digests beside the stored ones.
fn complete(
    subject: &Subject,
    layout: &Layout,
    signatures: Vec<ReadSignature<'_>>,
    digests: &SubjectDigests,
    problems: &mut Vec<Problem>,
) -> Vec<SignatureFacts> {
    // Bytes that are covered by nothing have no digest that could be compared.
    let has_subject = !layout.covered.pieces().is_empty();
    let mut pages = Pages { subject, layout, computed: BTreeMap::new() };
    signatures
        .into_iter()
        .map(|mut signature| {
            if let Ok(contents) = &mut signature.facts.contents {
                if let Some(digest) = contents.digest.as_mut().filter(|_| has_subject)
                    && let Ok(algorithm) = digest.algorithm
                {
                    digest.computed = digests.of_covered(algorithm).map(Hex::from);
                }
                if let Some(stored) = &signature.page_hashes {
                    match pages.compared(stored) {
                        Ok(compared) => contents.page_hashes = compared,
                        Err(problem) => problems.push(problem),
                    }
                }
            }
            signature.facts
        })
        .collect()
}

/// The page hashes of one image, made once for each algorithm, whatever number of signatures carries such.
struct Pages<'s> {
    subject: &'s Subject,
    layout: &'s Layout,
    computed: BTreeMap<DigestAlgorithm, Result<Vec<u8>, Problem>>,
}

impl Pages<'_> {
    fn compared(&mut self, stored: &StoredPageHashes) -> Result<Option<PageHashes>, Problem> {
        let Some(pages) = &self.layout.pages else { return Ok(None) };
        let (source, algorithm) = (self.subject.source(), stored.algorithm);
        let entry = algorithm.length().saturating_add(4);
        let count = stored.list.len().checked_div(entry).unwrap_or(0);
        let length = u64::try_from(stored.list.len()).unwrap_or(u64::MAX);
        let matches = length == pages.length(source, algorithm)? && {
            let computed = self.computed.entry(algorithm);
            let computed = computed.or_insert_with(|| pages.compute(source, algorithm));
            computed.as_ref().map_err(Problem::clone)? == &stored.list
        };
        Ok(Some(PageHashes { algorithm, matches, pages: u64::try_from(count).unwrap_or(u64::MAX) }))
    }
}

/// The stored extended digest belongs to the primary signature's algorithm.
fn msi_extended(layout: &Layout, signatures: &[ReadSignature<'_>]) -> Option<MsiExtended> {
    let stored = layout.storage.msi_extended.clone()?;
    let metadata = layout.covered.leading_digest_of()?;
    let contents = signatures.first()?.facts.contents.as_ref().ok()?;
    let algorithm = contents.digest.as_ref()?.algorithm.clone().ok()?;
    let computed = Hex(algorithm.digest(metadata));
    Some(MsiExtended { matches: computed == stored, stored, computed })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The length that is foretold is that of the list, so that a longer one is not compared in vain, and the list is made once.
    #[test]
    fn page_hashes_are_made_once() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/exe/page-hashes-sha256.exe");
        let subject = Subject::open(path.as_ref()).unwrap();
        let layout = recognise(subject.source(), &Limits::default());
        let read = read_signatures(&layout.signatures, &Limits::default());
        let stored = read[0].page_hashes.as_ref().unwrap();
        let mut pages = Pages { subject: &subject, layout: &layout, computed: BTreeMap::new() };
        assert!(pages.compared(stored).unwrap().unwrap().matches);
        assert!(pages.compared(stored).unwrap().unwrap().matches);
        assert_eq!(pages.computed.len(), 1);
        let mut pages = Pages { subject: &subject, layout: &layout, computed: BTreeMap::new() };
        let longer =
            StoredPageHashes { algorithm: stored.algorithm, list: [&stored.list[..], &[0; 36]].concat() };
        assert!(!pages.compared(&longer).unwrap().unwrap().matches);
        assert!(pages.computed.is_empty(), "nothing was hashed");
    }

    /// A file whose nested signatures were not all read is not decided by those that were.
    #[test]
    fn signatures_beyond_a_limit_are_said() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/exe/dual-signed.exe");
        let subject = Subject::open(path.as_ref()).unwrap();
        let limit =
            |facts: &Facts| facts.problems.iter().any(|problem| problem.kind == ProblemKind::LimitReached);
        assert!(!limit(&inspect(&subject, &Limits::default())));
        assert!(limit(&inspect(&subject, &Limits { signatures: 1, ..Limits::default() })));
        assert!(limit(&inspect(&subject, &Limits { nesting_depth: 0, ..Limits::default() })));
    }
}
