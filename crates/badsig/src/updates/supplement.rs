//! What the newer forms bring besides packages: certificates of content signers, the manifest, categories.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::catalog::{Catalog, CatalogForm, ends_with, plain};
use super::lint::{finding, short};
use super::package::canonical_guid;
use super::values::{date_time, is_guid};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::certificate_file::read_certificates;
use crate::check::Finding;
use crate::check::update_catalog as checks;
use crate::hex::Hex;
use crate::limits::{CATALOG_MEMBER_BYTES, SHOWN_ITEMS};
use crate::policy::Policy;
use crate::problem::Problem;
use crate::trust::ApprovedCertificates;

const CERTIFICATES: &str = "contentcertificates/";
const MANIFEST: &str = "update_manifest.json";

/// What a catalog brings besides packages.
#[derive(Debug, Default)]
pub struct Supplement {
    /// The certificates of `ContentCertificates/`.
    pub certificates: Vec<Certificate>,
    /// Names of categories (V3).
    pub categories: BTreeSet<String>,
    /// `update_manifest.json`: the creation date of every package by its id.
    pub manifest: Option<BTreeMap<String, String>>,
    /// What is wrong with these.
    pub findings: Vec<Finding>,
}

impl Supplement {
    /// Reads it.
    ///
    /// # Errors
    /// A [`Problem`] when the container is damaged.
    pub fn read(catalog: &Catalog, policy: &Policy) -> Result<Supplement, Problem> {
        let mut supplement = Supplement::default();
        let wanted = |name: &str| {
            let lower = name.to_ascii_lowercase();
            lower.starts_with(CERTIFICATES) || ends_with(&lower, ".json")
        };
        catalog.read(wanted, |name, bytes| {
            if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > CATALOG_MEMBER_BYTES {
                let message = format!("{}: larger than {CATALOG_MEMBER_BYTES} bytes", short(name));
                supplement.findings.push(finding(&checks::CATALOG_MALFORMED, policy, message));
            } else if name.to_ascii_lowercase().starts_with(CERTIFICATES) {
                supplement.certificate(name, bytes, policy);
            } else {
                supplement.json(name, bytes, policy);
            }
        })?;
        supplement.certificates_there(catalog, policy);
        Ok(supplement)
    }

    /// The SHA-1 thumbprints of the certificates, upper case as ConfigMgr prints them.
    pub fn thumbprints(&self) -> Vec<String> {
        self.certificates.iter().map(|certificate| Hex::from(&certificate.sha1()[..]).upper()).collect()
    }

    /// The certificates as evidence for the content; `None` when the catalog brings none.
    pub fn approved(&self) -> Option<ApprovedCertificates> {
        let approved = ApprovedCertificates::none("ContentCertificates of the update catalog");
        (!self.certificates.is_empty()).then(|| approved.with_certificates(&self.certificates))
    }

    fn certificate(&mut self, name: &str, bytes: &[u8], policy: &Policy) {
        match read_certificates(bytes) {
            Ok(found) => {
                for certificate in found {
                    let thumbprint = Hex::from(&certificate.sha1()[..]).upper();
                    let own = plain(name).split('.').next().unwrap_or_default().to_ascii_uppercase();
                    if own != thumbprint {
                        let message = format!(
                            "{} holds the certificate {thumbprint}, which is not its name",
                            short(name)
                        );
                        self.findings.push(finding(&checks::CATALOG_CONTENT_CERTIFICATES, policy, message));
                    }
                    self.certificates.push(certificate);
                }
            }
            Err(error) => {
                let message = format!("{}: {error}", short(name));
                self.findings.push(finding(&checks::CATALOG_CONTENT_CERTIFICATES, policy, message));
            }
        }
    }

    fn json(&mut self, name: &str, bytes: &[u8], policy: &Policy) {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value = match serde_json::from_slice(text) {
            Ok(value) => value,
            Err(error) => {
                let message = format!("{}: {error}", short(name));
                return self.findings.push(finding(&checks::CATALOG_MANIFEST, policy, message));
            }
        };
        if plain(name).eq_ignore_ascii_case(MANIFEST) {
            self.manifest(name, &value, policy);
        } else {
            categories(&value, &mut self.categories);
        }
    }

    fn manifest(&mut self, name: &str, value: &Value, policy: &Policy) {
        let entries = value.as_object().map(|map| {
            map.iter().map(|(id, date)| Some((canonical_guid(id), date.as_str()?.to_owned()))).collect()
        });
        match entries.flatten() {
            Some(entries) => self.manifest = Some(entries),
            None => {
                let message = format!("{} is not a list of ids with dates", short(name));
                self.findings.push(finding(&checks::CATALOG_MANIFEST, policy, message));
            }
        }
    }

    fn certificates_there(&mut self, catalog: &Catalog, policy: &Policy) {
        let message = match catalog.form() {
            _ if !catalog.has_members() || !self.certificates.is_empty() => return,
            CatalogForm::V1 => {
                "the form V1 has no place for content certificates: each has to be unblocked by hand (11523)"
            }
            _ => {
                "ContentCertificates is missing or holds no certificate: each has to be unblocked by hand (11523)"
            }
        };
        self.findings.push(finding(&checks::CATALOG_CONTENT_CERTIFICATES, policy, message.to_owned()));
    }
}

/// `DisplayName`s, wherever they stand: the shape of these files is not documented.
fn categories(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| categories(item, found)),
        Value::Object(map) => {
            for (key, item) in map {
                match item {
                    Value::String(name) if key == "DisplayName" => {
                        found.insert(name.clone());
                    }
                    _ => categories(item, found),
                }
            }
        }
        _ => {}
    }
}

/// Compares a manifest with the packages that were seen.
#[derive(Debug, Default)]
pub struct ManifestCheck {
    /// What the manifest names and no package was seen for.
    left: BTreeMap<String, String>,
    /// Ids that were seen already: a duplicate is said elsewhere.
    seen: BTreeSet<String>,
    missing: Vec<String>,
    dates: Vec<String>,
    counts: (usize, usize),
    active: bool,
}

impl ManifestCheck {
    /// Starts with the manifest; without one there is nothing to compare.
    pub fn new(supplement: &Supplement) -> ManifestCheck {
        let left = supplement.manifest.clone().unwrap_or_default();
        ManifestCheck { left, active: supplement.manifest.is_some(), ..ManifestCheck::default() }
    }

    /// A package was seen.
    pub fn seen(&mut self, id: &str, creation_date: Option<&str>) {
        // What is no GUID is refused elsewhere, and may have any length.
        if !self.active || !is_guid(id) || !self.seen.insert(id.to_owned()) {
            return;
        }
        match self.left.remove(id) {
            None => {
                self.counts.0 = self.counts.0.saturating_add(1);
                note(&mut self.missing, id);
            }
            Some(date)
                if date_time(&date).is_none() || date_time(&date) != creation_date.and_then(date_time) =>
            {
                self.counts.1 = self.counts.1.saturating_add(1);
                note(&mut self.dates, id);
            }
            Some(_) => {}
        }
    }

    /// A package was seen that cannot be read.
    pub fn seen_broken(&mut self, id: &str) {
        self.left.remove(id);
    }

    /// What differs.
    pub fn findings(&self, policy: &Policy) -> Vec<Finding> {
        let unseen: Vec<String> = self.left.keys().take(SHOWN_ITEMS).cloned().collect();
        let groups = [
            (self.counts.0, &self.missing, "packages that are not in the manifest"),
            (self.counts.1, &self.dates, "packages with another CreationDate than the manifest says"),
            (self.left.len(), &unseen, "entries of the manifest without a package"),
        ];
        let differing = groups.into_iter().filter(|(count, ..)| *count > 0);
        differing
            .map(|(count, ids, what)| {
                let shown: Vec<String> = ids.iter().map(|id| short(id)).collect();
                let more = if count > ids.len() { ", …" } else { "" };
                finding(
                    &checks::CATALOG_MANIFEST,
                    policy,
                    format!("{what} ({count}): {}{more}", shown.join(", ")),
                )
            })
            .collect()
    }
}

fn note(list: &mut Vec<String>, id: &str) {
    if list.len() < SHOWN_ITEMS {
        list.push(id.to_owned());
    }
}
