//! State messages: what a ConfigMgr client last reported about itself, as a topic and a number, for example
//! `301/6`.
//!
//! Numbers and names are those of ConfigMgr 2007 (a blog's copy of the table, 93 rows; Microsoft's state
//! message documentation uses the same topics). The meanings are ours.

use std::borrow::Cow;

use super::{Confidence, Explanation, Kind};

/// One state of one topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateMessage {
    /// The topic, for example 301.
    pub topic: u32,
    /// The state within the topic.
    pub id: u32,
    /// The state in a few words, as reports show it.
    pub name: &'static str,
    /// What it means where the name does not say it all.
    pub meaning: &'static str,
    /// What to do; empty for states that need nothing done.
    pub fix: &'static [&'static str],
}

/// What the states of a topic are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Topic {
    /// The topic's number.
    pub number: u32,
    /// What the states are about.
    pub title: &'static str,
}

/// The topics of the table.
pub const TOPICS: &[Topic] = &[
    topic(300, "compliance with an update deployment"),
    topic(301, "enforcement (downloading and installing) of an update deployment"),
    topic(302, "evaluation of an update deployment"),
    topic(400, "detection of a configuration item"),
    topic(401, "compliance with a configuration item"),
    topic(402, "enforcement of a configuration item, for example one update"),
    topic(500, "detection of an update"),
    topic(501, "scan against an update source"),
    topic(800, "deployment and assignment of the client"),
    topic(1000, "communication of the client with its management point"),
    topic(1001, "certificate of the client"),
    topic(1100, "readiness of the client for native mode"),
];

const fn topic(number: u32, title: &'static str) -> Topic {
    Topic { number, title }
}

impl StateMessage {
    /// The topic the state belongs to.
    pub fn topic(&self) -> Option<&'static Topic> {
        TOPICS.iter().find(|topic| topic.number == self.topic)
    }

    /// The same as an answer of [`explain`](super::explain).
    pub fn explanation(&self) -> Explanation {
        let about = self.topic().map_or("", |topic| topic.title);
        let meaning = format!("{} Topic {}: {about}.", self.meaning, self.topic);
        let mut explanation =
            Explanation::new(Kind::StateMessage, format!("{}/{}", self.topic, self.id), self.name, meaning);
        explanation.code = Some(self.id);
        explanation.fix = self.fix.iter().copied().map(Cow::Borrowed).collect();
        explanation.source = "state messages of ConfigMgr 2007, as copied by sccm07.blogspot.com";
        explanation.confidence = Confidence::Documented;
        explanation
    }
}

impl Topic {
    /// The states of the topic.
    pub fn states(&self) -> impl Iterator<Item = &'static StateMessage> {
        let number = self.number;
        TABLE.iter().filter(move |state| state.topic == number)
    }

    /// The topic with a list of its states.
    pub fn explanation(&self) -> Explanation {
        let states: Vec<String> = self.states().map(|state| format!("{} {}", state.id, state.name)).collect();
        let meaning = format!("State messages about {}. States: {}.", self.title, states.join("; "));
        let mut explanation =
            Explanation::new(Kind::StateMessage, format!("{}/*", self.number), self.title, meaning);
        explanation.code = Some(self.number);
        explanation.source = "state messages of ConfigMgr 2007, as copied by sccm07.blogspot.com";
        explanation
    }
}

/// The state `id` of `topic`.
pub fn state_message(topic: u32, id: u32) -> Option<&'static StateMessage> {
    TABLE.iter().find(|state| state.topic == topic && state.id == id)
}

/// The topic of that number.
pub fn state_topic(number: u32) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.number == number)
}

const fn state(topic: u32, id: u32, name: &'static str, meaning: &'static str) -> StateMessage {
    StateMessage { topic, id, name, meaning, fix: &[] }
}

const fn failure(
    topic: u32,
    id: u32,
    name: &'static str,
    meaning: &'static str,
    fix: &'static [&'static str],
) -> StateMessage {
    StateMessage { topic, id, name, meaning, fix }
}

const NOTHING_YET: &str = "The client has not reported yet.";
const INSTALL: &[&str] = &[
    "Look up the error code reported with the state.",
    "Read UpdatesDeployment.log, UpdatesHandler.log and WUAHandler.log on the client.",
];
const DOWNLOAD: &[&str] = &[
    "Check that the deployment package is on a distribution point in the client's boundary group.",
    "Read CAS.log and ContentTransferManager.log on the client.",
];
const SCAN: &[&str] = &[
    "Look up the error code reported with the state.",
    "Read ScanAgent.log and WUAHandler.log on the client.",
];
const SETUP: &[&str] = &["Read ccmsetup.log on the client."];
const SETUP_SIGNATURE: &[&str] = &[
    "Read ccmsetup.log on the client for the file and explain the 0x800B... code beside it.",
    "Check the file: badsig check FILE; bring the client's root certificates up to date.",
    "Copy the client source files to the server again if the file is damaged.",
];
const ASSIGNMENT: &[&str] =
    &["Read LocationServices.log and ClientLocation.log on the client.", "Check boundaries and site code."];
const CERTIFICATE: &[&str] =
    &["Read ClientIDManagerStartup.log on the client; look for a valid client authentication \
       certificate."];

/// Every state, in order.
pub(super) const TABLE: &[StateMessage] = &[
    state(300, 0, "Compliance state unknown", NOTHING_YET),
    state(300, 1, "Compliant", "Every update of the deployment is installed or not needed."),
    state(300, 2, "Non-compliant", "At least one update of the deployment is needed and not installed."),
    failure(300, 3, "Conflict detected", "Deployments or policies contradict each other.", INSTALL),
    state(301, 0, "Enforcement state unknown", NOTHING_YET),
    state(301, 1, "Installing updates", "The updates are being installed."),
    state(301, 2, "Waiting for restart", "The client waits for a restart before it goes on."),
    state(
        301,
        3,
        "Waiting for another installation to complete",
        "Another installation is running; only one runs at a time.",
    ),
    state(301, 4, "Successfully installed updates", "All updates of the deployment are installed."),
    state(301, 5, "Pending system restart", "Installed; the computer must restart to finish."),
    failure(
        301,
        6,
        "Failed to install updates",
        "At least one update of the deployment could not be installed.",
        INSTALL,
    ),
    state(301, 7, "Downloading updates", "The updates are being downloaded."),
    state(301, 8, "Downloaded updates", "The updates are in the client's cache."),
    failure(301, 9, "Failed to download updates", "At least one update could not be downloaded.", DOWNLOAD),
    state(
        301,
        10,
        "Waiting for maintenance window before installing",
        "The client waits for its maintenance window.",
    ),
    state(302, 0, "Evaluation state unknown", NOTHING_YET),
    state(302, 1, "Evaluation activated", "The client has begun to evaluate the deployment."),
    state(302, 2, "Evaluation succeeded", "The client knows which updates of the deployment it needs."),
    failure(302, 3, "Evaluation failed", "The client could not find out which updates it needs.", SCAN),
    state(400, 0, "Detection state unknown", NOTHING_YET),
    state(400, 1, "Not required", "The item does not apply to the computer."),
    state(400, 2, "Not detected", "The item applies and is not there."),
    state(400, 3, "Detected", "The item is there."),
    state(401, 0, "Compliance state unknown", NOTHING_YET),
    state(401, 1, "Compliant", "The item is as it should be."),
    state(401, 2, "Non-compliant", "The item is not as it should be."),
    failure(401, 3, "Conflict detected", "Rules for the item contradict each other.", INSTALL),
    failure(401, 4, "Error", "Compliance could not be determined.", SCAN),
    state(402, 0, "Enforcement state unknown", NOTHING_YET),
    state(402, 1, "Enforcement started", "The client has begun to work on the item."),
    state(402, 2, "Enforcement waiting for content", "The client waits for the content to arrive."),
    state(
        402,
        3,
        "Waiting for another installation to complete",
        "Another installation is running; only one runs at a time.",
    ),
    state(
        402,
        4,
        "Waiting for maintenance window before installing",
        "The client waits for its maintenance window.",
    ),
    state(402, 5, "Restart required before installing", "An earlier installation wants a restart first."),
    failure(402, 6, "General failure", "It failed for a reason without a state of its own.", INSTALL),
    state(402, 7, "Pending installation", "It is ready to be installed."),
    state(402, 8, "Installing update", "The update is being installed."),
    state(402, 9, "Pending system restart", "Installed; the computer must restart to finish."),
    state(402, 10, "Successfully installed update", "The update is installed."),
    failure(402, 11, "Failed to install update", "The update could not be installed.", INSTALL),
    state(402, 12, "Downloading update", "The update is being downloaded."),
    state(402, 13, "Downloaded update", "The update is in the client's cache."),
    failure(402, 14, "Failed to download update", "The update could not be downloaded.", DOWNLOAD),
    state(500, 0, "Detection state unknown", NOTHING_YET),
    state(500, 1, "Update is not required", "The update does not apply to the computer."),
    state(500, 2, "Update is required", "The update applies and is not installed."),
    state(500, 3, "Update is installed", "The update is there."),
    state(501, 0, "Scan state unknown", NOTHING_YET),
    state(501, 1, "Scan is waiting for content", "The scan waits for the catalog it scans with."),
    state(501, 2, "Scan is running", "The scan is running."),
    state(501, 3, "Scan completed", "The scan finished."),
    state(501, 4, "Scan is pending retry", "The scan failed and will be tried again."),
    failure(501, 5, "Scan failed", "The scan failed.", SCAN),
    failure(501, 6, "Scan completed with errors", "The scan finished, but part of it failed.", SCAN),
    state(501, 7, "SMS 2003 client", "The computer runs a client too old to report scan states."),
    state(800, 100, "Client deployment started", "The installation of the client has begun."),
    failure(
        800,
        301,
        "Unknown client deployment failure",
        "The client was not installed, for no known reason.",
        SETUP,
    ),
    failure(
        800,
        302,
        "ccmsetup service not created",
        "The service that installs the client could not be created.",
        SETUP,
    ),
    failure(
        800,
        303,
        "ccmsetup service not deleted",
        "The service that installs the client could not be removed.",
        SETUP,
    ),
    failure(
        800,
        304,
        "Write filter active",
        "Windows Embedded protects the system drive with its file based write filter, so the \
         client cannot be installed.",
        &["Turn the write filter off, install, and turn it on again."],
    ),
    failure(
        800,
        305,
        "Native mode not possible on Windows 2000",
        "Native security mode was asked for on Windows 2000, which cannot do it.",
        SETUP,
    ),
    failure(
        800,
        306,
        "ccmsetup download did not start",
        "The download of the client's files could not be started.",
        SETUP,
    ),
    failure(
        800,
        307,
        "ccmsetup command line invalid",
        "The command line of ccmsetup is wrong; the message quotes it.",
        SETUP,
    ),
    failure(
        800,
        308,
        "WinHTTP download failed",
        "A file could not be downloaded over WinHTTP; the message names the address.",
        SETUP,
    ),
    failure(
        800,
        309,
        "BITS download failed",
        "Files could not be downloaded through BITS; the message names the address.",
        SETUP,
    ),
    failure(
        800,
        310,
        "BITS not installed",
        "The required version of BITS (background transfer) could not be installed.",
        SETUP,
    ),
    failure(
        800,
        311,
        "Signature of a prerequisite not verified",
        "It could not be verified that a prerequisite file is signed by Microsoft; the message \
         names the file.",
        SETUP_SIGNATURE,
    ),
    failure(
        800,
        312,
        "Disk full",
        "A file could not be copied because the disk is full.",
        &["Free disk space and install again."],
    ),
    failure(
        800,
        313,
        "client.msi failed",
        "The client's installation package failed; the message gives the Windows Installer error.",
        &["Read client.msi.log on the client; search it for \"return value 3\"."],
    ),
    failure(
        800,
        314,
        "ccmsetup.xml not loaded",
        "The manifest ccmsetup.xml, the list of files to install, could not be loaded.",
        SETUP,
    ),
    failure(
        800,
        315,
        "No client certificate",
        "The certificate the client should present could not be obtained.",
        CERTIFICATE,
    ),
    failure(
        800,
        316,
        "Prerequisite not signed by Microsoft",
        "A prerequisite file is not signed by Microsoft; the message names the file.",
        SETUP_SIGNATURE,
    ),
    state(800, 317, "Restart required", "The computer must restart before the installation can go on."),
    failure(
        800,
        318,
        "Client and management point versions differ",
        "The client was not installed on the management point because their versions differ.",
        SETUP,
    ),
    failure(
        800,
        319,
        "Operating system not supported",
        "The client does not support this version or service pack of Windows.",
        SETUP,
    ),
    state(800, 400, "Client deployment succeeded", "The client is installed."),
    state(800, 500, "Client assignment started", "The client has begun to look for its site."),
    failure(
        800,
        601,
        "Unknown client assignment failure",
        "The client was not assigned to a site, for no known reason.",
        ASSIGNMENT,
    ),
    failure(
        800,
        602,
        "Site code invalid",
        "The site code given to the client is not valid; the message quotes it.",
        ASSIGNMENT,
    ),
    failure(
        800,
        603,
        "Management point refused assignment",
        "Assigning the client to a management point failed; the message names it.",
        ASSIGNMENT,
    ),
    failure(
        800,
        604,
        "No default management point",
        "The client found no default management point.",
        ASSIGNMENT,
    ),
    failure(
        800,
        605,
        "Site signing certificate not downloaded",
        "The client could not download the certificate with which the site signs.",
        ASSIGNMENT,
    ),
    failure(
        800,
        606,
        "Site code not discovered",
        "The client could not find out its site code by itself.",
        ASSIGNMENT,
    ),
    failure(
        800,
        607,
        "Client newer than site",
        "The client was not assigned because its version is higher than the site's.",
        ASSIGNMENT,
    ),
    failure(
        800,
        608,
        "Site version not found",
        "Neither Active Directory nor the server locator point told the site's version.",
        ASSIGNMENT,
    ),
    failure(
        800,
        609,
        "Client version not found",
        "The client's own version could not be determined.",
        ASSIGNMENT,
    ),
    state(800, 700, "Client assignment succeeded", "The client belongs to its site."),
    state(1000, 1, "Management point reached", "The client communicates with its management point."),
    failure(
        1000,
        2,
        "Management point not reached",
        "The client cannot communicate with its management point.",
        ASSIGNMENT,
    ),
    state(
        1001,
        1,
        "Certificate retrieved",
        "The client gets its certificate from the local certificate store.",
    ),
    failure(
        1001,
        2,
        "Certificate not retrieved",
        "The client cannot get a certificate from the local certificate store.",
        CERTIFICATE,
    ),
    failure(
        1100,
        1,
        "Not ready for native mode",
        "The client does not yet meet the conditions for native mode.",
        CERTIFICATE,
    ),
    state(1100, 2, "Ready for native mode", "The client meets the conditions for native mode."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn has_ninety_three_states_once_each() {
        let states: BTreeSet<(u32, u32)> = TABLE.iter().map(|state| (state.topic, state.id)).collect();
        assert_eq!(states.len(), 93);
        assert_eq!(TABLE.len(), 93);
    }

    #[test]
    fn every_state_has_a_topic_and_every_topic_states() {
        assert!(TABLE.iter().all(|state| state.topic().is_some()));
        assert!(TOPICS.iter().all(|topic| topic.states().count() > 0));
    }

    #[test]
    fn has_exactly_the_rows_of_the_seed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/state-messages.tsv");
        let Ok(table) = std::fs::read_to_string(path) else {
            println!("skipped: {path} is not there");
            return;
        };
        let rows: Vec<(u32, u32)> = table
            .lines()
            .skip(1)
            .map(|line| {
                let mut fields = line.split('\t').map(|field| field.parse().unwrap_or(u32::MAX));
                (fields.next().unwrap(), fields.next().unwrap())
            })
            .collect();
        assert_eq!(rows, TABLE.iter().map(|state| (state.topic, state.id)).collect::<Vec<_>>());
    }
}
