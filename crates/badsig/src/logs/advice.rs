//! Which badsig command would have told before.

use super::failure::{Code, Failure, Stage};
use crate::codes::status_messages::{BADSIG, HASH_FAIL, TRUST_FAIL};

impl Failure {
    /// The command that would have caught it, ready for a POSIX shell; nothing when nothing about the vendor's file would
    /// have told.
    pub fn caught_by(&self) -> Option<String> {
        let file = || quoted(self.file.as_deref().unwrap_or("FILE"));
        match (self.stage, &self.code) {
            (Stage::Catalog, _) => Some("badsig updates check CATALOG.cab".to_owned()),
            (Stage::Wsus, _) => None,
            (_, Code::Message(name)) => match name.as_str() {
                TRUST_FAIL => {
                    Some(format!("badsig check --approved-certificates ContentCertificates {}", file()))
                }
                HASH_FAIL => Some("badsig updates check CATALOG.cab --content DIR".to_owned()),
                BADSIG => Some(format!("badsig check {}", file())),
                _ => None,
            },
            (_, Code::PatchExit(_)) => Some(format!("badsig check --target patch-management {}", file())),
            (_, Code::HResult(code)) if is_trust(*code) => {
                let target = if self.is_patch_agent() { "patch-management" } else { "windows" };
                Some(format!("badsig check --target {target} {}", file()))
            }
            (_, Code::HResult(_) | Code::Number(_)) => None,
        }
    }

    /// Whether it is the update catalog itself that failed, not the content of an update.
    pub fn is_about_a_catalog(&self) -> bool {
        self.stage == Stage::Catalog
    }

    fn is_patch_agent(&self) -> bool {
        let named = |text: &str| text.to_ascii_lowercase().contains("aexpatch");
        named(&self.component) || self.lines.iter().any(|line| named(&line.text))
    }
}

/// Codes of trust checks: facilities CERT and the trust errors of SSPI and CRYPT.
fn is_trust(code: u32) -> bool {
    matches!(code >> 16, 0x800B | 0x8009)
}

/// A name as one word of a POSIX shell, never an option.
fn quoted(name: &str) -> String {
    let name = if name.starts_with('-') { format!("./{name}") } else { name.to_owned() };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-+=,/@%".contains(c);
    if name.chars().all(plain) && !name.is_empty() {
        name
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_word() {
        assert_eq!(quoted("7z1604-x64.msi"), "7z1604-x64.msi");
        assert_eq!(quoted("a b.msi"), "'a b.msi'");
        assert_eq!(quoted("$(x)';y"), r"'$(x)'\'';y'");
        assert_eq!(quoted("--at"), "./--at");
    }
}
