//! `publisher-name-mismatch`: signer and file name different companies.

use super::{Check, notes, primary_contents, words};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::name;
use crate::describe::InstallerDescription;
use crate::facts::{Description, Facts};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "publisher-name-mismatch",
    title: "publisher names differ",
    meaning: "The company in the file's own description is not the one in the signer's certificate. Only \
               the certificate says who vouches for the file; the description is a claim that anybody can \
               write. When you approve the certificate in Configuration Manager, this is the name you \
               approve.",
    causes: &[
        "The vendor was bought or renamed, or signs with the certificate of a parent or of one of its \
         developers.",
        "A reseller or a packager signed the file again.",
        "Somebody put a known name on a file of their own.",
    ],
    fix: &["Find out whether the signer belongs to the vendor before you approve its certificate."],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let signer = primary_contents(judged).and_then(|contents| contents.signer_certificate());
    let Some((signer, claimed)) = signer.zip(claimed(judged.facts)) else { return Vec::new() };
    let names = signer_names(signer);
    if names.is_empty() || names.iter().any(|name| similar(name, &claimed)) {
        return Vec::new();
    }
    let (signer, claimed) = (words::quoted(&signer.common_name()), words::quoted(&claimed));
    vec![format!("signed by {signer}, the file names {claimed} as its publisher")]
}

/// The publisher as the file states it.
fn claimed(facts: &Facts) -> Option<String> {
    match facts.description.as_ref()? {
        Description::Pe(program) => program.version.as_ref()?.company_name.clone(),
        Description::Installer(installer) => manufacturer(installer),
    }
}

fn manufacturer(installer: &InstallerDescription) -> Option<String> {
    let product = installer.product.as_ref().and_then(|product| product.manufacturer.clone());
    let patch = installer.patch.as_ref().and_then(|patch| patch.metadata.as_ref());
    product.or_else(|| patch.and_then(|metadata| metadata.manufacturer_name.clone()))
}

fn signer_names(signer: &Certificate) -> Vec<String> {
    ["O", "CN"].iter().filter_map(|label| name::attribute(signer.subject(), label)).collect()
}

/// Words that say what sort of company it is, not which.
const LEGAL_FORMS: &[&str] =
    &["co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc", "ltd", "the"];

/// Whether one name contains the other, by letters and digits alone. A name without any says nothing.
fn similar(left: &str, right: &str) -> bool {
    let (left, right) = (essence(left), essence(right));
    left.contains(&right) || right.contains(&left)
}

fn essence(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !LEGAL_FORMS.contains(word));
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn names_are_compared_loosely() {
        assert!(similar("Example Software, Inc.", "EXAMPLE SOFTWARE"));
        assert!(similar("The Example Company Ltd", "Example"));
        assert!(similar("Example Technologies GmbH & Co. KG", "Example Technologies"));
        assert!(similar("Example", "Inc."));
        assert!(!similar("TEST Publisher", "TEST Vendor"));
        assert!(!similar("Open Source Developer, Jane Doe", "Example"));
    }
}
