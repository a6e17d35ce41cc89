//! winget manifests: which installers a package has, where they lie, and their SHA-256.
//!
//! Microsoft, "Create your package manifest" (<https://learn.microsoft.com/windows/package-manager/package/manifest>).
//! A manifest holds digests and no state of signatures. Read are installer manifests and those of one file; others in a
//! tree (names, descriptions) are passed over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use badsig::Hex;
use badsig::vendors::version::Version;
use serde::Deserialize;
use walkdir::WalkDir;

use crate::failure::Failure;
use crate::files;

/// Manifests in one tree. The public repository has some 500,000 files.
const MOST: usize = 5_000_000;

/// One installer of one version of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Installer {
    pub(crate) package: String,
    pub(crate) version: String,
    pub(crate) url: String,
    pub(crate) sha256: [u8; 32],
    /// The manifest that says so.
    pub(crate) manifest: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Manifest {
    package_identifier: String,
    package_version: String,
    #[serde(default)]
    installers: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    installer_url: String,
    installer_sha256: String,
}

/// The installers of a manifest.
pub(crate) fn read(path: &Path) -> Result<Vec<Installer>, Failure> {
    let refused = |why: String| Failure::usage(format!("{}: {why}", path.display()));
    let text = String::from_utf8(files::read(path, files::SETTINGS)?)
        .map_err(|error| refused(format!("is no UTF-8: {error}")))?;
    let manifest: Manifest = serde_saphyr::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| refused(format!("no winget manifest: {error}")))?;
    if manifest.installers.is_empty() {
        return Err(refused("it names no installers; give the .installer.yaml".to_owned()));
    }
    let mut found = Vec::new();
    for item in manifest.installers {
        let sha256 =
            Hex::parse(item.installer_sha256.trim()).and_then(|digest| <[u8; 32]>::try_from(digest.0).ok());
        let sha256 = sha256.ok_or_else(|| refused(format!("{:?} is no SHA-256", item.installer_sha256)))?;
        found.push(Installer {
            package: manifest.package_identifier.clone(),
            version: manifest.package_version.clone(),
            url: item.installer_url,
            sha256,
            manifest: path.to_owned(),
        });
    }
    // Scopes and locales often share one file.
    found.sort();
    found.dedup_by(|left, right| left.url == right.url && left.sha256 == right.sha256);
    Ok(found)
}

/// The newest installers of packages: from a manifest, or from a tree of them.
pub(crate) fn newest(paths: &[PathBuf], packages: &[String]) -> Result<Vec<Installer>, Failure> {
    let mut newest: BTreeMap<String, (Option<Version>, Vec<Installer>)> = BTreeMap::new();
    for path in manifests(paths, packages)? {
        let installers = read(&path)?;
        let Some(first) = installers.first() else { continue };
        if !packages.iter().any(|package| package.eq_ignore_ascii_case(&first.package)) {
            continue;
        }
        let version = Version::parse(&first.version);
        let known = newest.get(&first.package);
        if known.is_none_or(|(held, _)| *held < version) {
            newest.insert(first.package.clone(), (version, installers));
        }
    }
    Ok(newest.into_values().flat_map(|(_, installers)| installers).collect())
}

/// Files of a tree whose name begins with one of the packages; files that are named themselves count always.
fn manifests(paths: &[PathBuf], packages: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let names: Vec<String> = packages.iter().map(|package| package.to_lowercase()).collect();
    let wanted = |name: &str| {
        let name = name.to_lowercase();
        names
            .iter()
            .any(|package| name == format!("{package}.installer.yaml") || name == format!("{package}.yaml"))
    };
    let mut found = Vec::new();
    for path in paths {
        if path.is_file() {
            found.push(path.clone());
            continue;
        }
        for entry in WalkDir::new(path).sort_by_file_name().into_iter().take(MOST) {
            let entry =
                entry.map_err(|error| Failure::usage(format!("--winget {}: {error}", path.display())))?;
            if entry.file_type().is_file() && wanted(&entry.file_name().to_string_lossy()) {
                found.push(entry.into_path());
            }
        }
    }
    // Beside an installer manifest the file without the word in its name holds the version only.
    let has_installers = |path: &Path| {
        let name = path.to_string_lossy();
        name.strip_suffix(".yaml")
            .filter(|stem| !stem.ends_with(".installer"))
            .is_some_and(|stem| Path::new(&format!("{stem}.installer.yaml")).exists())
    };
    found.retain(|path| !has_installers(path));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (version, digit) in [("9.20", '1'), ("26.02", '2'), ("26.01", '3')] {
            let place = directory.path().join(format!("manifests/7/7zip/7zip/{version}"));
            std::fs::create_dir_all(&place).unwrap();
            let digest = digit.to_string().repeat(64);
            let text = format!(
                "# yaml-language-server: $schema=https://aka.ms/x\nPackageIdentifier: 7zip.7zip\nPackageVersion: {version}\n\
                 InstallerType: exe\nInstallers:\n- Architecture: x64\n  InstallerUrl: https://x.example/{version}.exe\n  \
                 InstallerSha256: {digest}\n- Architecture: x64\n  Scope: user\n  InstallerUrl: \
                 https://x.example/{version}.exe\n  InstallerSha256: {digest}\nManifestType: installer\n"
            );
            std::fs::write(place.join("7zip.7zip.installer.yaml"), text).unwrap();
            std::fs::write(place.join("7zip.7zip.yaml"), "PackageIdentifier: 7zip.7zip\n").unwrap();
        }
        directory
    }

    #[test]
    fn the_newest_version_of_a_tree() {
        let tree = tree();
        let found = newest(&[tree.path().to_owned()], &["7zip.7zip".to_owned()]).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].version.as_str(), found[0].sha256), ("26.02", [0x22; 32]));
        assert_eq!(newest(&[tree.path().to_owned()], &["other.other".to_owned()]).unwrap(), []);
    }

    #[test]
    fn what_is_no_manifest_is_refused_with_its_reason() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.yaml");
        let head = "PackageIdentifier: x.x\nPackageVersion: 1\n";
        for (text, reason) in [
            ("\u{0}", "no winget manifest"),
            (head, "names no installers"),
            (
                &format!("{head}Installers:\n- InstallerUrl: https://x\n  InstallerSha256: abc\n"),
                "is no SHA-256",
            ),
            (&format!("{}1{}", "[".repeat(5000), "]".repeat(5000)), "no winget manifest"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = read(&path).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("x.yaml"), "{error}");
        }
    }
}
