//! Codes of Windows itself, of COM, .NET and the update store that turn up around updates.
//!
//! 0x8007xxxx is a Win32 error number (the low word) written as an HRESULT, so 1603 and 0x80070643 are the
//! same.

use super::hresult::*;
use super::{Confidence, Kind};

const HEAD: (Kind, &str) = (Kind::Windows, "Microsoft, System Error Codes; seen in ConfigMgr 2007 logs");

const fn windows(
    code: u32,
    symbol: &'static str,
    title: &'static str,
    meaning: &'static str,
) -> HResultEntry {
    HResultEntry::new(HEAD, code, symbol, title, meaning)
}

/// The HRESULT of a Win32 error number (`HRESULT_FROM_WIN32`).
pub(super) const fn from_win32(error: u16) -> u32 {
    // A cast that cannot lose anything; `u32::from` is not const.
    let [low, high] = error.to_le_bytes();
    u32::from_le_bytes([low, high, 0x07, 0x80])
}

const REGISTRATION: &[&str] = &["Restart the computer; repair the ConfigMgr client if it stays."];
const NETWORK: &[&str] =
    &["Check route, firewall and the WinHTTP proxy of SYSTEM to the server named in the log."];
const UPDATE_EXE: &[&str] =
    &["Look into the log that the hotfix writes under C:\\Windows for its own reason."];
const STORE: &[&str] =
    &["Stop the Windows Update service, rename C:\\Windows\\SoftwareDistribution, start it and \
       scan again."];

/// The codes, in order of value.
pub(super) const TABLE: &[HResultEntry] = &[
    windows(
        0x8000_4002,
        "E_NOINTERFACE",
        "interface not supported",
        "A COM object does not offer what it was asked for; a component is damaged or too old.",
    )
    .fix(REGISTRATION),
    windows(
        0x8004_0154,
        "REGDB_E_CLASSNOTREG",
        "class not registered",
        "A COM component is not registered on the computer.",
    )
    .fix(REGISTRATION)
    .notes(&["A code of COM, although it looks like one of ConfigMgr 2007."]),
    windows(0x8007_0003, "ERROR_PATH_NOT_FOUND", "path not found", "A folder does not exist.")
        .fix(&["Look in the log for the path, and whether something removes it (clean-up tools, \
                antivirus)."]),
    windows(0x8007_0005, "ERROR_ACCESS_DENIED", "access denied", "The account may not do this.")
        .aliases(&["E_ACCESSDENIED", "E_ACCESS_DENIED"])
        .fix(&["Look in the log for what was accessed and by which account; SYSTEM uses the computer \
                account on the network."]),
    windows(0x8007_000E, "E_OUTOFMEMORY", "out of memory", "There was not enough memory.")
        .fix(&["Free memory or restart; on the server look at the WSUS application pool."]),
    windows(
        0x8007_0050,
        "ERROR_FILE_EXISTS",
        "file exists",
        "A file that should be created is already there.",
    )
    .fix(&["Look in the log for the file and remove what is left over."]),
    windows(
        0x8007_00C1,
        "ERROR_BAD_EXE_FORMAT",
        "not a valid program",
        "The file is not a program that this Windows can run, or is damaged.",
    )
    .fix(&["Check the file: badsig inspect FILE."])
    .see(&["console:193"]),
    windows(
        0x8007_041D,
        "ERROR_SERVICE_REQUEST_TIMEOUT",
        "service did not answer",
        "A service did not react to being started or controlled in time.",
    )
    .fix(&["Look at the service named in the log; restart the computer if it hangs."]),
    windows(0x8007_05B4, "ERROR_TIMEOUT", "timed out", "The operation took longer than allowed.")
        .fix(&["Look in the log for what was waited for and try again."]),
    windows(
        ERROR_INSTALL_FAILURE,
        "ERROR_INSTALL_FAILURE",
        "installation failed",
        "Windows Installer gave up; the reason is in its log. Installers use this code for \
         everything.",
    )
    .causes(&[
        "One action of the installation failed.",
        "The installer's own signature check failed: its log then shows a 0x800B... code.",
    ])
    .fix(&[
        "Run the installer with a verbose log (msiexec /l*v) and look for the first \"return value \
                                                                                      3\".",
        "If the log shows a 0x800B... code, explain that one.",
    ])
    .notes(&["The copied ConfigMgr 2007 table prints this code as FF8007064, one digit short."])
    .see(&["0x800B010B", "0x800B010E"]),
    windows(
        0x8007_066F,
        "ERROR_PATCH_NOT_APPLIED",
        "patch not applied",
        "Windows Installer's records do not hold the patch that was to be removed.",
    )
    .causes(&["The product's installation state is out of step with what is really there."])
    .fix(&["Repair or reinstall the product, then patch it again."]),
    windows(
        ERROR_INTERNET_INVALID_CA,
        "ERROR_INTERNET_INVALID_CA",
        "server certificate authority unknown",
        "The certificate of the web server chains to an authority that this computer does not \
         trust.",
    )
    .causes(&[
        "A proxy opens the encrypted connection and presents its own certificate.",
        "Root certificates are out of date.",
    ])
    .fix(&[
        "Trust the proxy's authority on the site server, or exempt the catalog's address from \
         inspection.",
        "Bring the root certificates up to date.",
    ])
    .see(&["console:12045"]),
    windows(
        0x8007_2EE2,
        "ERROR_INTERNET_TIMEOUT",
        "internet timeout",
        "A server on the network did not answer in time.",
    )
    .fix(NETWORK),
    windows(
        0x8007_2EFD,
        "ERROR_INTERNET_CANNOT_CONNECT",
        "cannot connect",
        "No connection to the server could be made.",
    )
    .aliases(&["ERROR_WINHTTP_CANNOT_CONNECT"])
    .fix(NETWORK),
    windows(
        ERROR_IPSEC_IKE_INVALID_SIG,
        "ERROR_IPSEC_IKE_INVALID_SIG",
        "invalid certificate signature",
        "While a third-party update was downloaded into a deployment package, the signature of the \
         package made by WSUS was not accepted. The name speaks of IPsec only because Windows \
         reuses the number.",
    )
    .causes(&["The WSUS signing certificate is not in Trusted Root and Trusted Publishers on the site \
               server or on the computer running the console."])
    .fix(&[
        "Install the WSUS signing certificate in both stores of that computer, then download again.",
        "Read PatchDownloader.log there.",
    ])
    .see(&["0x800B0004"]),
    windows(
        0x8007_F0F4,
        "STATUS_PREREQUISITE_FAILED",
        "prerequisite failed",
        "update.exe, the installer of old Windows hotfixes, found a condition not met; people saw \
         it on laptops running on battery.",
    )
    .fix(UPDATE_EXE),
    windows(
        0x8007_F0F5,
        "",
        "meaning uncertain",
        "A number in the range of update.exe, the installer of old Windows hotfixes; what it \
         stands for was not found.",
    )
    .fix(UPDATE_EXE)
    .notes(&["The copied ConfigMgr 2007 table calls it WU_E_DM_INCORRECTFILEHASH. That is wrong: that \
              code is 0x80246002."])
    .confidence(Confidence::Unknown)
    .see(&["0x80246002"]),
    windows(
        0x8007_F0F6,
        "",
        "update not found",
        "The installation was not started because the update was not found; a number in the range \
         of update.exe.",
    )
    .fix(UPDATE_EXE)
    .notes(&["Known from one damaged table only, which calls it ERROR INVALID PARAMETER and gives it \
              another code's decimal."])
    .confidence(Confidence::Unknown),
    windows(
        COR_E_INVALIDOPERATION,
        "COR_E_INVALIDOPERATION",
        ".NET: invalid operation",
        "A .NET program asked for something its state does not allow. In \
         SMS_ISVUPDATES_SYNCAGENT.log it comes from the publishing stage of WSUS.",
    )
    .causes(&["WSUS made and signed its package, and could not verify it: the log says that verification \
               of a file signature failed."])
    .fix(&[
        "Read the exception message next to it in SMS_ISVUPDATES_SYNCAGENT.log.",
        "If it is about a file signature: install the WSUS signing certificate in Trusted Root and \
         Trusted Publishers on the software update point.",
    ])
    .confidence(Confidence::Documented),
    windows(
        0xC800_0402,
        "",
        "record too big",
        "The database of the Windows Update agent refused a record as too big.",
    )
    .fix(STORE)
    .notes(&[
        "Codes 0xC800xxxx are errors of the database engine ESE, whose number 1026 (0x402) is \
         record too big: inferred.",
        "The copied ConfigMgr 2007 table has it twice, once as ERROR_OBJECT_ALREADY_EXISTS.",
    ])
    .confidence(Confidence::Inferred),
    windows(
        0xC800_042D,
        "",
        "update store full",
        "The database of the Windows Update agent could not be written, and scans fail.",
    )
    .fix(STORE)
    .notes(&["Codes 0xC800xxxx are errors of the database engine ESE, whose number 1069 (0x42D) is \
              version store out of memory: inferred."])
    .confidence(Confidence::Inferred),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn win32_numbers_become_hresults() {
        assert_eq!(from_win32(1603), ERROR_INSTALL_FAILURE);
        assert_eq!(from_win32(12045), ERROR_INTERNET_INVALID_CA);
        assert_eq!(from_win32(13875), ERROR_IPSEC_IKE_INVALID_SIG);
    }

    #[test]
    fn the_wrong_name_of_the_seed_is_not_repeated() {
        assert_eq!(HResult(0x8007_F0F5).symbol(), None);
    }
}
