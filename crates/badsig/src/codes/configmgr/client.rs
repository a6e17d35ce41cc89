//! ConfigMgr 2007 codes of the client framework, location services, configuration items, inventory, mobile
//! devices and operating system deployment.

use super::{GENERIC, table_2007};
use crate::codes::Confidence;
use crate::codes::hresult::HResultEntry;

const fn client(code: u32, symbol: &'static str, title: &'static str, meaning: &'static str) -> HResultEntry {
    table_2007(code, symbol, title, meaning).fix(GENERIC)
}

const CERTIFICATES: &[&str] = &[
    "Read ClientIDManagerStartup.log and CertificateMaintenance.log on the client.",
    "Compare the certificates in the computer's Personal store with the selection criteria set for the site.",
];
const LOCATION: &[&str] = &[
    "Read LocationServices.log and ClientLocation.log on the client.",
    "Check boundaries, site assignment, and that the management point can be reached.",
];
const COMPLIANCE: &[&str] = &["Read DcmWmiProvider.log, CIAgent.log and DCMAgent.log on the client."];
const DEPLOYMENT: &[&str] = &["Read smsts.log, the log of the task sequence."];

/// The codes, in order of value.
pub(super) const TABLE: &[HResultEntry] = &[
    client(
        0x8004_0001,
        "",
        "no client GUID",
        "Operating system deployment could not find out the client's GUID, its identity at the \
         site.",
    )
    .fix(DEPLOYMENT),
    client(
        0x8004_0101,
        "",
        "network access account not set",
        "A task sequence needs the network access account, and none is configured.",
    )
    .fix(DEPLOYMENT),
    client(
        0x8004_0102,
        "",
        "no location for the package",
        "No distribution point was offered for the package a task sequence needs.",
    )
    .fix(DEPLOYMENT),
    client(
        0x8004_0103,
        "",
        "package not accessible",
        "The package is on a distribution point, but its content could not be opened there.",
    )
    .fix(DEPLOYMENT),
    client(
        0x8004_0104,
        "",
        "program policy missing",
        "The policy of the program a task sequence refers to is not there.",
    )
    .fix(DEPLOYMENT),
    client(
        0x8004_0105,
        "",
        "agent configuration missing",
        "The raw policy CCM_ClientAgentConfig, which holds the client agent's settings, is not \
         there.",
    )
    .fix(DEPLOYMENT),
    client(
        0x8004_0200,
        "NAMENOTFOUND",
        "name not found",
        "The client looked something up by name and found nothing.",
    ),
    client(0x8004_0201, "BADNAMEFORMAT", "name badly formed", "A name is not written in the required form."),
    client(
        0x8004_0202,
        "SERVICESHUTDOWN",
        "client service stopping",
        "The client service was shutting down while the request ran.",
    ),
    client(0x8004_0203, "DATAEMPTY", "no data", "Data was expected and none was given."),
    client(0x8004_0204, "DATATOOLARGE", "too much data", "The data is larger than the client accepts."),
    client(0x8004_0205, "INVALIDPATH", "path invalid", "The client was given a path it cannot use."),
    client(0x8004_0206, "INVALIDFILE", "file invalid", "The client was given a file it cannot use."),
    client(0x8004_0207, "PARSE", "cannot be parsed", "Text or a message could not be parsed."),
    client(0x8004_0208, "INVALIDCOMMAND", "command invalid", "The client does not accept the command."),
    client(
        0x8004_0209,
        "DATATYPEMISMATCH",
        "wrong data type",
        "A value has another type than the one required.",
    ),
    client(
        0x8004_0210,
        "INVALIDTRANSLATOR",
        "translator invalid",
        "The translator named in a message (the part that converts its content) is not usable.",
    ),
    client(0x8004_0211, "INVALIDADDRESS", "address invalid", "The address of a message is not usable."),
    client(
        0x8004_0212,
        "CONTEXTCLOSED",
        "context closed",
        "The operation used a context that was already closed.",
    ),
    client(0x8004_0213, "TIMEOUT", "timed out", "The client waited too long for an answer."),
    client(0x8004_0214, "INVALIDNAMELEN", "name has a wrong length", "A name is too long or too short."),
    client(
        0x8004_0215,
        "ITEMNOTFOUND",
        "item not found",
        "The client looked for an item, for example in its store, and it was not there.",
    ),
    client(
        0x8004_0216,
        "INVALIDSERVICEPARAM",
        "service parameter invalid",
        "A parameter of a service is invalid.",
    )
    .causes(&["The client's WMI data is damaged.", "Somebody edited a site control file by hand."]),
    client(0x8004_0217, "DATACORRUPT", "data damaged", "Data of the client is damaged."),
    client(
        0x8004_0218,
        "INVALIDSERVICESETTING",
        "service settings invalid",
        "The settings of a service are invalid.",
    ),
    client(
        0x8004_0219,
        "GLOBALSERVICENOTSET",
        "global service not set",
        "A service that others rely on has not been set up.",
    ),
    client(0x8004_0220, "INVALIDTYPE", "type invalid", "The type named is not one the client knows."),
    client(
        0x8004_0221,
        "INVALIDUSER",
        "user invalid",
        "The operation is for a user who is not logged on, or whose account is not valid.",
    ),
    client(0x8004_0222, "CANCELLED", "cancelled", "The operation was cancelled."),
    client(
        0x8004_0223,
        "VERSIONMISMATCH",
        "versions differ",
        "Two parts that must have the same version do not.",
    ),
    client(
        0x8004_0224,
        "INVALIDMESSAGE",
        "message invalid",
        "The client received a message that it cannot use.",
    ),
    client(
        0x8004_0225,
        "INVALIDADDRESSTYPE",
        "address type invalid",
        "The kind of address is not one the client knows.",
    ),
    client(
        0x8004_0226,
        "INVALIDPROTOCOL",
        "protocol invalid",
        "The protocol named is not one the client knows.",
    ),
    client(0x8004_0227, "DISABLED", "switched off", "The function asked for is switched off."),
    client(
        0x8004_0228,
        "INVALIDENDPOINT",
        "endpoint invalid",
        "The receiving part of the client (its endpoint) named in a message does not exist.",
    ),
    client(0x8004_0229, "GETCREDENTIALS", "no credentials", "The account to use could not be obtained."),
    client(0x8004_0230, "LOGONUSER", "logon failed", "Logging on with the configured account failed.")
        .causes(&["Wrong password, or the account is locked or expired."]),
    client(
        0x8004_0231,
        "TRANSIENT",
        "passing error",
        "The client expects the problem to go away and will try again; often it is the network.",
    ),
    client(
        0x8004_0232,
        "MESSAGENOTSIGNED",
        "message not signed",
        "A message between client and site carries no signature although one is required.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0233,
        "CCM_E_MESSAGENOTTRUSTED",
        "message not trusted",
        "A message between client and site is signed, but not by somebody the receiver trusts.",
    )
    .causes(&["The client belongs or belonged to another site, or the site's signing certificate changed."])
    .fix(CERTIFICATES),
    client(
        0x8004_0234,
        "INTERNALENDPOINT",
        "internal endpoint",
        "A message from another computer was addressed to a part of the client that accepts local \
         messages only.",
    ),
    client(0x8004_0235, "PARSE_SYNTAX", "syntax error", "Parsing stopped at a syntax error."),
    client(0x8004_0236, "LOWMEMORY", "memory low", "There was too little memory."),
    client(
        0x8004_0237,
        "REPLYMODE_INCOMPATIBLE",
        "reply mode incompatible",
        "The way in which an answer was asked for does not fit the message.",
    ),
    client(
        0x8004_0238,
        "PUBLIC_KEY_NOT_FOUND",
        "public key not found",
        "The public key needed to check a message is not there.",
    )
    .fix(CERTIFICATES),
    client(0x8004_0239, "CLIENT_ID_NOT_FOUND", "client id not found", "The client's identity is not known."),
    client(0x8004_0240, "INSUFFICIENTDISKSPACE", "disk full", "There is not enough free disk space."),
    client(
        0x8004_0241,
        "DATABASE_CONNECT_FAILED",
        "no database connection",
        "The site database could not be reached.",
    ),
    client(
        0x8004_0242,
        "STORED_PROCEDURE_FAILED",
        "stored procedure failed",
        "A procedure in the site database failed.",
    ),
    client(
        0x8004_0243,
        "PUBLIC_KEY_MISMATCH",
        "public key differs",
        "The public key presented is not the one on record.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_027E,
        "CCM_E_BAD_HTTP_STATUS_CODE",
        "bad HTTP status",
        "The management point or another web server answered with an HTTP error, so communication \
         failed.",
    )
    .fix(LOCATION),
    client(
        0x8004_0280,
        "CCM_E_EMPTY_CERT_STORE",
        "certificate store empty",
        "The certificate store that was searched holds no valid certificate.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0281,
        "CCM_E_NO_CERT_MATCHING_CRITERIA",
        "no certificate matches",
        "No valid certificate fits the selection criteria.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0282,
        "CCM_E_TOO_MANY_CERTS",
        "several certificates match",
        "More than one valid certificate fits the selection criteria, and the site does not say to \
         take the first.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0283,
        "CCM_E_MISSING_PRIVATEKEY",
        "private key missing",
        "The selected certificate has no private key on this computer, so nothing can be signed \
         with it.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0284,
        "CCM_E_MISSING_SUBJECT_NAME",
        "subject name missing",
        "The selected certificate has no subject name.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0285,
        "CCM_E_UNKNOWN_SEARCH_CRITERIA",
        "criteria not understood",
        "The certificate selection criteria are written in a way that cannot be understood.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0286,
        "CCM_E_INVALID_SMS_AUTHORITY",
        "SMS authority invalid",
        "By its name: the site authority given to the client is not valid. By the old table: the \
         certificate does not chain to a trusted root.",
    )
    .fix(CERTIFICATES)
    .notes(&["The sources contradict each other and nothing found settles it; both readings are given."])
    .confidence(Confidence::Unknown),
    client(
        0x8004_0287,
        "CCM_E_MISSING_SITE_SIGNING_CERT",
        "site signing certificate missing",
        "The client does not have the certificate with which the site server signs.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0292,
        "",
        "cannot sign a message",
        "A mobile device could not compute the signature that proves who sent a message.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0295,
        "",
        "no registration certificate",
        "A mobile device found no valid client authentication certificate to register with.",
    )
    .fix(CERTIFICATES),
    client(
        0x8004_0300,
        "CCM_E_LOCATION_MPREFRESH",
        "management point list empty",
        "The client refreshed its list of management points and got none.",
    )
    .fix(LOCATION),
    client(
        0x8004_0301,
        "CCM_E_LOCATION_NOAD",
        "not in Active Directory",
        "The client may use Active Directory only and did not find site or management point there.",
    )
    .fix(LOCATION),
    client(
        0x8004_0302,
        "CCM_E_LOCATION_NOTASSIGNED",
        "client not assigned",
        "The action needs a client that is assigned to a site, and this one is not.",
    )
    .fix(LOCATION),
    client(
        0x8004_0303,
        "CCM_E_LOCATION_INTERNALERROR",
        "internal location error",
        "Location services failed for an internal reason.",
    )
    .fix(LOCATION),
    client(
        0x8004_0304,
        "CCM_E_LOCATION_BADSERVERCERT",
        "management point certificate damaged",
        "The certificate received from the management point is damaged or was altered on the way.",
    )
    .fix(LOCATION),
    client(
        0x8004_0305,
        "CCM_E_LOCATION_BADCLIENTCERT",
        "client certificate damaged",
        "The certificate the site system received from the client is damaged or was altered on the \
         way.",
    )
    .fix(LOCATION),
    client(
        0x8004_0306,
        "CCM_E_LOCATION_MPUNREACHABLE",
        "management point unreachable",
        "The client could not connect to the management point to ask where things are.",
    )
    .fix(LOCATION),
    client(
        0x8004_0307,
        "CCM_E_LOCATION_PROXYMPREFRESH",
        "proxy management point list empty",
        "The client refreshed its proxy management points (those of a secondary site) and got none.",
    )
    .fix(LOCATION),
    client(
        0x8004_0308,
        "CCM_E_LOCATION_LOCALMPREFRESH",
        "local management point list empty",
        "The client refreshed its local management points and got none.",
    )
    .fix(LOCATION),
    client(
        0x8004_0309,
        "CCM_E_LOCATION_MESSAGEFAILED",
        "management point not trusted",
        "The client does not trust what the management point sent; logs say that a Send failed \
         with this code.",
    )
    .causes(&["The client's trusted root key belongs to another site or hierarchy."])
    .fix(&[
        "Read CcmMessaging.log and LocationServices.log on the client.",
        "Remove the trusted root key (ccmsetup RESETKEYINFORMATION=TRUE) and let the client fetch \
         the right one.",
    ]),
    client(
        0x8004_0752,
        "E_DCM_DOTNETMISSING",
        ".NET Framework missing",
        "Configuration item evaluation needs the .NET Framework, version 2.0 or later.",
    )
    .fix(COMPLIANCE),
    client(
        0x8004_0756,
        "E_DCM_SDM_REPORTING_FAILED",
        "reporting failed",
        "The client could not report the state of a configuration item.",
    )
    .fix(COMPLIANCE),
    client(
        0x8004_0763,
        "E_DCM_CI_INTERNAL_FAILURE",
        "configuration item failure",
        "Evaluating a configuration item failed inside the client.",
    )
    .causes(&["WMI or the memory of the client process is damaged."])
    .fix(COMPLIANCE),
    client(
        0x8004_0764,
        "E_DCM_SDM_INTERNAL_FAILURE",
        "model failure",
        "The configuration model failed inside the client.",
    )
    .causes(&["WMI, memory or the disk is damaged."])
    .fix(COMPLIANCE),
    client(
        0x8004_0765,
        "E_DCM_SDM_CLRHOST_LAUNCH_FAILURE",
        ".NET host did not start",
        "The process in which configuration items are evaluated did not start.",
    )
    .causes(&["The client or its .NET Framework is not properly installed."])
    .fix(COMPLIANCE),
    client(
        0x8004_0900,
        "",
        "instance left out of inventory",
        "A WMI instance that was inventoried could not be put into the report; its __Path property \
         may be missing.",
    )
    .fix(&["Read InventoryAgent.log on the client."]),
];
