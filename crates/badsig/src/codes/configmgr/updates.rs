//! ConfigMgr 2007 codes of software updates: scanning, downloading, installing.

use super::table_2007;
use crate::codes::Confidence;
use crate::codes::hresult::HResultEntry;

const fn scan(code: u32, symbol: &'static str, title: &'static str, meaning: &'static str) -> HResultEntry {
    table_2007(code, symbol, title, meaning).fix(SCAN)
}

const fn update(code: u32, symbol: &'static str, title: &'static str, meaning: &'static str) -> HResultEntry {
    table_2007(code, symbol, title, meaning).fix(INSTALL)
}

const SCAN: &[&str] = &["Read ScanAgent.log and WUAHandler.log on the client."];
const INSTALL: &[&str] =
    &["Read UpdatesDeployment.log, UpdatesHandler.log and WUAHandler.log on the client."];
const CONTENT: &[&str] = &[
    "Check that the update's deployment package is on a distribution point the client may use.",
    "Read CAS.log and ContentTransferManager.log on the client.",
];
const DAMAGED: &[&str] =
    &["The one copy of the 2007 table that was found repeats a neighbour's description here. The \
       name and the modern code agree on the meaning given."];

/// The codes, in order of value.
pub(super) const TABLE: &[HResultEntry] = &[
    scan(
        0x8004_0600,
        "E_FAIL_POLICY_NOT_FOUND",
        "scan policy not found",
        "The policy that tells the client how to scan is missing.",
    ),
    update(
        0x8004_0602,
        "E_LOCATION_TIMEOUT",
        "content location timed out",
        "The client asked where the content lies and got no answer in time.",
    )
    .fix(CONTENT)
    .notes(DAMAGED),
    scan(
        0x8004_0603,
        "E_SCANTOOL_POLICY_REMOVED",
        "scan policy removed",
        "The scan could not finish because its policy was taken away.",
    ),
    scan(
        0x8004_0604,
        "E_SCANTOOL_NOTFOUND_INJOBQUEUE",
        "scan not queued",
        "The scan is not in the queue of jobs.",
    ),
    scan(
        0x8004_0605,
        "E_FAIL_SCAN_TOOL_REMOVED",
        "scan tool removed",
        "The scan tool (the source the client scans against) was removed.",
    ),
    scan(
        0x8004_0606,
        "E_FAIL_OFFLINE_SCAN_HISTORY_NOT_FOUND",
        "no offline scan history",
        "There is no record of an earlier offline scan.",
    )
    .notes(&["The copied table says that the scan policy was not found; name and modern code speak of \
              the history."]),
    update(
        0x8004_0607,
        "E_CONTENT_NOT_FOUND",
        "content not found",
        "No distribution point offers the content of the update.",
    )
    .fix(CONTENT)
    .notes(DAMAGED),
    update(
        0x8004_0608,
        "E_INVALID_INSTANCE_TYPE",
        "instance type invalid",
        "The client met a kind of instance that it cannot use.",
    )
    .notes(DAMAGED),
    update(
        0x8004_0668,
        "E_INVALIDSTATE_AFTER_APPLY",
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
    scan(
        0x8004_0692,
        "",
        "group policy conflict",
        "A group policy names another update server than ConfigMgr wants to set.",
    )
    .causes(&["A domain policy sets the intranet update service location."])
    .fix(&["Remove the update server from the domain policy, or set it to the software update point."]),
    scan(
        0x8004_0693,
        "",
        "Windows Update agent too old",
        "The Windows Update agent on the client is older than ConfigMgr requires.",
    ),
    update(
        0x8004_0700,
        "E_UPDDEPLOY_APPLY_NOT_ALLOWED",
        "installing not allowed now",
        "Updates may not be installed at this time.",
    ),
    update(
        0x8004_0701,
        "E_UPDDEPLOY_DOWNLOAD_NOT_ALLOWED",
        "downloading not allowed now",
        "Updates may not be downloaded at this time.",
    ),
    update(
        0x8004_0702,
        "E_ASSIGNMENT_POLICY_NOT_FOUND",
        "deployment policy missing",
        "The policy of the deployment is not on the client.",
    ),
    update(
        0x8004_0703,
        "E_ANOTHER_JOB_IN_PROGRESS",
        "another job is running",
        "An update installation is already under way; only one may run at a time.",
    ),
    update(
        0x8004_0704,
        "E_HARDREBOOT_PENDING",
        "restart pending",
        "The computer must restart before anything else can be installed.",
    )
    .notes(DAMAGED),
    update(
        0x8004_0705,
        "E_PAUSE_STATE_REQUIRED",
        "must be paused",
        "The operation is possible only while the job is paused.",
    ),
    update(
        0x8004_0706,
        "E_NO_ACTIVE_JOB",
        "no active job",
        "The client wanted to take up a job again, and none is active.",
    ),
    update(
        0x8004_0707,
        "E_JOB_ID_MISMATCH",
        "job id differs",
        "The job that was found is not the one that was meant.",
    )
    .notes(&["The copied table breaks off before the description; the meaning comes from the name and \
              the modern code."])
    .confidence(Confidence::Inferred),
    update(
        0x8004_0708,
        "E_UPDDEPLOY_APPLY_NOT_REQUIRED",
        "nothing to install",
        "None of the updates has to be installed.",
    ),
    update(
        0x8004_0709,
        "E_MONITOR_RESUME_FAILURE",
        "installer lost from sight",
        "The client could not go on watching the installer's process.",
    ),
    update(
        0x8004_070A,
        "E_INVALID_CMDLINE",
        "command line invalid",
        "The command line of the update's installer is not valid.",
    ),
    update(
        0x8004_070B,
        "E_CREATEPROCESS_FAILURE",
        "installer did not start",
        "The process of the installer could not be created.",
    ),
    update(
        0x8004_070C,
        "E_EXECUTION_TIMEOUT",
        "installer took too long",
        "The installer did not finish within the time allowed.",
    )
    .causes(&[
        "It waits for input because it was not told to be silent.",
        "It really takes longer; raise the update's maximum run time.",
    ]),
    update(
        0x8004_070D,
        "E_UPDATE_FAILED_RESULT",
        "installer failed",
        "The installer ran and reported failure.",
    )
    .aliases(&["ERROR_INAVILD_ENVIROMENT"])
    .notes(&["The copied table has the code a second time as ERROR_INAVILD_ENVIROMENT (spelled so)."]),
    update(
        0x8004_070E,
        "E_EMPTY_COMMANDLINE",
        "command line empty",
        "The update has no command line to run.",
    ),
    update(
        0x8004_070F,
        "E_INVALID_INSTALLER_PATH",
        "installer path invalid",
        "The path of the update's installer is not valid.",
    ),
    update(
        0x8004_0710,
        "E_COMPARE_CREATION_TIMES",
        "process times differ",
        "The client could not tell by its start time whether a process is the installer it started.",
    ),
    update(
        0x8004_0711,
        "E_DEPLOYMENT_NOT_ACTIVE",
        "deployment not active yet",
        "The deployment has not begun, for example because its start lies in the future.",
    ),
    update(
        0x8004_0712,
        "E_UPDDEPLOY_REBOOT_REQUIRED",
        "restart required",
        "The computer must restart to complete the installation.",
    ),
    update(
        0x8004_0713,
        "E_NO_DETECT_RESULT",
        "no scan result yet",
        "The result of the scan has not arrived yet.",
    ),
    update(
        0x8004_0714,
        "E_UPDATES_USERINSTALL_RESTART_PENDING",
        "restart pending, user must wait",
        "A user cannot start the installation because a restart is pending.",
    ),
    update(
        0x8004_0715,
        "E_USERINSTALL_NO_UPDATES",
        "no updates requested",
        "The user's request names no update that applies.",
    ),
];
