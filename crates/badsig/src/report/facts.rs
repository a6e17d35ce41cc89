//! The facts in a report: with them `badsig judge` answers again without the files.
//!
//! A file's facts are its report (path, format, digests, problems …) and what stands in [`FactsReport`]; nothing is
//! said twice.

use std::convert::Infallible;

use serde::{Deserialize, Serialize};

use super::FileReport;
use super::certificates::{CertificateReference, CertificateTable, shown};
use crate::authenticode::facts::{Contents, SignatureFacts};
use crate::facts::{
    BurnEngine, Description, ExternalCabinet, Facts, InstallerCertificate, MsiExtended, PayloadFacts,
};
use crate::format::{Format, Storage};
use crate::hex::Hex;
use crate::limits::Limits;
use crate::problem::Problem;

/// What judging again needs of a file and its report does not say otherwise. Read by `badsig judge`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactsReport {
    /// The signatures as they were read, with references into the report's `certificates`.
    pub signatures: Vec<SignatureFacts<CertificateReference>>,
}

/// What is read of a file's report to judge it again; the rest is made anew.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredFile {
    pub(super) path: String,
    format: Format,
    size: Option<u64>,
    sha256: Option<Hex>,
    sha1: Option<Hex>,
    #[serde(default)]
    description: Option<Description>,
    #[serde(default)]
    msi_extended: Option<MsiExtended>,
    #[serde(default)]
    storage: Storage,
    #[serde(default)]
    problems: Vec<Problem>,
    #[serde(default)]
    pub(super) facts: Option<FactsReport>,
    #[serde(default)]
    pub(super) members: Vec<StoredFile>,
    #[serde(default)]
    payload: Vec<PayloadFacts>,
    #[serde(default)]
    looked_inside: bool,
    #[serde(default)]
    external_cabinets: Vec<ExternalCabinet>,
    #[serde(default)]
    installer_certificates: Vec<InstallerCertificate>,
    #[serde(default)]
    burn_engine: Option<BurnEngine>,
    #[serde(default)]
    beside: Vec<String>,
    #[serde(default)]
    installed_as: Option<String>,
    #[serde(default)]
    pub(super) listed_in: Vec<String>,
    #[serde(default)]
    pub(super) same_as: Option<String>,
}

impl FileReport {
    /// With the facts that it was made from, so that it can be judged again.
    #[must_use]
    pub fn with_facts(self, facts: &Facts) -> FileReport {
        let signatures = facts.signatures.iter().map(by_reference).collect();
        let members = self.members.into_iter().zip(&facts.members);
        let members = members.map(|(member, facts)| member.with_facts(facts)).collect();
        FileReport { facts: Some(FactsReport { signatures }), members, ..self }
    }

    /// Without the facts, for whoever keeps many.
    #[must_use]
    pub fn without_facts(self) -> FileReport {
        let members = self.members.into_iter().map(FileReport::without_facts).collect();
        FileReport { facts: None, members, ..self }
    }

    /// Adds the certificates of its facts, members included, to a table.
    pub fn collect_certificates(&self, table: &mut CertificateTable) {
        let signatures = self.facts.iter().flat_map(|facts| &facts.signatures);
        for contents in signatures.filter_map(|signature| signature.contents.as_ref().ok()) {
            let stamps = contents.timestamps.iter().flat_map(|stamp| &stamp.certificates);
            let held = contents.certificates.iter().chain(stamps);
            held.filter_map(|reference| reference.certificate.as_ref()).for_each(|own| table.add(own));
        }
        self.members.iter().for_each(|member| member.collect_certificates(table));
    }
}

fn by_reference(signature: &SignatureFacts) -> SignatureFacts<CertificateReference> {
    let Ok(signature) = signature.try_map::<_, Infallible>(&mut |certificate| Ok(certificate.into()));
    signature
}

impl From<&Facts> for StoredFile {
    fn from(facts: &Facts) -> StoredFile {
        StoredFile {
            path: facts.path.clone(),
            format: facts.format,
            size: facts.size,
            sha256: facts.sha256.clone(),
            sha1: facts.sha1.clone(),
            description: facts.description.clone(),
            msi_extended: facts.msi_extended.clone(),
            storage: facts.storage.clone(),
            problems: facts.problems.clone(),
            facts: Some(FactsReport { signatures: facts.signatures.iter().map(by_reference).collect() }),
            members: facts.members.iter().map(StoredFile::from).collect(),
            payload: facts.payload.clone(),
            looked_inside: facts.looked_inside,
            external_cabinets: facts.external_cabinets.clone(),
            installer_certificates: facts.installer_certificates.clone(),
            burn_engine: facts.burn_engine.clone(),
            beside: facts.beside.clone(),
            installed_as: facts.installed_as.clone(),
            listed_in: facts.listed_in.clone(),
            same_as: facts.same_as.clone(),
        }
    }
}

impl StoredFile {
    /// The path under which it was reported.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The facts, with every certificate in its place.
    ///
    /// # Errors
    /// What is damaged or more than [`Limits`] allows, for people; the caller says in which file.
    pub(super) fn into_facts(self, table: &CertificateTable, limits: &Limits) -> Result<Facts, String> {
        let members = self.members.into_iter();
        let members =
            members.map(|member| member.into_facts(table, limits)).collect::<Result<_, String>>()?;
        let Some(facts) = self.facts else {
            return Err("holds no facts: the report was made with --no-facts or by an older badsig; \
                        check the file again"
                .to_owned());
        };
        if facts.signatures.len() > limits.signatures {
            return Err(format!("more than {} signatures", limits.signatures));
        }
        let signatures = facts.signatures.iter().enumerate();
        let signatures = signatures.map(|(place, signature)| complete(signature, place, table, limits));
        Ok(Facts {
            path: self.path,
            format: self.format,
            size: self.size,
            sha256: self.sha256,
            sha1: self.sha1,
            signatures: signatures.collect::<Result<_, String>>()?,
            storage: self.storage,
            msi_extended: self.msi_extended,
            description: self.description,
            problems: self.problems,
            payload: self.payload,
            looked_inside: self.looked_inside,
            external_cabinets: self.external_cabinets,
            installer_certificates: self.installer_certificates,
            burn_engine: self.burn_engine,
            beside: self.beside,
            installed_as: self.installed_as,
            subject_digests: Vec::new(),
            listed_in: self.listed_in,
            same_as: self.same_as,
            members,
        })
    }
}

fn complete(
    signature: &SignatureFacts<CertificateReference>,
    place: usize,
    table: &CertificateTable,
    limits: &Limits,
) -> Result<SignatureFacts, String> {
    let ordered = signature.index == place && signature.parent.is_none_or(|parent| parent < place);
    if !ordered {
        return Err(format!("signature {place} is out of order"));
    }
    if let Ok(contents) = &signature.contents {
        within(contents, limits).map_err(|why| format!("signature {place} has {why}"))?;
    }
    signature.try_map(&mut |reference| match table.find(&reference.thumbprint) {
        Some(certificate) => Ok(certificate.clone()),
        None => Err(format!(
            "signature {place} refers to the certificate {}, which is not in the report",
            shown(&reference.thumbprint)
        )),
    })
}

/// The bounds that reading the file would have kept: whoever made the report may not have. One time stamp more
/// says that there are too many, and a stamp may draw on the signature's certificates beside its own.
fn within(contents: &Contents<CertificateReference>, limits: &Limits) -> Result<(), String> {
    if contents.timestamps.len() > limits.timestamps.saturating_add(1) {
        return Err(format!("more than {} time stamps", limits.timestamps));
    }
    let most = limits.certificates.saturating_mul(2);
    let crowded = contents.timestamps.iter().any(|stamp| stamp.certificates.len() > most);
    if crowded || contents.certificates.len() > limits.certificates {
        return Err(format!("more than {} certificates", limits.certificates));
    }
    Ok(())
}
