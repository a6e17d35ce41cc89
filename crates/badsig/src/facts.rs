//! What was read from one subject. No opinion: facts can be collected on many machines and judged on one,
//! at another date, against another target.

mod installer;

use serde::{Deserialize, Serialize};

pub use self::installer::{BurnEngine, ExternalCabinet, InstallerCertificate};

use crate::authenticode::facts::SignatureFacts;
use crate::catalogs::Catalogs;
use crate::describe::{InstallerDescription, PeDescription};
use crate::format::{Format, Storage};
use crate::hex::Hex;
use crate::problem::Problem;

/// Everything that [`crate::inspect`] read from a subject.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// The name the subject is reported under.
    pub path: String,
    /// What the bytes are.
    pub format: Format,
    /// Size in bytes; `None` when the file could not be opened.
    pub size: Option<u64>,
    /// SHA-256 of the whole file; `None` when it could not be read to its end.
    pub sha256: Option<Hex>,
    /// SHA-1 of the whole file, when it was asked for.
    pub sha1: Option<Hex>,
    /// The signatures; the first is the one that Windows judges.
    pub signatures: Vec<SignatureFacts>,
    /// How the signatures are stored.
    pub storage: Storage,
    /// `MsiDigitalSignatureEx`: stored and recomputed.
    pub msi_extended: Option<MsiExtended>,
    /// Product, vendor and version as the file states them; `None` when it states none.
    pub description: Option<Description>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Whether it was looked inside.
    #[serde(default)]
    pub looked_inside: bool,
    /// The ways in which it carries other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payload: Vec<PayloadFacts>,
    /// Its members of formats that can be signed, in the order in which they are stored, under virtual paths
    /// (`setup.exe!/a.cab!/b.msi`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Facts>,
    /// MSI: the cabinets that lie beside the package by its `Media` table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_cabinets: Vec<ExternalCabinet>,
    /// MSI: the certificates in the table `MsiDigitalCertificate`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub installer_certificates: Vec<InstallerCertificate>,
    /// PE: the engine of a WiX Burn bundle, when there is more in the file than the engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burn_engine: Option<BurnEngine>,
    /// The names of the files beside it that were read with it: external cabinets, other volumes, payloads of a bundle. Their
    /// bytes have a part in what was found, and none in its digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<String>,
    /// The digests of a file without a signature that a security catalog may list: those that Authenticode would sign, by
    /// SHA-256 and SHA-1; only where catalogs are at hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subject_digests: Vec<Hex>,
    /// The paths of the security catalogs that list a file without a signature of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed_in: Vec<String>,
    /// The name under which it is installed, where the container names it otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed_as: Option<String>,
    /// The path of the first file with the same bytes, where everything else is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// A way in which a file carries others: what was found, what was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PayloadFacts {
    /// The kind: `cabinet`, `burn`, `nsis`.
    pub kind: String,
    /// What an administrator calls it.
    pub title: String,
    /// Members seen.
    pub members: u64,
    /// Those of formats that can be signed.
    pub judged: u64,
    /// Why it was recognised and not opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_opened: Option<String>,
    /// What ended reading it early: damage, or a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// Members that could not be read; at most [`UNREAD_MEMBERS`] are named, at least one for each kind of problem.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<UnreadMember>,
    /// How many members could not be read.
    #[serde(default)]
    pub unread_members: u64,
    /// The members of formats that cannot be signed, where they were asked for
    /// ([`Wanted::others`](crate::Wanted::others)).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherMember>,
}

/// A member of a format that cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OtherMember {
    /// Its name as the container states it.
    pub name: String,
    /// Its size in bytes, when the container states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// A member that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnreadMember {
    /// Its name.
    pub name: String,
    /// Why.
    pub problem: Problem,
}

/// Members that could not be read and are named, by container; more are counted.
pub const UNREAD_MEMBERS: usize = 20;

impl PayloadFacts {
    /// Nothing is known yet.
    pub(crate) fn new(kind: &str, title: &str) -> PayloadFacts {
        PayloadFacts { kind: kind.to_owned(), title: title.to_owned(), ..PayloadFacts::default() }
    }

    /// Notes a member that could not be read. Every kind of problem that was met is among those that are named, for what a
    /// member that was not read does to the verdict depends on why.
    pub(crate) fn unread(&mut self, member: UnreadMember) {
        self.unread_members = self.unread_members.saturating_add(1);
        if self.unread.len() < UNREAD_MEMBERS {
            return self.unread.push(member);
        }
        let times = |kind| self.unread.iter().filter(|known| known.problem.kind == kind).count();
        if times(member.problem.kind) > 0 {
            return;
        }
        // There are fewer kinds than names, so one stands there twice.
        let spare = self.unread.iter().rposition(|known| times(known.problem.kind) > 1);
        if let Some(spare) = spare.and_then(|place| self.unread.get_mut(place)) {
            *spare = member;
        }
    }

    /// What kept members from being read: of each kind of problem, at least one.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problem.iter().chain(self.unread.iter().map(|member| &member.problem))
    }
}

/// The digest of names, sizes and times in a Windows Installer file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MsiExtended {
    /// What the stream `MsiDigitalSignatureEx` holds.
    pub stored: Hex,
    /// What it should hold, by the algorithm of the signature.
    pub computed: Hex,
    /// Whether they are the same.
    pub matches: bool,
}

/// What a file says of itself. Claims: nothing here is covered by trust.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Description {
    /// Headers and version resource of an image.
    Pe(Box<PeDescription>),
    /// Summary information and properties of a Windows Installer file.
    Installer(Box<InstallerDescription>),
}

impl Facts {
    /// Facts of a subject that could not be opened at all.
    pub fn unreadable(path: impl Into<String>, problem: Problem) -> Facts {
        Facts { problems: vec![problem], ..Facts::empty(path.into()) }
    }

    /// The last part of the path: the name that the file has. The query of an address is no part of it.
    pub fn file_name(&self) -> &str {
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or_default();
        let query = if self.path.contains("://") { name.find('?') } else { None };
        query.and_then(|start| name.get(..start)).unwrap_or(name)
    }

    /// Nothing is known yet.
    pub(crate) fn empty(path: String) -> Facts {
        Facts {
            path,
            format: Format::Unknown,
            size: None,
            sha256: None,
            sha1: None,
            signatures: Vec::new(),
            storage: Storage::default(),
            msi_extended: None,
            description: None,
            problems: Vec::new(),
            looked_inside: false,
            payload: Vec::new(),
            members: Vec::new(),
            subject_digests: Vec::new(),
            listed_in: Vec::new(),
            external_cabinets: Vec::new(),
            installer_certificates: Vec::new(),
            burn_engine: None,
            beside: Vec::new(),
            installed_as: None,
            same_as: None,
        }
    }

    /// Notes the catalogs that list the subject, or one of the members that were found already, without a signature.
    pub(crate) fn look_up(&mut self, catalogs: &Catalogs) {
        let whole = [&self.sha256, &self.sha1].into_iter().flatten();
        let digests = self.subject_digests.iter().chain(whole).map(|digest| digest.0.as_slice());
        if self.signatures.is_empty() && self.same_as.is_none() && self.format != Format::Cat {
            let mut listing = catalogs.listing(digests);
            listing.retain(|path| !self.listed_in.contains(path));
            self.listed_in.extend(listing);
        }
        self.members.iter_mut().for_each(|member| member.look_up(catalogs));
    }

    /// The subject and all its members, outer ones first.
    pub fn tree(&self) -> impl Iterator<Item = &Facts> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.members.iter().rev());
            Some(next)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::ProblemKind;

    #[test]
    fn every_kind_of_problem_is_among_those_that_are_named() {
        let mut payload = PayloadFacts::default();
        let mut unread = |kind, name: &str| {
            payload.unread(UnreadMember { name: name.to_owned(), problem: Problem::new(kind, "why") });
        };
        for number in 0..UNREAD_MEMBERS {
            unread(ProblemKind::NotSupported, &number.to_string());
        }
        unread(ProblemKind::Malformed, "damaged");
        unread(ProblemKind::LimitReached, "endless");
        unread(ProblemKind::Malformed, "damaged too");
        assert_eq!((payload.unread.len(), payload.unread_members), (UNREAD_MEMBERS, 23));
        let named: Vec<&str> = payload.unread.iter().map(|member| member.name.as_str()).collect();
        assert!(named.contains(&"damaged") && named.contains(&"endless"), "{named:?}");
        assert!(named.contains(&"0") && !named.contains(&"damaged too"), "{named:?}");
    }
}
