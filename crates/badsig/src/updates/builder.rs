//! From the elements of a document to packages.

use super::package::{
    AdditionalDigest, CommandLineInstaller, InstallableItem, Installer, LocalizedText, MsiInstaller,
    MspInstaller, OriginFile, Package, ReturnCode,
};
use super::place::Place;
use super::xml::{Element, Handler, XmlError};
use crate::limits::{PACKAGE_BYTES, PACKAGE_PARTS, SHOWN_CHARACTERS};
use crate::problem::ProblemKind;

/// Puts packages together, one at a time.
#[derive(Default)]
pub(super) struct Builder {
    places: Vec<Place>,
    package: Package,
    text: String,
    /// Bytes and parts that are kept of the package.
    bytes: usize,
    parts: usize,
    /// The root was a catalog.
    pub(super) is_catalog: bool,
    /// A package that is complete.
    pub(super) complete: Option<Package>,
}

impl Handler for Builder {
    fn start(&mut self, element: &Element<'_>) -> Result<(), XmlError> {
        let outer = self.places.last().copied().unwrap_or(Place::Document);
        let Some(place) = outer.inner(element.namespace, element.name) else {
            return Err(no_catalog(element));
        };
        self.places.push(place);
        self.is_catalog |= place == Place::Catalog;
        if place == Place::Package {
            self.package = Package { line: element.line, ..Package::default() };
            self.bytes = 0;
            self.parts = 0;
        }
        if place.has_text() {
            self.text.clear();
        }
        if !matches!(place, Place::Other | Place::Catalog | Place::Document) {
            self.parts = self.parts.saturating_add(1);
            self.open(place, element);
            self.bounded(element.line)?;
        }
        Ok(())
    }

    fn text(&mut self, line: u64, text: &str) -> Result<(), XmlError> {
        if self.places.last().is_some_and(|place| place.has_text()) {
            self.text.push_str(text);
            self.bytes = self.bytes.saturating_add(text.len());
            self.bounded(line)?;
        }
        Ok(())
    }

    fn end(&mut self) {
        let Some(place) = self.places.pop() else { return };
        if place == Place::Package {
            self.complete = Some(std::mem::take(&mut self.package));
        } else if place.has_text() {
            let text = std::mem::take(&mut self.text).trim().to_owned();
            self.close(place, text);
        }
    }
}

impl Builder {
    /// What stays of one package is bounded, whatever it claims.
    fn bounded(&self, line: u64) -> Result<(), XmlError> {
        if self.bytes > PACKAGE_BYTES || self.parts > PACKAGE_PARTS {
            let message =
                format!("the package has more than {PACKAGE_PARTS} parts or {PACKAGE_BYTES} bytes of text");
            return Err(XmlError::new(line, ProblemKind::LimitReached, message));
        }
        Ok(())
    }

    /// Takes what stands in the attributes of an element.
    fn open(&mut self, place: Place, element: &Element<'_>) {
        let bytes = &mut self.bytes;
        let mut get = |name: &str| {
            let value = element.attribute(name);
            *bytes = bytes.saturating_add(value.as_ref().map_or(0, String::len));
            value
        };
        let package = &mut self.package;
        package.repeated.extend(repeated(package, place));
        match place {
            Place::Package => package.schema_version = get("SchemaVersion"),
            Place::Properties => {
                package.id = get("PackageID");
                package.creation_date = get("CreationDate");
                package.publication_state = get("PublicationState");
                package.update_type = get("UpdateType");
                package.vendor = get("VendorName");
            }
            Place::Localized => package.texts.push(LocalizedText::default()),
            Place::TypeData => {
                package.has_type_data = true;
                package.classification = get("UpdateClassification");
                package.severity = get("MsrcSeverity");
            }
            Place::AtLeastOne => package.prerequisites.push(Vec::new()),
            Place::Item => {
                package.items.push(InstallableItem { id: get("ID"), ..InstallableItem::default() });
            }
            _ => {
                if let Some(item) = package.items.last_mut() {
                    open_in_item(item, place, element.line, &mut get);
                }
            }
        }
    }

    /// Takes the text of an element.
    fn close(&mut self, place: Place, text: String) {
        let package = &mut self.package;
        match place {
            Place::MoreInfoUrl => package.more_info_urls.push(text),
            Place::SupportUrl => package.support_url = Some(text),
            Place::ProductName => package.products.push(text),
            Place::SupersededId => package.supersedes.push(text),
            Place::BundledId => package.bundles.push(text),
            Place::PrerequisiteId => {
                if let Some(group) = package.prerequisites.last_mut() {
                    group.push(text);
                }
            }
            Place::LocalizedLanguage | Place::Title | Place::Description => {
                let Some(texts) = package.texts.last_mut() else { return };
                match place {
                    Place::Title => texts.title = Some(text),
                    Place::Description => texts.description = Some(text),
                    _ => texts.language = Some(text),
                }
            }
            _ => {
                if let Some(item) = package.items.last_mut() {
                    close_in_item(item, place, text);
                }
            }
        }
    }
}

/// The name of an element that may stand once and is there already.
fn repeated(package: &Package, place: Place) -> Option<&'static str> {
    let item = package.items.last();
    let (name, is_there) = match place {
        Place::Properties => ("Properties", package.id.is_some() || package.creation_date.is_some()),
        Place::OriginFile => ("OriginFile", item.is_some_and(|item| item.origin_file.is_some())),
        Place::CommandLine | Place::Msi | Place::Msp => {
            ("InstallHandlerSpecificData", item.is_some_and(|item| item.installer.is_some()))
        }
        _ => return None,
    };
    is_there.then_some(name)
}

fn open_in_item(
    item: &mut InstallableItem,
    place: Place,
    line: u64,
    get: &mut dyn FnMut(&str) -> Option<String>,
) {
    match place {
        Place::InstallProperties => {
            let asks = get("CanRequestUserInput");
            item.can_request_user_input = asks.map(|value| matches!(value.trim(), "true" | "1"));
            item.reboot_behaviour = get("RebootBehavior");
        }
        Place::CommandLine => {
            item.installer = Some(Installer::Exe(CommandLineInstaller {
                program: get("Program"),
                arguments: get("Arguments"),
                default_result: get("DefaultResult"),
                reboot_by_default: get("RebootByDefault"),
                return_codes: Vec::new(),
            }));
        }
        Place::ReturnCode => {
            let code = ReturnCode { code: get("Code"), result: get("Result"), reboot: get("Reboot") };
            if let Some(Installer::Exe(exe)) = &mut item.installer {
                exe.return_codes.push(code);
            }
        }
        Place::Msi => {
            item.installer = Some(Installer::Msi(MsiInstaller {
                file: get("MsiFile"),
                product_code: get("ProductCode"),
                command_line: get("CommandLine"),
                uninstall_command_line: get("UninstallCommandLine"),
            }));
        }
        Place::Msp => {
            item.installer = Some(Installer::Msp(MspInstaller {
                file: None,
                patch_code: get("PatchCode"),
                full_file_patch_code: get("FullFilePatchCode"),
                command_line: get("CommandLine"),
                uninstall_command_line: get("UninstallCommandLine"),
            }));
        }
        Place::OriginFile => {
            item.origin_file = Some(OriginFile {
                line,
                digest: get("Digest"),
                additional_digests: Vec::new(),
                file_name: get("FileName"),
                size: get("Size"),
                modified: get("Modified"),
                url: get("OriginUri"),
            });
        }
        Place::AdditionalDigest => {
            let digest = AdditionalDigest { algorithm: get("Algorithm"), value: String::new() };
            if let Some(file) = &mut item.origin_file {
                file.additional_digests.push(digest);
            }
        }
        _ => {}
    }
}

fn close_in_item(item: &mut InstallableItem, place: Place, text: String) {
    match (place, &mut item.installer) {
        (Place::ItemLanguage, _) => item.languages.push(text),
        (Place::MspFileName, Some(Installer::Msp(msp))) => msp.file = Some(text),
        (Place::AdditionalDigest, _) => {
            let digests = item.origin_file.as_mut().map(|file| &mut file.additional_digests);
            if let Some(digest) = digests.and_then(|digests| digests.last_mut()) {
                digest.value = text;
            }
        }
        _ => {}
    }
}

fn no_catalog(element: &Element<'_>) -> XmlError {
    let shown = |text: &str| text.chars().take(SHOWN_CHARACTERS).collect::<String>();
    let message = format!(
        "the root element is {:?} of the namespace {:?}, which is neither an update catalog nor a package",
        shown(element.name),
        shown(element.namespace)
    );
    XmlError::new(element.line, ProblemKind::UnknownFormat, message)
}
