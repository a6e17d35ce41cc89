//! Codes of the Windows Update agent (0x8024xxxx), which scans, downloads and installs on the client.

use super::Kind;
use super::hresult::*;

const HEAD: (Kind, &str) = (Kind::WindowsUpdate, "Microsoft, Windows Update error codes by component");

const fn agent(code: u32, symbol: &'static str, title: &'static str, meaning: &'static str) -> HResultEntry {
    HResultEntry::new(HEAD, code, symbol, title, meaning)
}

const NETWORK: &[&str] = &[
    "Check that the client reaches the WSUS server: name, port, proxy settings of SYSTEM, certificate.",
    "Read WUAHandler.log and the Windows Update log on the client.",
];
const AGENT: &[&str] =
    &["Read WUAHandler.log and the Windows Update log (Get-WindowsUpdateLog) on the client."];

/// The codes, in order of value.
pub(super) const TABLE: &[HResultEntry] = &[
    agent(
        0x8024_0013,
        "WU_E_DUPLICATE_ITEM",
        "duplicate item",
        "The agent was to add something to a list that already holds it, for example a file to its \
         list of locations.",
    )
    .fix(AGENT),
    agent(
        WU_E_INVALID_UPDATE,
        "WU_E_INVALID_UPDATE",
        "update metadata invalid",
        "The description of an update is not valid.",
    )
    .causes(&["A third-party update was published with a faulty definition (SDP)."])
    .fix(&[
        "Check the definition: badsig updates check CATALOG.",
        "Find the update in the Windows Update log, correct it and publish it again.",
    ]),
    agent(
        0x8024_001E,
        "WU_E_SERVICE_STOP",
        "service stopping",
        "The operation did not finish because the service or the computer was shutting down.",
    )
    .fix(&["Try again after the restart."]),
    agent(
        0x8024_0032,
        "WU_E_INVALID_CRITERIA",
        "search criteria invalid",
        "The agent was asked to search with criteria it does not understand, and the scan failed.",
    )
    .fix(AGENT),
    agent(
        WU_E_UH_CUSTOMINSTALLER_INVALID_SIGNATURE,
        "WU_E_UH_CUSTOMINSTALLER_INVALID_SIGNATURE",
        "installer signature invalid",
        "The signature of the update's own installer program does not verify on the client.",
    )
    .causes(&[
        "The signer is not in Trusted Publishers, or its chain cannot be built.",
        "The file was altered.",
    ])
    .fix(&[
        "Check the file: badsig check FILE.",
        "See that the certificates of the chain and the WSUS signing certificate are on the client.",
    ])
    .see(&["0x800B0109", "0x800B010A"]),
    agent(
        0x8024_400A,
        "WU_E_PT_SOAPCLIENT_PARSE",
        "answer not understood",
        "The agent could not parse what the update server answered.",
    )
    .fix(NETWORK)
    .notes(&["The copied ConfigMgr 2007 table gives a decimal for this code that belongs to no code at \
              all."]),
    agent(
        0x8024_400D,
        "WU_E_PT_SOAP_CLIENT",
        "request malformed",
        "The update server found the agent's message malformed.",
    )
    .fix(NETWORK),
    agent(
        0x8024_4021,
        "WU_E_PT_HTTP_STATUS_BAD_GATEWAY",
        "bad gateway (HTTP 502)",
        "A proxy or gateway between client and update server got an unusable answer.",
    )
    .fix(NETWORK),
    agent(
        0x8024_4022,
        "WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL",
        "server unavailable (HTTP 503)",
        "The update server is overloaded or stopped for the moment.",
    )
    .causes(&["The application pool of WSUS has stopped or ran out of memory."])
    .fix(&[
        "Look at the WsusPool application pool in IIS; raise its private memory limit.",
        "Decline old updates and maintain the WSUS database.",
    ]),
    agent(
        0x8024_402C,
        "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED",
        "name not resolved",
        "The name of the update server or of the proxy could not be resolved.",
    )
    .aliases(&["ERROR_WINHTTP_NAME_NOT_RESOLVED"])
    .fix(NETWORK),
    agent(
        WU_E_DM_INCORRECTFILEHASH,
        "WU_E_DM_INCORRECTFILEHASH",
        "file hash wrong",
        "A downloaded file does not have the hash that the update's description gives.",
    )
    .causes(&[
        "The content changed on the server or on the way.",
        "The agent's own records and the policy of the ConfigMgr client no longer agree.",
    ])
    .fix(&[
        "Redistribute the deployment package; publish the update again if the file was replaced.",
        "Let the client scan again so that it reads the current description.",
    ])
    .see(&["0x8007F0F5", "HASH_FAIL"]),
    agent(
        WU_E_DM_UNKNOWNALGORITHM,
        "WU_E_DM_UNKNOWNALGORITHM",
        "hash algorithm unknown",
        "The update's description names a hash algorithm the agent does not know.",
    )
    .fix(&["Publish the update again with a SHA-1 or SHA-256 digest; check it with badsig updates \
            check CATALOG."]),
    agent(
        WU_E_DM_UNEXPECTED,
        "WU_E_DM_UNEXPECTED",
        "download failed",
        "The download manager failed for a reason without a code of its own.",
    )
    .fix(AGENT),
    agent(
        WU_E_TRUST_SUBJECT_NOT_TRUSTED,
        "WU_E_TRUST_SUBJECT_NOT_TRUSTED",
        "signer not trusted",
        "The agent downloaded the update and does not trust the one who signed it; the log shows \
         0x800B0109 before.",
    )
    .causes(&["The WSUS signing certificate is not in Trusted Root and Trusted Publishers on the client."])
    .fix(&[
        "Deploy the WSUS signing certificate to both stores.",
        "Turn on the policy that allows signed updates from an intranet Microsoft update service \
         location.",
    ])
    .notes(&["The name comes from the agent's headers; that the WSUS certificate is the usual cause, \
              from a vendor's knowledge base (Patch My PC)."])
    .see(&["0x800B0109", "0x800B0004"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_of_the_facility() {
        assert!(TABLE.iter().all(|entry| entry.code.0 >> 16 == 0x8024));
    }
}
