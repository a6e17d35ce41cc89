//! ConfigMgr 2007 codes of software distribution (packages, programs, the client cache).

use super::table_2007;
use crate::codes::Confidence;
use crate::codes::hresult::HResultEntry;

const fn program(
    code: u32,
    symbol: &'static str,
    title: &'static str,
    meaning: &'static str,
) -> HResultEntry {
    table_2007(code, symbol, title, meaning).fix(EXECUTION)
}

const fn content(
    code: u32,
    symbol: &'static str,
    title: &'static str,
    meaning: &'static str,
) -> HResultEntry {
    table_2007(code, symbol, title, meaning).fix(CONTENT)
}

const EXECUTION: &[&str] = &["Read execmgr.log on the client."];
const CONTENT: &[&str] = &["Read CAS.log and ContentTransferManager.log on the client."];
const CACHE: &[&str] = &[
    "Enlarge or empty the client cache (Control Panel, Configuration Manager, Cache), and free disk space.",
    "Read CAS.log on the client.",
];

/// The codes, in order of value.
pub(super) const TABLE: &[HResultEntry] = &[
    program(
        0x8000_2004,
        "E_SWDIST_POLICY_NOT_FOUND",
        "distribution policy not found",
        "The policy of the software distribution is not on the client.",
    )
    .notes(&["The number is doubtful: its neighbours are 0x800080xx, and the modern code with this \
              meaning is 0x87D02002."])
    .confidence(Confidence::Unknown)
    .see(&["0x87D02002"]),
    program(
        0x8000_8001,
        "E_FAIL_EXECUTION_PENDING",
        "something else is running",
        "The program cannot start from the user interface now.",
    )
    .causes(&[
        "A restart is under way.",
        "A task sequence holds back software distribution.",
        "Another program is running.",
    ]),
    program(
        0x8000_8002,
        "E_FAIL_DUPLICATE_REQUEST",
        "already requested",
        "The user asked for the program again while an earlier request is still waiting.",
    ),
    program(
        0x8000_8004,
        "E_FAIL_PROGRAM_DISABLED",
        "program disabled",
        "The program is switched off at the site.",
    ),
    program(
        0x8000_8005,
        "E_FAIL_INVALID_POLICY",
        "policy missing or invalid",
        "The policy needed to run or cancel the program is missing or not valid.",
    ),
    program(
        0x8000_8006,
        "E_FAIL_INVALID_PROGRAM",
        "program not waiting",
        "Somebody tried to continue or cancel a program that is not waiting, or a task sequence \
         asked for a package it does not refer to.",
    ),
    program(
        0x8000_8008,
        "E_FAIL_SET_CACHEDCONTENTINUSE",
        "cache not marked as used",
        "The client could not mark the cached content as being in use.",
    ),
    program(
        0x8000_8009,
        "E_FAIL_WMI_ERROR",
        "WMI could not be read",
        "The client could not read its data from WMI.",
    )
    .notes(&["The copied table adds a sentence about a pending restart here. In the modern list that \
              belongs to 0x87D01010, so a row is probably missing after this one."])
    .see(&["0x87D01010"]),
    program(
        0x8000_8011,
        "E_FAIL_REQUEST_NOT_FOUND",
        "request not found",
        "A task sequence could not take up its job again: there is no request with that job id.",
    ),
    program(
        0x8000_8012,
        "E_FAIL_ACTIVE_REQUEST_NOT_FOUND",
        "nothing is running",
        "A task sequence asked for the running request, and there is none.",
    ),
    program(
        0x8000_8013,
        "E_FAIL_DEPENDENCY_NOT_RUN",
        "depends on another program",
        "The program needs another one to have run successfully before, and it has not.",
    ),
    program(
        0x8000_8014,
        "E_FAIL_USER_REQUIRED",
        "needs a user",
        "A task sequence cannot run this program: it is for a user, wants input, or runs as the \
         user.",
    ),
    program(
        0x8000_8015,
        "E_FAIL_SWD_NOT_PAUSED",
        "pause does not match",
        "Software distribution was asked about a pause that it does not know, or knows differently.",
    ),
    content(
        0x8000_8017,
        "E_FAIL_INVALID_HASH",
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
    ])
    .see(&["0x80246002", "HASH_FAIL"]),
    program(
        0x8000_8018,
        "E_FAIL_CANNOT_RUN_ON_INTERNET",
        "not on the internet",
        "The program may not run while the client is on the internet.",
    ),
    program(
        0x8000_8100,
        "E_FAIL_EXECUTION_NONFATAL",
        "failed, will be retried",
        "Running the program failed in a way that allows another try, unless the number of tries \
         is used up.",
    ),
    program(
        0x8000_8103,
        "E_FAIL_BAD_ENVIRONMENT_NONFATAL",
        "could not be prepared, will be retried",
        "Preparing the program failed (environment, network connection, user account, file \
         association or start); the client tries again unless the number of tries is used up.",
    ),
    program(
        0x8000_8105,
        "E_FAIL_PROGRAM_NOT_MONITORED",
        "program not watched",
        "The program was started, but the client could not get hold of its process and will not \
         see how it ends.",
    ),
    content(
        0x8000_8107,
        "E_FAIL_NO_SOURCE",
        "no source reachable, may be retried",
        "None of the places where the program lies could be opened; the client may try again.",
    ),
    content(
        0x8000_8200,
        "E_INVALID_CONTENT_REQUEST_HANDLE",
        "content request unknown",
        "Internal error: the content request that was meant does not exist.",
    ),
    content(
        0x8000_8201,
        "E_NO_SPACE_IN_CACHE",
        "no room in the cache",
        "The content does not fit: the cache has too little free space, or the disk is full.",
    )
    .fix(CACHE),
    content(
        0x8000_8202,
        "E_CACHE_TOO_SMALL",
        "cache too small",
        "The content is larger than the whole cache may be.",
    )
    .fix(CACHE),
    content(
        0x8000_8203,
        "E_CACHE_IN_USE",
        "cache in use",
        "The cache is in use by a running program or a download.",
    ),
    content(
        0x8000_8204,
        "E_NO_DP_FOUND",
        "no distribution point",
        "No distribution point has the content that was asked for.",
    )
    .fix(&[
        "Distribute the content to a distribution point in the client's boundary group.",
        "Read LocationServices.log and CAS.log on the client.",
    ]),
    content(
        0x8000_8210,
        "E_FAIL_LOCATION_REQUEST",
        "no content locations",
        "Asking where the content lies failed.",
    ),
    program(
        0x8000_8250,
        "E_FAIL_JOB_PENDING",
        "restart must wait",
        "The computer cannot restart because an installation is running.",
    ),
    program(
        0x8000_9101,
        "E_FAIL_EXECUTION_FATAL",
        "failed for good",
        "Running the program failed and will not be tried again.",
    ),
    program(
        0x8000_9102,
        "E_FAIL_INVALID_PROGRAM_OBJECT",
        "no execution context",
        "The client could not set up what it needs internally to run the program.",
    )
    .causes(&["Little memory or a failure of COM, rather than a wrong setting."]),
    program(
        0x8000_9104,
        "E_FAIL_INVALID_CMDLINE",
        "command line invalid",
        "The program's command line is not valid.",
    ),
    program(
        0x8000_9106,
        "E_FAIL_NO_CONTENT",
        "executable not usable",
        "The executable is not valid, or its command line could not be put together.",
    ),
    content(
        0x8000_9108,
        "E_FAIL_INACCESSIBLE_SOURCE",
        "no source reachable",
        "None of the places where the program lies could be opened, and the client will not try \
         again.",
    ),
    content(
        0x8000_9109,
        "E_FAIL_INVALID_MSI",
        "not an installation package",
        "The file could not be verified to be a Windows Installer package.",
    )
    .causes(&["The download is incomplete, or the file is something else under the name .msi."])
    .fix(&["Check the file: badsig inspect FILE.", "Redistribute the content."]),
    program(
        0x8000_910A,
        "E_FAIL_BAD_ENVIRONMENT_FATAL",
        "could not be prepared",
        "Preparing the program failed (environment, network connection, user account, file \
         association or start) and will not be tried again.",
    ),
];
