//! How an item is installed: what the schemas require, and whether it will be quiet.

use super::{Found, short};
use crate::check::update_catalog as checks;
use crate::updates::package::{CommandLineInstaller, InstallableItem, Installer};

const RESULTS: [&str; 3] = ["Failed", "Succeeded", "Cancelled"];
const BOOLEANS: [&str; 4] = ["true", "false", "1", "0"];
const RESTARTS: [&str; 3] = ["NeverReboots", "AlwaysRequiresReboot", "CanRequestReboot"];
/// `bt:FilePath`.
const PATH: usize = 260;
/// `MsiInstallerCommandLine`.
const COMMAND_LINE: usize = 32768;

/// Switches that make common installers quiet, in lower case and without `-`, `--` or `/`: Windows Installer, Inno
/// Setup, NSIS, InstallShield, Burn, IExpress and update packages.
const QUIET: [&str; 13] = [
    "q",
    "qn",
    "qb",
    "qr",
    "qb!",
    "qb-",
    "qn+",
    "quiet",
    "s",
    "silent",
    "verysilent",
    "passive",
    "unattended",
];

pub(super) fn look(item: &InstallableItem, found: &mut Found<'_>) {
    let id = found.required(item.id.as_deref(), "ID of InstallableItem");
    found.guid(id, "ID of InstallableItem");
    found.one_of(item.reboot_behaviour.as_deref(), "RebootBehavior", &RESTARTS);
    if item.can_request_user_input == Some(true) {
        found.add(&checks::NOT_QUIET, "the package says CanRequestUserInput=\"true\"".to_owned());
    }
    match &item.installer {
        Some(Installer::Exe(exe)) => program(exe, found),
        Some(Installer::Msi(msi)) => {
            let file = found.required(msi.file.as_deref(), "MsiFile of MsiInstallerData");
            found.longest(file, "MsiFile", PATH);
            let code = found.required(msi.product_code.as_deref(), "ProductCode of MsiInstallerData");
            braced(code, "ProductCode", found);
            windows_installer(msi.command_line.as_deref(), found);
        }
        Some(Installer::Msp(msp)) => {
            braced(msp.patch_code.as_deref(), "PatchCode", found);
            windows_installer(msp.command_line.as_deref(), found);
        }
        None => {}
    }
}

fn program(exe: &CommandLineInstaller, found: &mut Found<'_>) {
    let program = found.required(exe.program.as_deref(), "Program of CommandLineInstallerData");
    found.longest(program, "Program", PATH);
    found.one_of(exe.default_result.as_deref(), "DefaultResult", &RESULTS);
    found.one_of(exe.reboot_by_default.as_deref(), "RebootByDefault", &BOOLEANS);
    for code in &exe.return_codes {
        if let Some(text) = found.required(code.code.as_deref(), "Code of ReturnCode")
            && text.trim().parse::<i32>().is_err()
        {
            found.invalid(format!("Code of ReturnCode is {:?}, not a number of 32 bits", short(text)));
        }
        let result = found.required(code.result.as_deref(), "Result of ReturnCode");
        found.one_of(result, "Result of ReturnCode", &RESULTS);
        found.one_of(code.reboot.as_deref(), "Reboot of ReturnCode", &BOOLEANS);
    }
    let arguments = exe.arguments.as_deref().unwrap_or_default();
    if !arguments.split(['"', ' ', '\t', '=']).any(is_quiet) {
        let shown = if arguments.trim().is_empty() { "no arguments".to_owned() } else { short(arguments) };
        found.add(&checks::NOT_QUIET, format!("no switch for a quiet installation is known in: {shown}"));
    }
}

/// `/S`, `-silent`, `--quiet`, and several at once as InstallShield has them: `/S/v/qn`.
fn is_quiet(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let switch = lower.starts_with(['/', '-']);
    let parts = lower.split('/').map(|part| part.trim_start_matches('-'));
    switch
        && parts
            .into_iter()
            .any(|part| QUIET.contains(&part) || part.starts_with("v/q") || part.starts_with("q:"))
}

/// Windows Installer gets its quietness from the agent; `/qn` among the properties is refused by SCUP.
fn windows_installer(command_line: Option<&str>, found: &mut Found<'_>) {
    found.longest(command_line, "CommandLine", COMMAND_LINE);
    let words = command_line.unwrap_or_default().split_ascii_whitespace();
    if let Some(word) =
        words.map(str::to_ascii_lowercase).find(|word| word.starts_with("/q") || word.starts_with("-q"))
    {
        let message = format!(
            "CommandLine holds {word:?}: only properties (NAME=value) belong there, the agent is quiet"
        );
        found.add(&checks::NOT_QUIET, message);
    }
}

/// `mspblob:GUID`: in braces.
fn braced(value: Option<&str>, name: &str, found: &mut Found<'_>) {
    let Some(value) = value else { return };
    let inner = value.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    if !inner.is_some_and(crate::updates::values::is_guid) {
        found.invalid(format!("{name} is {:?}, not a GUID in braces", short(value)));
    }
}
