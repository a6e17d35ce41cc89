//! The manifest of a bundle (`BurnManifest`): which member of which container is which file.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::problem::{Problem, ProblemKind};

/// Largest manifest that is read. The largest real ones (Visual Studio) have some 2 MB.
pub(super) const LARGEST: u64 = 8 * 1024 * 1024;
/// Payloads and containers that are read.
const ITEMS: usize = 65_536;

/// Names by container, and containers that lie beside the bundle.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// (container, member) to file name; the container of the user interface has no id.
    names: HashMap<(String, String), String>,
    /// Id and file name of each container.
    pub(super) containers: Vec<ContainerEntry>,
    /// Files that lie beside the bundle, not in a container.
    pub(super) external: Vec<String>,
}

/// A container other than that of the user interface.
#[derive(Debug)]
pub(super) struct ContainerEntry {
    pub(super) id: String,
    /// Number of an attached container, from 1 on.
    attached: Option<usize>,
    /// Name of a detached one.
    pub(super) file: String,
}

impl ContainerEntry {
    pub(super) fn is_detached(&self) -> bool {
        self.attached.is_none()
    }
}

impl Manifest {
    /// Reads a manifest as far as it can be understood, and says what ended it early: it names what lies beside the bundle.
    pub(super) fn parse(bytes: &[u8]) -> (Manifest, Option<Problem>) {
        let mut manifest = Manifest::default();
        let text = String::from_utf8_lossy(bytes);
        let mut reader = Reader::from_str(&text);
        let mut in_ux = false;
        let mut items = 0usize;
        let problem = loop {
            if items >= ITEMS {
                let message = format!("the manifest of the bundle has more than {ITEMS} elements");
                break Some(Problem::new(ProblemKind::LimitReached, message));
            }
            match reader.read_event() {
                Ok(Event::Start(element)) if element.local_name().as_ref() == "UX" => in_ux = true,
                Ok(Event::End(element)) if element.local_name().as_ref() == "UX" => in_ux = false,
                Ok(Event::Start(element) | Event::Empty(element)) => {
                    items = items.saturating_add(1);
                    manifest.element(&element, in_ux);
                }
                Ok(Event::Eof) => break (items == 0).then(|| damaged(&"it has no elements")),
                Err(error) => break Some(damaged(&error)),
                Ok(_) => {}
            }
        };
        (manifest, problem)
    }

    /// The name of a member of a container (`None`: that of the user interface).
    pub(super) fn name(&self, container: Option<&ContainerEntry>, member: &str) -> Option<&str> {
        let container = container.map_or_else(String::new, |container| container.id.clone());
        self.names.get(&(container, member.to_owned())).map(String::as_str)
    }

    /// The attached container of this number, from 1 on.
    pub(super) fn attached(&self, number: usize) -> Option<&ContainerEntry> {
        self.containers.iter().find(|container| container.attached == Some(number))
    }

    fn element(&mut self, element: &BytesStart<'_>, in_ux: bool) {
        match element.local_name().as_ref() {
            "Container" => {
                let Some(id) = attribute(element, "Id") else { return };
                let file = attribute(element, "FilePath").unwrap_or_default();
                if attribute(element, "DownloadUrl").is_some() {
                    return;
                }
                let attached = attribute(element, "AttachedIndex").and_then(|index| index.parse().ok());
                self.containers.push(ContainerEntry { id, attached, file });
            }
            "Payload" => self.payload(element, in_ux),
            _ => {}
        }
    }

    fn payload(&mut self, element: &BytesStart<'_>, in_ux: bool) {
        let Some(file) = attribute(element, "FilePath") else { return };
        let container = attribute(element, "Container");
        if in_ux || container.is_some() {
            if let Some(member) = attribute(element, "SourcePath") {
                let container = if in_ux { String::new() } else { container.unwrap_or_default() };
                self.names.insert((container, member), file);
            }
        } else if attribute(element, "DownloadUrl").is_none() {
            self.external.push(file);
        }
    }
}

fn damaged(why: &dyn std::fmt::Display) -> Problem {
    Problem::new(ProblemKind::Malformed, format!("the manifest of the bundle is damaged: {why}"))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    let text = attribute.value.into_owned();
    Some(quick_xml::escape::unescape(&text).map_or_else(|_| text.clone(), |text| text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the manifest of a real bundle (WiX 3), shortened, with a detached container and a file beside it.
    const REAL: &str = r#"<?xml version="1.0" encoding="utf-8"?><BurnManifest xmlns="http://schemas.microsoft.com/wix/2008/Burn">
        <UX><Payload Id="a" FilePath="wixstdba.dll" FileSize="179200" Packaging="embedded" SourcePath="u0" /></UX>
        <Container Id="WixAttachedContainer" FilePath="setup.exe" AttachedIndex="1" Attached="yes" Primary="yes" />
        <Container Id="big" FilePath="big.cab" />
        <Payload Id="b" FilePath="MsiSetup &amp; Co.msi" Packaging="embedded" SourcePath="a0" Container="WixAttachedContainer" />
        <Payload Id="c" FilePath="beside.msi" Packaging="external" SourcePath="beside.msi" />
        <Payload Id="d" FilePath="far.exe" Packaging="external" SourcePath="far.exe" DownloadUrl="https://example.com/far.exe" />
        </BurnManifest>"#;

    #[test]
    fn members_have_their_names() {
        let (manifest, problem) = Manifest::parse(REAL.as_bytes());
        assert_eq!(problem, None);
        assert_eq!(manifest.name(None, "u0"), Some("wixstdba.dll"));
        assert_eq!(manifest.name(manifest.attached(1), "a0"), Some("MsiSetup & Co.msi"));
        assert_eq!(manifest.name(manifest.attached(1), "u0"), None);
        let detached: Vec<&str> =
            manifest.containers.iter().filter(|c| c.is_detached()).map(|c| c.file.as_str()).collect();
        assert_eq!(detached, ["big.cab"]);
        assert_eq!(manifest.external, ["beside.msi"]);
    }

    #[test]
    fn half_a_manifest_gives_half_the_names_and_a_problem() {
        for cut in 0..REAL.len() {
            let (_, problem) = Manifest::parse(&REAL.as_bytes()[..cut]);
            let inside = REAL[..cut].contains("<BurnManifest xmlns") && !REAL[..cut].ends_with('>');
            assert!(!inside || problem.is_some() || REAL[..cut].ends_with([' ', '\n']), "{cut}");
        }
        assert_eq!(Manifest::parse(b"").1.map(|problem| problem.kind), Some(ProblemKind::Malformed));
    }

    #[test]
    fn a_manifest_without_end_is_a_limit() {
        let endless = format!("<a>{}</a>", "<b/>".repeat(ITEMS));
        let (_, problem) = Manifest::parse(endless.as_bytes());
        assert_eq!(problem.map(|problem| problem.kind), Some(ProblemKind::LimitReached));
    }
}
