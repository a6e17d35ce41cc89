use std::path::{Path, PathBuf};

use super::*;
use crate::problem::ProblemKind;
use crate::updates::package::Installer;

/// Real catalogs beside the repository.
fn real(name: &str) -> Option<Vec<u8>> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/updates").join(name);
    let bytes = std::fs::read(path).ok();
    if bytes.is_none() {
        println!("skipped: ../shared/updates/{name} is not there");
    }
    bytes
}

fn packages(bytes: &[u8]) -> Vec<Package> {
    Packages::new(bytes).unwrap().map(Result::unwrap).collect()
}

/// Values read off the file with a text editor.
#[test]
fn a_real_catalog_of_the_first_form() {
    let Some(bytes) = real("hp_v1_catalog_first2.xml") else { return };
    let packages = packages(&bytes);
    assert_eq!(packages.len(), 2);
    let first = &packages[0];
    assert_eq!(first.line, 3);
    assert_eq!(first.id.as_deref(), Some("00004850-0000-0000-5350-000000065001"));
    assert_eq!(first.vendor.as_deref(), Some("HP Business Clients"));
    assert_eq!(first.products, ["Driver"]);
    assert_eq!(first.title(), Some("AMD Video Driver and Control Panel [13.152.1.9001-131203]"));
    assert_eq!(first.classification.as_deref(), Some("Updates"));
    assert_eq!(first.installer_kind(), "exe");
}

#[test]
fn a_real_package_for_a_program() {
    let Some(bytes) = real("hp_v2_00004850-0000-0000-5350-000000065043.sdp") else { return };
    assert!(bytes.starts_with(b"\xef\xbb\xbf"), "the mark is part of what is tested");
    let package = packages(&bytes).remove(0);
    assert_eq!(package.supersedes, ["00004850-0000-0000-5350-000000057314"]);
    let item = &package.items[0];
    let Some(Installer::Exe(exe)) = &item.installer else { panic!("{item:?}") };
    assert_eq!(exe.program.as_deref(), Some("sp65043.exe"));
    let arguments =
        "-s -e cmd.exe -a /c \"Texas_Instruments_xHCI_Driver_v1.16.3_WHQL_(Multilanguage).exe\" /S/v/qn";
    assert_eq!(exe.arguments.as_deref(), Some(arguments));
    assert_eq!(exe.return_codes.len(), 1);
    assert_eq!(exe.return_codes[0].result.as_deref(), Some("Succeeded"));
    let file = item.origin_file.as_ref().unwrap();
    assert_eq!(file.digest.as_deref(), Some("K4Uba4iwZTiAvovNun3hbicVQkI="));
    assert_eq!(file.size.as_deref(), Some("10140064"));
    assert_eq!(file.url.as_deref(), Some("http://ftp.hp.com/pub/softpaq/sp65001-65500/sp65043.exe"));
    assert_eq!(file.modified.as_deref(), Some("2016-01-09T13:02:22"));
}

#[test]
fn a_real_package_for_windows_installer() {
    let Some(bytes) = real("dc718411-a5f1-4b15-966a-63a77cbb156e.sdp") else { return };
    let package = packages(&bytes).remove(0);
    assert_eq!(package.publication_state.as_deref(), Some("Published"));
    let item = &package.items[0];
    let Some(Installer::Msi(msi)) = &item.installer else { panic!("{item:?}") };
    assert_eq!(msi.file.as_deref(), Some("DSIAPC_1.6.6.5.msi"));
    assert_eq!(msi.product_code.as_deref(), Some("{FB2B7CC0-8307-47e6-A065-11015CC96B99}"));
    assert_eq!(item.languages, ["en"]);
    assert_eq!(package.origin_files().count(), 1);
}

/// `grep -c` of the tags is the judge.
#[test]
fn a_large_real_package() {
    let Some(bytes) = real("0e6cf4ac-2853-48aa-825b-8fe28206575f.sdp") else { return };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let package = packages(&bytes).remove(0);
    assert_eq!(package.items.len(), text.matches("<sdp:InstallableItem ").count());
    assert_eq!(package.origin_files().count(), text.matches("<sdp:OriginFile ").count());
    let superseded = text.split("<sdp:SupersededPackages").nth(1).map_or(0, |rest| {
        rest.split("</sdp:SupersededPackages").next().unwrap().matches("<sdp:PackageID>").count()
    });
    assert_eq!(package.supersedes.len(), superseded);
}

const CATALOG: &str =
    "http://schemas.microsoft.com/sms/2005/04/CorporatePublishing/SystemsManagementCatalog.xsd";
const SDP: &str =
    "http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/SoftwareDistributionPackage.xsd";

#[test]
fn packages_before_damage_are_given_and_the_damage_has_its_line() {
    let xml = format!(
        "<c:SystemsManagementCatalog xmlns:c='{CATALOG}' xmlns='{SDP}'>\n\
         <c:SoftwareDistributionPackage><Properties PackageID='a'/></c:SoftwareDistributionPackage>\n\
         <c:SoftwareDistributionPackage><Properties PackageID='b'></c:SoftwareDistributionPackage>\n"
    );
    let mut reader = Packages::new(xml.as_bytes()).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().id.as_deref(), Some("a"));
    assert!(reader.is_catalog());
    let error = reader.next().unwrap().unwrap_err();
    assert_eq!((error.line, error.kind), (3, ProblemKind::Malformed));
    assert!(reader.next().is_none());
}

#[test]
fn other_documents_are_no_catalogs() {
    let error = Packages::new(&b"<html/>"[..]).unwrap().next().unwrap().unwrap_err();
    assert_eq!(error.kind, ProblemKind::UnknownFormat);
    let wrong = "<SystemsManagementCatalog xmlns='urn:other'/>";
    assert!(Packages::new(wrong.as_bytes()).unwrap().next().unwrap().is_err());
}

/// A package may claim anything; what stays of it in memory is bounded.
#[test]
fn one_endless_package_is_refused() {
    let mut xml = format!("<SoftwareDistributionPackage xmlns='{SDP}'><SupersededPackages>");
    xml.push_str(&"<PackageID>x</PackageID>".repeat(crate::limits::PACKAGE_PARTS + 1));
    let error = Packages::new(xml.as_bytes()).unwrap().next().unwrap().unwrap_err();
    assert_eq!(error.kind, ProblemKind::LimitReached);
}
