//! Codes of current ConfigMgr clients (0x87D0xxxx) that are written down in a source, not only computed.
//!
//! The source is a third-party list of 597 codes (github smcallister594/scotscottmca, `errorCodes.json`)
//! whose hex, signed and unsigned columns agree in every row. Only rows about signatures, certificates,
//! hashes, content and updates are taken, reworded.

use super::GENERIC;
use crate::codes::Kind;
use crate::codes::hresult::HResultEntry;

const HEAD: (Kind, &str) =
    (Kind::ConfigMgr, "list of ConfigMgr client codes, github smcallister594/scotscottmca");

const fn modern(code: u32, title: &'static str, meaning: &'static str) -> HResultEntry {
    HResultEntry::new(HEAD, code, "", title, meaning).fix(GENERIC)
}

const CERTIFICATES: &[&str] = &[
    "Read ClientIDManagerStartup.log and CertificateMaintenance.log on the client.",
    "Compare the certificates in the computer's Personal store with the selection criteria set for the site.",
];
const POLICY: &[&str] = &[
    "Let the client fetch policy again; read CIAgent.log and CIDownloader.log.",
    "If it stays, look for something that alters traffic between client and management point.",
];
const CONTENT: &[&str] = &[
    "Check that the content is on a distribution point in the client's boundary group; redistribute it.",
    "Read CAS.log and ContentTransferManager.log on the client.",
];
const SCAN: &[&str] = &["Read ScanAgent.log and WUAHandler.log on the client."];
const INSTALL: &[&str] =
    &["Read UpdatesDeployment.log, UpdatesHandler.log and WUAHandler.log on the client."];

/// The codes, in order of value.
pub(super) const TABLE: &[HResultEntry] = &[
    modern(
        0x87D0_0232,
        "message not signed",
        "A message between client and site carries no signature although one is required.",
    )
    .fix(CERTIFICATES),
    modern(
        0x87D0_0233,
        "message not trusted",
        "A message between client and site is signed, but not by somebody the receiver trusts.",
    )
    .fix(CERTIFICATES),
    modern(0x87D0_0267, "download failed", "Something the client needs could not be downloaded.")
        .fix(CONTENT),
    modern(
        0x87D0_027A,
        "configuration item hash differs",
        "A configuration item (the description of an update or setting) was downloaded, and its \
         hash is not the expected one.",
    )
    .fix(POLICY),
    modern(
        0x87D0_027D,
        "document hash differs",
        "A document of a configuration item was downloaded, and its hash is not the expected one.",
    )
    .fix(POLICY),
    modern(
        0x87D0_0280,
        "certificate store empty",
        "The certificate store that was searched holds no certificate.",
    )
    .fix(CERTIFICATES),
    modern(
        0x87D0_0281,
        "no certificate criteria",
        "No criteria were given by which a certificate could be chosen.",
    )
    .fix(CERTIFICATES)
    .notes(&["The 2007 table reads slightly differently: no certificate fits the criteria."]),
    modern(
        0x87D0_0282,
        "several certificates match",
        "More than one certificate fits, and the site does not say to take the first.",
    )
    .fix(CERTIFICATES),
    modern(
        0x87D0_0283,
        "private key missing",
        "The selected certificate has no private key on this computer.",
    )
    .fix(CERTIFICATES),
    modern(0x87D0_0286, "SMS authority invalid", "The site authority given to the client is not valid.")
        .fix(CERTIFICATES),
    modern(0x87D0_0287, "signing certificate missing", "The signing certificate is not there.")
        .fix(CERTIFICATES),
    modern(
        0x87D0_0293,
        "site signing certificate not renewed",
        "The client could not refresh the certificate with which the site server signs.",
    )
    .fix(CERTIFICATES),
    modern(0x87D0_0294, "policy not verified", "The signature on a policy could not be verified.")
        .fix(CERTIFICATES),
    modern(0x87D0_0299, "signature type unknown", "The client does not know this type of signature.")
        .fix(CERTIFICATES),
    modern(
        0x87D0_0324,
        "not detected after installing",
        "The application's installer finished, but its detection rules do not find it.",
    )
    .fix(&["Compare the detection rules with what the installer leaves behind; read AppDiscovery.log \
            and AppEnforce.log."]),
    modern(
        0x87D0_0327,
        "script not signed",
        "A script is not signed although the client setting demands it.",
    )
    .fix(&["Sign the script, or change the PowerShell execution policy in the client settings."]),
    modern(
        0x87D0_0328,
        "configuration item digest missing",
        "The digest of a configuration item was not found.",
    )
    .fix(POLICY),
    modern(0x87D0_0601, "scan timed out", "Scanning for updates took too long.").fix(SCAN),
    modern(
        0x87D0_0602,
        "content location timed out",
        "The client asked where the content lies and got no answer in time.",
    )
    .fix(CONTENT),
    modern(0x87D0_0607, "content not found", "No distribution point offers the content.").fix(CONTENT),
    modern(0x87D0_0628, "content location invalid", "The place named for the content is not valid.")
        .fix(CONTENT),
    modern(0x87D0_0650, "scan before installing failed", "The scan that precedes an installation failed.")
        .fix(SCAN),
    modern(0x87D0_0651, "scan after installing failed", "The scan that follows an installation failed.")
        .fix(SCAN),
    modern(0x87D0_0652, "update policy not found", "The policy of the update is not on the client.")
        .fix(POLICY),
    modern(0x87D0_0653, "update download failed", "An update could not be downloaded.").fix(CONTENT),
    modern(0x87D0_0654, "update installation failed", "An update could not be installed.").fix(INSTALL),
    modern(
        0x87D0_0655,
        "one or more updates failed",
        "At least one update of the deployment could not be installed.",
    )
    .fix(INSTALL),
    modern(
        0x87D0_0656,
        "update handler failed",
        "The updates handler met an internal error and could not go on.",
    )
    .fix(INSTALL),
    modern(0x87D0_0664, "update job cancelled", "The job of the updates handler was cancelled.").fix(INSTALL),
    modern(
        0x87D0_0666,
        "outside the maintenance window",
        "Updates may not be installed outside the maintenance window.",
    )
    .fix(&["Wait for the window, or allow the deployment to install outside it."]),
    modern(
        0x87D0_0667,
        "no maintenance window",
        "There is no present or future maintenance window in which updates could be installed.",
    )
    .fix(&["Give the collection a maintenance window long enough for the updates' maximum run times."]),
    modern(
        0x87D0_0668,
        "still applicable after installing",
        "The installer reported success, but the next scan still finds the update applicable.",
    )
    .causes(&[
        "The installer did nothing, or something else than its detection rules look for.",
        "The rules in the update catalog are wrong.",
    ])
    .fix(&[
        "Run the installer by hand with the same command line and look at its log.",
        "Compare the catalog's IsInstalled rules with what the installer leaves behind.",
    ]),
    modern(
        0x87D0_0669,
        "content locations not available",
        "The places where the update's content lies cannot be obtained at the moment.",
    )
    .fix(CONTENT),
    modern(0x87D0_0690, "update not applicable", "The update does not apply to this computer.").fix(SCAN),
    modern(
        0x87D0_0691,
        "update source not found",
        "The source the client should scan against does not exist.",
    )
    .fix(SCAN),
    modern(
        0x87D0_0692,
        "group policy conflict",
        "A group policy names another update server than ConfigMgr wants to set.",
    )
    .causes(&["A domain policy sets the intranet update service location."])
    .fix(&["Remove the update server from the domain policy, or set it to the software update point."]),
    modern(0x87D0_0695, "scan results incomplete", "The results of the scan are incomplete.").fix(SCAN),
    modern(0x87D0_0696, "update already installed", "The update is already installed.").fix(SCAN),
    modern(0x87D0_0697, "update waits for a restart", "The update is installed and only needs a restart.")
        .fix(&["Restart the computer."]),
    modern(
        0x87D0_1010,
        "restart pending",
        "A restart is under way, or a run of this program is waiting for one.",
    )
    .fix(&["Restart the computer."]),
    modern(
        0x87D0_1017,
        "content hash wrong",
        "The content's hash is missing from the policy or wrong there, or the downloaded content \
         does not match it.",
    )
    .causes(&[
        "The content changed on the distribution point or on the way.",
        "The distribution point holds another version than the policy names.",
    ])
    .fix(&[
        "Update the distribution points (redistribute the content) and let the client fetch policy \
         again.",
        "Read CAS.log on the client for the two hashes.",
    ]),
    modern(
        0x87D0_2002,
        "distribution policy not found",
        "The policy of the program's distribution is not on the client.",
    )
    .fix(POLICY)
    .see(&["0x80002004"]),
];
