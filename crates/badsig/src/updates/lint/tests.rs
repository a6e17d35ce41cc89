use super::*;
use crate::check::CATALOG_CHECKS;
use crate::target::Target;
use crate::updates::Packages;

const SOUND: &str = r#"<s:SoftwareDistributionPackage SchemaVersion="1.2"
    xmlns:s="http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/SoftwareDistributionPackage.xsd"
    xmlns:cmd="http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/Installers/CommandLineInstallation.xsd">
  <s:Properties PackageID="00000000-0000-4000-8000-000000000001" CreationDate="2026-01-02T03:04:05" VendorName="Example">
    <s:SupportUrl>https://example.com/</s:SupportUrl><s:ProductName>Tool</s:ProductName>
  </s:Properties>
  <s:LocalizedProperties><s:Language>en</s:Language><s:Title>Tool 1</s:Title><s:Description>A tool.</s:Description>
  </s:LocalizedProperties>
  <s:UpdateSpecificData UpdateClassification="Updates" MsrcSeverity="Low"/>
  <s:SupersededPackages><s:PackageID>00000000-0000-4000-8000-000000000000</s:PackageID></s:SupersededPackages>
  <s:InstallableItem ID="00000000-0000-4000-8000-0000000000f1">
    <s:InstallProperties RebootBehavior="NeverReboots"/>
    <cmd:CommandLineInstallerData Program="tool.exe" Arguments="/S" DefaultResult="Failed" RebootByDefault="false">
      <cmd:ReturnCode Code="0" Result="Succeeded" Reboot="false"/></cmd:CommandLineInstallerData>
    <s:OriginFile Digest="K4Uba4iwZTiAvovNun3hbicVQkI=" FileName="tool.exe" Size="10" Modified="2026-01-02T03:04:05Z"
      OriginUri="https://example.com/tool.exe"><s:AdditionalDigest
      Algorithm="SHA256">47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</s:AdditionalDigest></s:OriginFile>
  </s:InstallableItem>
</s:SoftwareDistributionPackage>"#;

fn look(xml: &str) -> Vec<Finding> {
    let package = Packages::new(xml.as_bytes()).unwrap().next().unwrap().unwrap();
    Linter::default().look(&package, None, &Policy::default())
}

fn ids(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.check).collect()
}

#[test]
fn a_sound_package_has_no_findings() {
    assert_eq!(look(SOUND), []);
}

/// One change each, and what it must lead to; the schema of WSUS (`xmllint --schema`) refuses the blocking ones.
const CHANGES: &[(&str, &str, &str)] = &[
    ("SchemaVersion=\"1.2\"", "", "package-field-missing"),
    ("PackageID=\"00000000-0000-4000-8000-000000000001\"", "", "package-field-missing"),
    ("PackageID=\"0", "PackageID=\"{0", "package-value-invalid"),
    ("CreationDate=\"2026-01-02T03:04:05\"", "", "package-field-missing"),
    ("CreationDate=\"2026-01-02T03", "CreationDate=\"02.01.2026 03", "package-value-invalid"),
    ("VendorName=\"Example\"", "VendorName=\"Example\" PublicationState=\"Old\"", "package-value-invalid"),
    ("VendorName=\"Example\"", "VendorName=\"Example\" PublicationState=\"Expired\"", "package-expired"),
    ("<s:Title>Tool 1</s:Title>", "", "package-field-missing"),
    ("A tool.", "", "package-field-missing"),
    (
        "<s:UpdateSpecificData UpdateClassification=\"Updates\" MsrcSeverity=\"Low\"/>",
        "",
        "package-field-missing",
    ),
    ("\"Updates\"", "\"Improvements\"", "package-value-invalid"),
    ("\"Low\"", "\"Tiny\"", "package-value-invalid"),
    ("https://example.com/</s:SupportUrl>", "ftp://example.com/</s:SupportUrl>", "package-value-invalid"),
    ("000000</s:PackageID>", "00000</s:PackageID>", "package-value-invalid"),
    ("ID=\"00000000-0000-4000-8000-0000000000f1\"", "ID=\"1\"", "package-value-invalid"),
    ("\"NeverReboots\"", "\"Maybe\"", "package-value-invalid"),
    ("Program=\"tool.exe\"", "", "package-field-missing"),
    ("Code=\"0\"", "Code=\"4294967296\"", "package-value-invalid"),
    ("\"Succeeded\"", "\"Fine\"", "package-value-invalid"),
    ("\"/S\"", "\"/install\"", "not-quiet"),
    ("RebootBehavior", "CanRequestUserInput=\"true\" RebootBehavior", "not-quiet"),
    ("FileName=\"tool.exe\"", "FileName=\"..\\tool.exe\"", "content-file-name"),
    ("FileName=\"tool.exe\"", "FileName=\"\"", "package-field-missing"),
    ("Size=\"10\"", "Size=\"0\"", "content-size"),
    ("Size=\"10\"", "Size=\"393216001\"", "content-size"),
    ("Size=\"10\"", "Size=\"ten\"", "package-value-invalid"),
    ("Digest=\"K4Uba4iwZTiAvovNun3hbicVQkI=\"", "Digest=\"2b851b6b\"", "package-value-invalid"),
    ("Digest=\"K4Uba4iwZTiAvovNun3hbicVQkI=\"", "", "package-field-missing"),
    ("SHA256\">", "SHA512\">", "package-value-invalid"),
    (
        ">47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=<",
        ">K4Uba4iwZTiAvovNun3hbicVQkI=<",
        "package-value-invalid",
    ),
    ("Modified=\"2026-01-02T03:04:05Z\"", "", "package-field-missing"),
    ("\"https://example.com/tool.exe\"", "\"http://example.com/tool.exe\"", "content-address"),
];

#[test]
fn every_change_is_found_and_nothing_else() {
    for (from, to, expected) in CHANGES {
        assert!(SOUND.contains(from), "{from}");
        let findings = look(&SOUND.replacen(from, to, 1));
        assert_eq!(ids(&findings), [*expected], "{from:?} -> {to:?}: {findings:?}");
        let empty =
            findings[0].message.contains("0 bytes") && *expected == "content-size" && !to.contains("393");
        let notes = ["not-quiet", "content-address", "package-expired"];
        let level = match *expected {
            id if notes.contains(&id) => Level::Note,
            "content-size" if !empty => Level::Warn,
            _ => Level::Block,
        };
        assert_eq!(findings[0].level, level, "{findings:?}");
    }
}

#[test]
fn packages_without_content_or_strong_digest() {
    let start = SOUND.find("<s:AdditionalDigest").unwrap();
    let end = SOUND.find("</s:OriginFile>").unwrap();
    let weak = format!("{}{}", &SOUND[..start], &SOUND[end..]);
    assert_eq!(ids(&look(&weak)), ["content-weak-digest"]);
    let start = SOUND.find("<s:OriginFile").unwrap();
    let end = SOUND.find("</s:InstallableItem>").unwrap();
    let none = format!("{}{}", &SOUND[..start], &SOUND[end..]);
    assert_eq!(ids(&look(&none)), ["metadata-only"]);
}

/// Readers differ about which of two counts, so none does.
#[test]
fn elements_that_stand_twice_block() {
    let part = |from: &str, to: &str| {
        let start = SOUND.find(from).unwrap();
        let end = start + SOUND[start..].find(to).unwrap() + to.len();
        SOUND[start..end].to_owned()
    };
    let file = part("<s:OriginFile", "</s:OriginFile>");
    let digest = part("<s:AdditionalDigest", "</s:AdditionalDigest>");
    let other = digest.replace("47DEQpj8HBSa", "47DEQpj8HBSb");
    for (twice, said) in
        [(file.clone(), "OriginFile stands more than once"), (other, "two different SHA-256")]
    {
        let before = if twice.starts_with("<s:Origin") { &file } else { &digest };
        let findings = look(&SOUND.replacen(before.as_str(), &format!("{before}{twice}"), 1));
        assert_eq!(ids(&findings), ["package-value-invalid"], "{findings:?}");
        assert!(findings[0].message.contains(said), "{findings:?}");
        assert_eq!(findings[0].level, Level::Block);
    }
    // The same digest again says nothing new.
    assert!(look(&SOUND.replacen(&digest, &format!("{digest}{digest}"), 1)).is_empty());
}

/// A package with thousands of wrong parts says so in a few lines, and what blocks is among them.
#[test]
fn findings_of_one_package_are_bounded() {
    let code = "<cmd:ReturnCode Code=\"x\" Result=\"Succeeded\" Reboot=\"false\"/>";
    let start = SOUND.find("<cmd:ReturnCode").unwrap_or_else(|| panic!("no return code in {SOUND}"));
    let many = format!("{}{}{}", &SOUND[..start], code.repeat(3000), &SOUND[start..]);
    let findings = look(&many);
    assert!(findings.len() <= crate::limits::PACKAGE_FINDINGS, "{}", findings.len());
    assert!(findings[0].message.contains("2980 more"), "{}", findings[0].message);
    assert_eq!(findings[0].level, Level::Block);
}

#[test]
fn the_second_package_with_an_id_is_the_duplicate() {
    let package = Packages::new(SOUND.as_bytes()).unwrap().next().unwrap().unwrap();
    let mut linter = Linter::default();
    assert!(linter.look(&package, Some("V2/a.sdp"), &Policy::default()).is_empty());
    let upper = Package { id: package.id.clone().map(|id| id.to_uppercase()), ..package };
    let again = linter.look(&upper, Some("V2/b.sdp"), &Policy::default());
    assert_eq!(ids(&again), ["package-duplicate"]);
    assert!(again[0].message.contains("V2/a.sdp, line 1"), "{again:?}");
}

#[test]
fn switches_of_common_installers() {
    for quiet in
        ["-s -e cmd.exe /S/v/qn", "/quiet /norestart", "--silent", "/VERYSILENT /SP-", "/Q:A", "/s /v\"/qn\""]
    {
        let found = look(&SOUND.replacen("\"/S\"", &format!("\"{}\"", quiet.replace('"', "&quot;")), 1));
        let expected: &[&str] = &[];
        assert_eq!(ids(&found), expected, "{quiet}");
    }
}

/// Catalogs that are in use must not be refused.
#[test]
fn real_packages_are_not_blocked() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/updates");
    let mut seen = 0;
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".sdp") && !name.ends_with(".xml") {
            continue;
        }
        let mut linter = Linter::default();
        for package in Packages::new(std::fs::File::open(&path).unwrap()).unwrap() {
            seen += 1;
            let findings = linter.look(&package.unwrap(), None, &Policy::default());
            let blocking: Vec<_> = findings.iter().filter(|finding| finding.level == Level::Block).collect();
            assert!(blocking.is_empty(), "{name}: {blocking:?}");
        }
    }
    if seen == 0 {
        println!("skipped: ../shared/updates is not there");
    }
}

#[test]
fn checks_of_catalogs_have_their_texts_and_their_own_ids() {
    let mut ids: Vec<&str> = crate::check::all_checks().map(|check| check.id).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    for check in CATALOG_CHECKS {
        assert!(
            !check.title.is_empty() && check.title.len() < 50 && !check.title.ends_with('.'),
            "{}",
            check.id
        );
        for text in [&[check.meaning], check.causes, check.fix].concat() {
            assert!(
                text.ends_with('.') && !text.contains("  ") && !text.contains('\n'),
                "{}: {text}",
                check.id
            );
        }
        assert!(!check.causes.is_empty() && !check.fix.is_empty(), "{}", check.id);
        assert!((check.level)(Target::Configmgr) >= (check.level)(Target::Wsus), "{}", check.id);
    }
}
