//! Installers that badsig recognises by name and does not open.

use memchr::memmem;

use super::archive::{Place, appended};
use super::executable::Executable;
use super::{Container, Found, Kind};
use crate::format::archives::{ADVANCED_INSTALLER_FOOTER, RAR};

/// RAR self-extractors (WinRAR): the only readers are under the licence of unRAR.
pub(super) const RAR_SFX: Kind = Kind { name: "rar-sfx", title: "RAR self-extractor", recognise: rar };
/// Advanced Installer (Caphyon): the layout behind the footer `ADVINSTSFX` is not public.
pub(super) const ADVANCED_INSTALLER: Kind =
    Kind { name: "advanced-installer", title: "Advanced Installer setup", recognise: advanced_installer };
/// InstallShield (Flexera, Revenera): setup launchers with and without files behind them.
pub(super) const INSTALLSHIELD: Kind =
    Kind { name: "installshield", title: "InstallShield setup", recognise: installshield };

/// How far behind the image an archive or a mark is looked for.
const SEARCHED: u64 = 64 * 1024;
/// The footer of Advanced Installer is followed by the certificate table, up to 8 bytes of padding and nothing else.
const FOOTER: u64 = 10 * 1024;

fn rar(container: &Container<'_>) -> Option<Found> {
    appended(container).iter().find(|place| memmem::find(&place.head(container, SEARCHED), RAR).is_some())?;
    Some(not_opened("a RAR archive, which badsig does not read"))
}

fn advanced_installer(container: &Container<'_>) -> Option<Found> {
    let is_footer =
        |place: &&Place| memmem::find(&place.tail(container, FOOTER).1, ADVANCED_INSTALLER_FOOTER).is_some();
    appended(container).iter().find(is_footer)?;
    Some(not_opened("made by Advanced Installer, whose archive badsig does not read"))
}

fn installshield(container: &Container<'_>) -> Option<Found> {
    Executable::open(container)?;
    // "ISSetupStream" (Unicode) and "InstallShield" (before it) start the archives of single-file setups.
    let starts = |place: &Place| {
        let start = place.head(container, 16);
        start.starts_with(b"ISSetupStream") || start.starts_with(b"InstallShield")
    };
    if appended(container).iter().any(starts) {
        return Some(not_opened("made by InstallShield, whose archive badsig does not read"));
    }
    says_installshield(container).then(|| {
        not_opened(
            "an InstallShield launcher: its files lie beside it (data1.cab, an MSI) or in an archive that \
             badsig does not read",
        )
    })
}

/// Whether the version resource says that the program is InstallShield's own launcher.
fn says_installshield(container: &Container<'_>) -> bool {
    let Ok(description) = crate::describe::describe_pe(&**container.source, container.limits) else {
        return false;
    };
    let Some(version) = description.version else { return false };
    let names = [version.product_name, version.file_description, version.original_filename];
    names.iter().flatten().any(|name| name.contains("InstallShield"))
}

fn not_opened(what: &str) -> Found {
    Found::NotOpened(what.to_owned())
}
