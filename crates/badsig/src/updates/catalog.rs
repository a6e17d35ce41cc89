//! A catalog as a whole: its form, its members, its packages.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::lint::short;
use super::members::{CabinetMembers, DirectoryMembers, Members};
use super::package::Package;
use super::packages::Packages;
use super::xml::XmlError;
use crate::format::{Format, recognise};
use crate::limits::{CATALOG_MEMBER_BYTES, CATALOG_MEMBERS, CATALOG_SUPPLEMENT_BYTES, Limits};
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, SourceReader};

/// The forms of update catalogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CatalogForm {
    /// One XML with all packages.
    V1,
    /// One `.sdp` for each package, a manifest, content certificates.
    V2,
    /// As V2, with categories.
    V3,
    /// A package by itself.
    Sdp,
}

impl CatalogForm {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            CatalogForm::V1 => "v1",
            CatalogForm::V2 => "v2",
            CatalogForm::V3 => "v3",
            CatalogForm::Sdp => "sdp",
        }
    }
}

/// A catalog that is open.
pub struct Catalog {
    contents: Contents,
    form: CatalogForm,
}

enum Contents {
    Bare(Arc<dyn ByteSource>),
    Members(Box<dyn Members>),
}

/// What a walk through a catalog comes by.
#[derive(Debug)]
pub enum CatalogEntry {
    /// A package; in V2 and V3 with the member that it stands in.
    Package(Box<Package>, Option<String>),
    /// A document that cannot be read, or not to its end.
    Broken(Option<String>, XmlError),
}

impl Catalog {
    /// Opens a cabinet, or a bare XML or `.sdp`.
    ///
    /// # Errors
    /// A [`Problem`] when it is none of these, or damaged.
    pub fn open(source: &Arc<dyn ByteSource>, limits: &Limits) -> Result<Catalog, Problem> {
        match recognise(&**source, limits).format {
            Format::Cab => Catalog::of_members(Box::new(CabinetMembers::new(source, limits)?)),
            Format::Unknown => Catalog::bare(source),
            other => Err(unknown(format!("it is {}, not an update catalog", other.description()))),
        }
    }

    /// Opens a catalog that was extracted into a directory.
    ///
    /// # Errors
    /// As [`Catalog::open`].
    pub fn in_directory(path: &Path) -> Result<Catalog, Problem> {
        Catalog::of_members(Box::new(DirectoryMembers::new(path)?))
    }

    fn of_members(members: Box<dyn Members>) -> Result<Catalog, Problem> {
        let names = members.names();
        if names.len() > CATALOG_MEMBERS {
            let message = format!("the catalog has more than {CATALOG_MEMBERS} members");
            return Err(Problem::new(ProblemKind::LimitReached, message));
        }
        Ok(Catalog { form: form(&names)?, contents: Contents::Members(members) })
    }

    /// The root element tells whether it is a catalog or a package. Only the first package is read for it.
    fn bare(source: &Arc<dyn ByteSource>) -> Result<Catalog, Problem> {
        let problem = |error: XmlError| Problem::new(error.kind, error.to_string());
        let mut packages = Packages::new(SourceReader::new(&**source)).map_err(problem)?;
        let first = packages.next();
        if let (Some(Err(error)), false) = (first, packages.is_catalog()) {
            return Err(problem(error));
        }
        let form = if packages.is_catalog() { CatalogForm::V1 } else { CatalogForm::Sdp };
        Ok(Catalog { contents: Contents::Bare(Arc::clone(source)), form })
    }

    /// Its form.
    pub fn form(&self) -> CatalogForm {
        self.form
    }

    /// Whether it has members, as cabinets have: a bare XML can bring neither a signature nor certificates.
    pub fn has_members(&self) -> bool {
        matches!(self.contents, Contents::Members(_))
    }

    /// Gives every package to `visit`, in the order in which they are stored, until it says `false`. Memory does
    /// not grow with their number.
    ///
    /// # Errors
    /// A [`Problem`] when the container is damaged. Documents that cannot be read are given as
    /// [`CatalogEntry::Broken`].
    pub fn packages(&self, visit: &mut dyn FnMut(CatalogEntry) -> bool) -> Result<(), Problem> {
        match &self.contents {
            Contents::Bare(source) => {
                walk(None, &mut SourceReader::new(&**source), visit);
                Ok(())
            }
            Contents::Members(members) => {
                let extension = if self.form == CatalogForm::V1 { ".xml" } else { ".sdp" };
                members.visit(&mut |name| ends_with(name, extension), &mut |name, content| {
                    walk(Some(name), content, visit)
                })
            }
        }
    }

    /// Gives the wanted members to `take`, one after the other, each in memory.
    ///
    /// # Errors
    /// A [`Problem`] when the container is damaged, a member cannot be read, or all together are larger than any
    /// catalog's.
    pub(super) fn read(
        &self,
        wanted: impl Fn(&str) -> bool,
        mut take: impl FnMut(&str, &[u8]),
    ) -> Result<(), Problem> {
        let Contents::Members(members) = &self.contents else { return Ok(()) };
        let mut failure = None;
        let mut left = CATALOG_SUPPLEMENT_BYTES;
        members.visit(&mut |name| wanted(name), &mut |name, content| {
            match small_member(content, &mut left) {
                Ok(bytes) => take(name, &bytes),
                Err(problem) => {
                    let message = format!("{}: {problem}", short(name));
                    failure = Some(Problem { message, ..problem });
                }
            }
            failure.is_none()
        })?;
        failure.map_or(Ok(()), Err)
    }
}

/// A member as far as members are read into memory; `left` is what all of them may still have.
fn small_member(content: &mut dyn Read, left: &mut u64) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let most = CATALOG_MEMBER_BYTES.min(*left);
    let read = content.take(most.saturating_add(1)).read_to_end(&mut bytes);
    let read = read.map_err(|error| Problem::new(ProblemKind::Unreadable, error.to_string()))?;
    *left = left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
    if *left == 0 {
        let message = format!("certificates and lists have more than {CATALOG_SUPPLEMENT_BYTES} bytes");
        return Err(Problem::new(ProblemKind::LimitReached, message));
    }
    Ok(bytes)
}

/// Reads one document; `false` when the visitor has enough.
fn walk(member: Option<&str>, content: &mut dyn Read, visit: &mut dyn FnMut(CatalogEntry) -> bool) -> bool {
    let member = member.map(str::to_owned);
    let packages = match Packages::new(content) {
        Ok(packages) => packages,
        Err(error) => return visit(CatalogEntry::Broken(member, error)),
    };
    for package in packages {
        let entry = match package {
            Ok(package) => CatalogEntry::Package(Box::new(package), member.clone()),
            Err(error) => CatalogEntry::Broken(member.clone(), error),
        };
        if !visit(entry) {
            return false;
        }
    }
    true
}

/// The form of a catalog by the names of its members.
fn form(names: &[String]) -> Result<CatalogForm, Problem> {
    let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let any = |wanted: &dyn Fn(&str) -> bool| lower.iter().any(|name| wanted(name));
    if any(&|name| name.starts_with("v3/") || plain(name) == "update_categories.json") {
        Ok(CatalogForm::V3)
    } else if any(&|name| name.ends_with(".sdp") || plain(name) == "update_manifest.json") {
        Ok(CatalogForm::V2)
    } else if any(&|name| name.ends_with(".xml")) {
        Ok(CatalogForm::V1)
    } else {
        Err(unknown(
            "it holds neither an XML, nor .sdp files, nor a manifest, so it is no update catalog".to_owned(),
        ))
    }
}

/// The last part of a member's name.
pub(crate) fn plain(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

/// Names are compared as Windows does.
pub(super) fn ends_with(name: &str, extension: &str) -> bool {
    name.to_ascii_lowercase().ends_with(extension)
}

fn unknown(message: String) -> Problem {
    Problem::new(ProblemKind::UnknownFormat, message)
}
