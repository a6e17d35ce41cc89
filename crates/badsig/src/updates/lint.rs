//! Soundness of one package: what the schemas of WSUS require, and what is known to go wrong.
//!
//! Rules are those of `SoftwareDistributionPackage.xsd`, `BaseTypes.xsd` and `Installers/*.xsd`; the limits of size are
//! those of System Center Updates Publisher.

mod content;
mod installer;

use std::collections::{BTreeSet, HashMap};

use super::package::Package;
use super::values::{date_time, is_guid};
use crate::check::update_catalog as checks;
use crate::check::{Check, Finding, Level};
use crate::limits::{PACKAGE_FINDINGS, SHOWN_CHARACTERS, SHOWN_ITEMS};
use crate::policy::Policy;

/// `sdp:Title` has at most so many characters; product and vendor names are titles.
const TITLE: usize = 200;
/// `sdp:Description`.
const DESCRIPTION: usize = 1500;
/// `bt:HttpUrl`.
const URL: usize = 2083;

const CLASSIFICATIONS: [&str; 9] = [
    "Updates",
    "Critical Updates",
    "Security Updates",
    "Feature Packs",
    "Update Rollups",
    "Service Packs",
    "Tools",
    "Hotfixes",
    "Drivers",
];
const SEVERITIES: [&str; 4] = ["Critical", "Important", "Moderate", "Low"];

/// Looks at the packages of one catalog, in their order.
#[derive(Default)]
pub struct Linter {
    /// The line, and the member, of the first package with an id.
    seen: HashMap<String, (Option<String>, u64)>,
}

impl Linter {
    /// What is wrong with a package, and what is worth knowing; `member` is the file of the catalog that it
    /// stands in.
    pub fn look(&mut self, package: &Package, member: Option<&str>, policy: &Policy) -> Vec<Finding> {
        let mut found = Found { policy, findings: Vec::new() };
        identity(package, &mut found);
        self.duplicate(package, member, &mut found);
        texts(package, &mut found);
        relations(package, &mut found);
        for name in BTreeSet::from_iter(&package.repeated) {
            let message = format!(
                "{name} stands more than once where the schema has one: readers differ about which counts"
            );
            found.block(&checks::PACKAGE_VALUE_INVALID, message);
        }
        for item in &package.items {
            installer::look(item, &mut found);
            if let Some(file) = &item.origin_file {
                content::look(file, &mut found);
            }
        }
        if package.origin_files().next().is_none() {
            found.add(&checks::METADATA_ONLY, "no InstallableItem has an OriginFile".to_owned());
        }
        if package.is_expired() {
            found.add(&checks::PACKAGE_EXPIRED, "PublicationState is Expired".to_owned());
        }
        found.bounded()
    }

    fn duplicate(&mut self, package: &Package, member: Option<&str>, found: &mut Found<'_>) {
        // What is no GUID is refused as such, and may have any length.
        let Some(id) = package.canonical_id().filter(|id| is_guid(id)) else { return };
        let here = (member.map(str::to_owned), package.line);
        match self.seen.get(&id) {
            Some((Some(member), line)) => found.add(
                &checks::PACKAGE_DUPLICATE,
                format!("{id} is also the id of the package in {}, line {line}", short(member)),
            ),
            Some((None, line)) => found.add(
                &checks::PACKAGE_DUPLICATE,
                format!("{id} is also the id of the package in line {line}"),
            ),
            None => {
                self.seen.insert(id, here);
            }
        }
    }
}

/// Findings that are being collected.
pub(super) struct Found<'p> {
    policy: &'p Policy,
    findings: Vec<Finding>,
}

impl Found<'_> {
    /// Adds one with the level that the check has for the targets.
    pub(super) fn add(&mut self, check: &'static Check, message: String) {
        self.findings.push(finding(check, self.policy, message));
    }

    /// Adds one that blocks whatever the level of its check is.
    pub(super) fn block(&mut self, check: &'static Check, message: String) {
        self.findings.push(Finding { level: Level::Block, ..finding(check, self.policy, message) });
    }

    /// All of them, but of one check no more than anybody reads: a package may have thousands of wrong parts.
    fn bounded(mut self) -> Vec<Finding> {
        // What blocks comes first, so that it is never among those that are left out.
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let mut kept = Vec::new();
        for finding in self.findings {
            let count = counts.entry(finding.check).or_default();
            *count = count.saturating_add(1);
            if *count <= PACKAGE_FINDINGS {
                kept.push(finding);
            }
        }
        for finding in &mut kept {
            if let Some(count) = counts.remove(finding.check).filter(|count| *count > PACKAGE_FINDINGS) {
                let more = count.saturating_sub(PACKAGE_FINDINGS);
                finding
                    .message
                    .push_str(&format!(" (and {more} more findings of this check that are not shown)"));
            }
        }
        kept
    }

    /// A field that must be there.
    fn required<'v>(&mut self, value: Option<&'v str>, name: &str) -> Option<&'v str> {
        let value = value.filter(|value| !value.trim().is_empty());
        if value.is_none() {
            self.add(&checks::PACKAGE_FIELD_MISSING, format!("{name} is missing or empty"));
        }
        value
    }

    fn invalid(&mut self, message: String) {
        self.add(&checks::PACKAGE_VALUE_INVALID, message);
    }

    /// A text that may have so many characters.
    fn longest(&mut self, value: Option<&str>, name: &str, limit: usize) {
        let length = value.map_or(0, |value| value.chars().count());
        if length > limit {
            self.invalid(format!("{name} has {length} characters, more than {limit}"));
        }
    }

    /// A value that must be one of a list.
    fn one_of(&mut self, value: Option<&str>, name: &str, allowed: &[&str]) {
        if let Some(value) = value.filter(|value| !allowed.contains(&value.trim())) {
            self.invalid(format!("{name} is {:?}, not one of {}", short(value), allowed.join(", ")));
        }
    }

    fn guid(&mut self, value: Option<&str>, name: &str) {
        if let Some(value) = value.filter(|value| !is_guid(value.trim())) {
            let message =
                format!("{name} is {:?}, not a GUID as 00000000-0000-0000-0000-000000000000", short(value));
            self.invalid(message);
        }
    }

    fn date(&mut self, value: Option<&str>, name: &str) {
        if let Some(value) = value.filter(|value| date_time(value).is_none()) {
            self.invalid(format!("{name} is {:?}, not a date as 2026-11-21T10:00:00Z", short(value)));
        }
    }
}

/// A finding of a check, with the strictest level that the targets of the policy give it.
pub(crate) fn finding(check: &'static Check, policy: &Policy, message: String) -> Finding {
    Finding {
        check: check.id,
        level: policy.levels.get(check.id).copied().unwrap_or_else(|| {
            policy.targets.iter().map(|target| (check.level)(*target)).max().unwrap_or(Level::Block)
        }),
        message,
        help: check.fix.first().copied().unwrap_or_default(),
        exception: None,
    }
}

/// A text from the catalog, cut for a message.
pub(crate) fn short(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN_CHARACTERS).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

fn identity(package: &Package, found: &mut Found<'_>) {
    found.required(package.schema_version.as_deref(), "SchemaVersion");
    let id = found.required(package.id.as_deref(), "PackageID");
    found.guid(id, "PackageID");
    let date = found.required(package.creation_date.as_deref(), "CreationDate");
    found.date(date, "CreationDate");
    found.longest(package.vendor.as_deref(), "VendorName", TITLE);
    found.one_of(package.publication_state.as_deref(), "PublicationState", &["Published", "Expired"]);
    found.one_of(package.update_type.as_deref(), "UpdateType", &["Software", "Driver", "Detectoid"]);
    for product in &package.products {
        found.required(Some(product), "ProductName");
        found.longest(Some(product), "ProductName", TITLE);
    }
    let pages = package.more_info_urls.iter().map(|url| (url, "MoreInfoUrl"));
    for (url, name) in pages.chain(package.support_url.iter().map(|url| (url, "SupportUrl"))) {
        found.longest(Some(url), name, URL);
        if !url.starts_with("http://") && !url.starts_with("https://") {
            found.invalid(format!("{name} is {:?}, not an http or https address", short(url)));
        }
    }
}

fn texts(package: &Package, found: &mut Found<'_>) {
    if package.texts.is_empty() {
        found.add(&checks::PACKAGE_FIELD_MISSING, "LocalizedProperties is missing: no title".to_owned());
    }
    for text in &package.texts {
        let language = text.language.as_deref().unwrap_or_default();
        found.required(text.language.as_deref(), "Language of LocalizedProperties");
        found.required(text.title.as_deref(), &format!("Title ({})", short(language)));
        found.required(text.description.as_deref(), &format!("Description ({})", short(language)));
        found.longest(text.title.as_deref(), &format!("Title ({})", short(language)), TITLE);
        found.longest(
            text.description.as_deref(),
            &format!("Description ({})", short(language)),
            DESCRIPTION,
        );
    }
    if !package.has_type_data {
        let message = "neither UpdateSpecificData nor ApplicationSpecificData is there";
        found.add(&checks::PACKAGE_FIELD_MISSING, message.to_owned());
    }
    found.one_of(package.classification.as_deref(), "UpdateClassification", &CLASSIFICATIONS);
    found.one_of(package.severity.as_deref(), "MsrcSeverity", &SEVERITIES);
}

/// Identifiers of other packages; a long list of wrong ones is cut.
fn relations(package: &Package, found: &mut Found<'_>) {
    let others = package
        .supersedes
        .iter()
        .map(|id| (id, "SupersededPackages"))
        .chain(package.prerequisites.iter().flatten().map(|id| (id, "Prerequisites")))
        .chain(package.bundles.iter().map(|id| (id, "BundledPackages")));
    for (id, name) in others.filter(|(id, _)| !is_guid(id.trim())).take(SHOWN_ITEMS) {
        found.guid(Some(id), &format!("PackageID in {name}"));
    }
    let own = package.canonical_id();
    if own.is_some() && package.supersedes.iter().any(|id| Some(super::package::canonical_guid(id)) == own) {
        found.invalid("the package supersedes itself".to_owned());
    }
}

#[cfg(test)]
mod tests;
