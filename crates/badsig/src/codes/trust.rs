//! Texts for the codes of WinVerifyTrust and of certificate chain building.
//!
//! Meanings are those of Microsoft's tables; causes and remedies say what the code means for somebody who
//! wants to publish or install a third-party update.

use super::hresult::*;
use super::{ANOTHER_PUBLISHER, Kind};

const HEAD: (Kind, &str) = (Kind::Trust, "Microsoft, COM Error Codes (Security and Setup)");

const fn trust(code: u32, symbol: &'static str, title: &'static str, meaning: &'static str) -> HResultEntry {
    HResultEntry::new(HEAD, code, symbol, title, meaning)
}

const ASK_FOR_REISSUE: &[&str] = &["Ask the vendor to sign again with a certificate that is in order."];
const DOWNLOAD_AGAIN: &[&str] = &[
    "Download the file again from the vendor and compare its hash with the published one.",
    "If it fails again, tell the vendor; do not publish the file.",
];
const NOT_ABOUT_THE_FILE: &[&str] =
    &["Check on another computer: the cause is the installation of Windows, rarely the file."];

/// The trust and certificate codes.
pub(super) const TABLE: &[HResultEntry] = &[
    trust(S_OK, "S_OK", "valid", "The signature verifies and chains to a trusted root."),
    trust(
        TRUST_E_SYSTEM_ERROR,
        "TRUST_E_SYSTEM_ERROR",
        "trust check broke down",
        "Windows met an error of its own while verifying the signature; this says nothing about \
         the file.",
    )
    .causes(&[
        "The cryptographic services are damaged or stopped.",
        "Memory or disk trouble on the computer that checked.",
    ])
    .fix(NOT_ABOUT_THE_FILE),
    trust(
        TRUST_E_NO_SIGNER_CERT,
        "TRUST_E_NO_SIGNER_CERT",
        "signer certificate missing",
        "The signature does not carry the certificate of its signer, or carries one that cannot be \
         used.",
    )
    .causes(&[
        "The certificates were stripped from the signature.",
        "A signing tool wrote an incomplete signature.",
    ])
    .fix(ASK_FOR_REISSUE),
    trust(
        TRUST_E_COUNTER_SIGNER,
        "TRUST_E_COUNTER_SIGNER",
        "countersignature invalid",
        "A countersignature does not verify. Timestamps of the older kind (PKCS #9) are \
         countersignatures.",
    )
    .causes(&[
        "The timestamp was damaged or belongs to another signature.",
        "The timestamp authority's certificate is not in order.",
    ])
    .fix(&["Ask the vendor to timestamp the file again."])
    .notes(&["That a bad PKCS #9 timestamp gives this code and a bad RFC 3161 timestamp 0x80096005 is \
              inferred."])
    .see(&["0x80096005"]),
    trust(
        TRUST_E_CERT_SIGNATURE,
        "TRUST_E_CERT_SIGNATURE",
        "certificate signature wrong",
        "The signature on one of the certificates in the chain does not verify.",
    )
    .causes(&[
        "A certificate was altered or damaged.",
        "It is signed with an algorithm or key size that Windows now refuses.",
    ])
    .fix(ASK_FOR_REISSUE),
    trust(
        TRUST_E_TIME_STAMP,
        "TRUST_E_TIME_STAMP",
        "timestamp invalid",
        "The timestamp, the independent proof of when the file was signed, is malformed or cannot \
         be verified.",
    )
    .causes(&[
        "The timestamp is damaged or covers another signature.",
        "The timestamp authority's certificate is not trusted or not meant for timestamping.",
    ])
    .fix(&[
        "Ask the vendor to timestamp the file again.",
        "See which part of the timestamp fails: badsig inspect FILE.",
    ])
    .see(&["0x80096003"]),
    trust(
        TRUST_E_BAD_DIGEST,
        "TRUST_E_BAD_DIGEST",
        "file changed after signing",
        "The contents do not have the digest that was signed: the file is not the one the vendor \
         signed.",
    )
    .causes(&[
        "The download is incomplete or was altered on the way.",
        "A tool changed the file after it was signed (branding, editing MSI properties, resource \
         editing).",
        "Malware attached itself to the file.",
    ])
    .fix(DOWNLOAD_AGAIN)
    .see(&["HASH_FAIL"]),
    trust(
        TRUST_E_MALFORMED_SIGNATURE,
        "TRUST_E_MALFORMED_SIGNATURE",
        "signature malformed",
        "The signature is built in a way that Windows refuses.",
    )
    .causes(&["A signing tool wrote an invalid structure."])
    .fix(ASK_FOR_REISSUE)
    .notes(&["Only newer headers define this code; Microsoft's table of COM error codes does not list \
              it."]),
    trust(
        TRUST_E_BASIC_CONSTRAINTS,
        "TRUST_E_BASIC_CONSTRAINTS",
        "basic constraints broken",
        "A certificate in the chain is used as an authority although it may not be one, or the \
         other way round.",
    )
    .causes(&["The chain contains a certificate that was not issued as a certificate authority."])
    .fix(ASK_FOR_REISSUE),
    trust(
        TRUST_E_FINANCIAL_CRITERIA,
        "TRUST_E_FINANCIAL_CRITERIA",
        "financial criteria not met",
        "The certificate does not meet, or does not contain, the Authenticode financial criteria, \
         an extension of the 1990s.",
    )
    .causes(&["A very old signing policy is in force."])
    .fix(ASK_FOR_REISSUE),
    trust(
        TRUST_E_PROVIDER_UNKNOWN,
        "TRUST_E_PROVIDER_UNKNOWN",
        "no such trust provider",
        "Windows has no trust provider (the component that judges one kind of signature) for the \
         request.",
    )
    .causes(&["The cryptographic registration of Windows is damaged."])
    .fix(NOT_ABOUT_THE_FILE),
    trust(
        TRUST_E_ACTION_UNKNOWN,
        "TRUST_E_ACTION_UNKNOWN",
        "trust action not supported",
        "The trust provider does not offer the check that was asked for.",
    )
    .causes(&[
        "The program that checked asked for an unusual kind of check.",
        "The cryptographic registration of Windows is damaged.",
    ])
    .fix(NOT_ABOUT_THE_FILE),
    trust(
        TRUST_E_SUBJECT_FORM_UNKNOWN,
        "TRUST_E_SUBJECT_FORM_UNKNOWN",
        "file type cannot be signed",
        "Windows has no component that can find a signature in this kind of file, so the file \
         counts as unsigned.",
    )
    .causes(&[
        "The file is not an EXE, MSI, MSP or CAB, whatever its name says.",
        "The file is empty or its beginning is damaged.",
    ])
    .fix(&[
        "See what the file is: badsig inspect FILE.",
        "Download it again; an error page saved under the installer's name is a common find.",
    ])
    .see(&["0x800B0100"]),
    trust(
        TRUST_E_SUBJECT_NOT_TRUSTED,
        "TRUST_E_SUBJECT_NOT_TRUSTED",
        "not trusted for this use",
        "A signature is there, but its signer is not trusted for what is being done.",
    )
    .causes(&[
        "On a client: the WSUS signing certificate is in Trusted Root but not in Trusted \
         Publishers.",
        "On the site server or console: the WSUS signing certificate is in neither store.",
        "A policy allows only listed publishers.",
    ])
    .fix(&[
        "Deploy the WSUS signing certificate to Trusted Publishers, and to Trusted Root if it is \
         self-signed.",
        "Check the policy that allows signed updates from an intranet Microsoft update service \
         location.",
    ])
    .see(&["0x80073633", "0x800B0109", "0x8024B303"]),
    trust(
        DIGSIG_E_DECODE,
        "DIGSIG_E_DECODE",
        "signature unreadable",
        "The bytes of the signature are not valid ASN.1, the notation in which signatures are \
         written.",
    )
    .causes(&["The signature was damaged or cut short.", "A signing tool wrote invalid data."])
    .fix(DOWNLOAD_AGAIN),
    trust(
        TRUST_E_NOSIGNATURE,
        "TRUST_E_NOSIGNATURE",
        "not signed",
        "No signature was found in the file. Windows also answers this for some signatures that it \
         cannot accept.",
    )
    .causes(&[
        "The vendor does not sign this installer.",
        "The signature was stripped on the way, or the download is incomplete.",
        "The file is signed only through a separate security catalog (.cat), which does not count \
         here.",
        "Data was appended to the signature and EnableCertPaddingCheck, a hardening setting of \
         Windows, is on.",
    ])
    .fix(&[
        "Ask the vendor for a signed build.",
        ANOTHER_PUBLISHER,
        "Publish metadata only if knowing who needs the update is enough.",
        "Deploy it as a ConfigMgr application instead of an update.",
        "Signing it yourself changes its hash, so the vendor's update catalog no longer fits: you \
         would need your own catalog and an approved certificate.",
    ])
    .notes(&[
        "Sources contradict each other on EnableCertPaddingCheck: this code, or 0x800B0004.",
        "WinVerifyTrust gives this code for missing and for some invalid signatures alike.",
    ])
    .see(&["11516", "TRUST_FAIL_BADSIG", "0x800B0003"]),
    trust(
        CERT_E_EXPIRED,
        "CERT_E_EXPIRED",
        "certificate expired",
        "A certificate in the chain was not valid at the time that counts: the timestamp's if \
         there is one, otherwise now.",
    )
    .causes(&[
        "The signer's certificate has expired and the signature has no timestamp.",
        "The timestamp lies outside the certificate's validity.",
        "The certificate is marked for lifetime signing, so a timestamp does not extend it.",
        "The clock is wrong on the computer that checks.",
        "On a client: the WSUS signing certificate expired and the package was not timestamped.",
    ])
    .fix(&[
        "Ask the vendor for a build that is signed with a current certificate and timestamped.",
        "For packages made by WSUS: renew the WSUS signing certificate, turn on timestamping and \
         publish again.",
    ]),
    trust(
        CERT_E_VALIDITYPERIODNESTING,
        "CERT_E_VALIDITYPERIODNESTING",
        "validity periods do not nest",
        "A certificate is valid outside the validity of the certificate that issued it.",
    )
    .causes(&["The issuing authority made a certificate that outlives it."])
    .fix(ASK_FOR_REISSUE),
    trust(
        CERT_E_ROLE,
        "CERT_E_ROLE",
        "wrong role in the chain",
        "A certificate that may only be an authority signed the file, or one that may only be an \
         end certificate issued another.",
    )
    .causes(&["The wrong certificate was used for signing."])
    .fix(ASK_FOR_REISSUE),
    trust(
        CERT_E_PATHLENCONST,
        "CERT_E_PATHLENCONST",
        "chain too long",
        "An authority in the chain limits how many authorities may stand below it, and there are \
         more.",
    )
    .causes(&["An authority issued another one against the limit in its own certificate."])
    .fix(ASK_FOR_REISSUE),
    trust(
        CERT_E_CRITICAL,
        "CERT_E_CRITICAL",
        "unknown critical extension",
        "A certificate contains an extension marked as critical which the verifier does not know, \
         so it must be refused.",
    )
    .causes(&["A certificate made for a special use, or a verifier older than the extension."])
    .fix(ASK_FOR_REISSUE),
    trust(
        CERT_E_PURPOSE,
        "CERT_E_PURPOSE",
        "wrong purpose",
        "A certificate is used for a purpose its issuing authority did not provide for.",
    )
    .causes(&["The signer's certificate was not issued for code signing."])
    .fix(ASK_FOR_REISSUE)
    .see(&["0x800B0110"]),
    trust(
        CERT_E_ISSUERCHAINING,
        "CERT_E_ISSUERCHAINING",
        "issuer did not issue",
        "The certificate named as issuer did not issue the certificate below it.",
    )
    .causes(&["The signature carries the wrong intermediate certificate."])
    .fix(ASK_FOR_REISSUE)
    .see(&["0x800B010A"]),
    trust(
        CERT_E_MALFORMED,
        "CERT_E_MALFORMED",
        "certificate malformed",
        "A certificate lacks a field it needs, for example its subject or issuer.",
    )
    .causes(&["A certificate was damaged or badly made."])
    .fix(ASK_FOR_REISSUE),
    trust(
        CERT_E_UNTRUSTEDROOT,
        "CERT_E_UNTRUSTEDROOT",
        "root not trusted",
        "The chain is complete, but the root it ends in is not trusted by the computer that checks.",
    )
    .causes(&[
        "The file is signed with a private or self-signed certificate.",
        "The computer is offline and its root certificates are not up to date.",
        "On a client: the WSUS signing certificate is not in Trusted Root.",
    ])
    .fix(&[
        "If the root belongs to the Microsoft root program: bring the computer's root certificates \
         up to date.",
        "If it is your own WSUS signing certificate: deploy it to Trusted Root and Trusted \
         Publishers.",
        "Otherwise ask the vendor for a publicly trusted signature; do not import a root you \
         cannot vouch for.",
    ])
    .see(&["0x8024B303", "0x800B010A"]),
    trust(
        CERT_E_CHAINING,
        "CERT_E_CHAINING",
        "chain cannot be built",
        "The chain from the signer's certificate to a trusted root could not be completed: an \
         issuer's certificate is missing.",
    )
    .causes(&[
        "An intermediate certificate is neither in the file nor on the computer, and could not be \
         downloaded.",
        "The root is not installed because the computer does not receive root updates.",
    ])
    .fix(&[
        "Open the file's Digital Signatures tab, view the certification path and install the \
         missing intermediate or root certificate.",
        "Let the SYSTEM account reach the addresses given in the certificates, or distribute the \
         certificates by policy.",
        "Ask the vendor to include the intermediate certificates in the signature.",
    ])
    .notes(&["Patch Management (Altiris) reports this as exit code -2146762486 with status 5 (Broadcom \
              KB 164958)."])
    .see(&["aexpatch:192", "0x800B0109"]),
    trust(
        TRUST_E_FAIL,
        "TRUST_E_FAIL",
        "trust check failed",
        "Trust could not be established; the code gives no reason. Installers use it as the final \
         word after a more exact code.",
    )
    .causes(&["A more exact code stands further up in the log, for example 0x800B010E."])
    .fix(&["Look in the installer's log for the first 0x800B... code and explain that one."])
    .see(&["0x800B010E", "0x800B0100"]),
    trust(
        CERT_E_REVOKED,
        "CERT_E_REVOKED",
        "certificate revoked",
        "A certificate in the chain was revoked: its authority withdrew it before it expired.",
    )
    .causes(&[
        "The signing key was stolen or misused.",
        "The vendor or the authority withdrew the certificate for another reason, and the file was \
         not timestamped before that.",
    ])
    .fix(&["Do not publish the file. Ask the vendor why the certificate was revoked and for a build \
            signed with another one."]),
    trust(
        CERT_E_UNTRUSTEDTESTROOT,
        "CERT_E_UNTRUSTEDTESTROOT",
        "test root",
        "The chain ends in Microsoft's test root, and test roots are not accepted on this computer.",
    )
    .causes(&["A development build was published by mistake."])
    .fix(&["Ask the vendor for a release build."])
    .see(&["state:0x80"]),
    trust(
        CERT_E_REVOCATION_FAILURE,
        "CERT_E_REVOCATION_FAILURE",
        "revocation not checked",
        "Whether a certificate was revoked could not be found out, and the settings of this user \
         do not tolerate that.",
    )
    .causes(&[
        "The addresses of the revocation lists (CRL) or of OCSP cannot be reached; SYSTEM may have \
         no proxy.",
        "The WinTrust State of this user does not accept an offline revocation server, for example \
         0xC9.",
    ])
    .fix(&[
        "Let the account reach the CRL and OCSP addresses; for SYSTEM set the WinHTTP proxy.",
        "Read the State value of the user that installs and explain it (badsig explain \
         state:0x...); the default is 0x23C00.",
    ])
    .see(&["state:0xC9", "state:0x23C00", "0x80092013"]),
    trust(
        CERT_E_CN_NO_MATCH,
        "CERT_E_CN_NO_MATCH",
        "name does not match",
        "The name in the certificate is not the one that was expected.",
    )
    .causes(&["Mostly a matter of servers: the certificate is for another host name."])
    .fix(&["Use the name the certificate was issued for, or a certificate for the name in use."]),
    trust(
        CERT_E_WRONG_USAGE,
        "CERT_E_WRONG_USAGE",
        "not for code signing",
        "A certificate in the chain may not be used for this: its extended key usages (the list of \
         allowed uses) do not include code signing.",
    )
    .causes(&[
        "The file was signed with a certificate meant for servers or e-mail.",
        "The root program allows this root for other uses only.",
    ])
    .fix(ASK_FOR_REISSUE),
    trust(
        TRUST_E_EXPLICIT_DISTRUST,
        "TRUST_E_EXPLICIT_DISTRUST",
        "explicitly distrusted",
        "The signer's certificate, or the file itself, is on a list of things this computer must \
         not trust.",
    )
    .causes(&[
        "The certificate is in the Untrusted Certificates store or on Microsoft's distrust list.",
        "An administrator blocked it.",
    ])
    .fix(&["Do not publish the file. Find out why the certificate is distrusted before anything else."]),
    trust(
        CERT_E_UNTRUSTEDCA,
        "CERT_E_UNTRUSTEDCA",
        "authority not trusted",
        "A certificate authority in the chain is not trusted for this.",
    )
    .causes(&["A policy restricts which authorities may be used."])
    .fix(&["Compare the chain with the policy that names the allowed authorities."]),
    trust(
        CERT_E_INVALID_POLICY,
        "CERT_E_INVALID_POLICY",
        "certificate policy not acceptable",
        "The chain does not fulfil the certificate policies that its authorities demand.",
    )
    .causes(&["An authority requires a policy that a certificate below it lacks."])
    .fix(ASK_FOR_REISSUE),
    trust(
        CERT_E_INVALID_NAME,
        "CERT_E_INVALID_NAME",
        "name constraint broken",
        "An authority in the chain may only certify certain names, and the signer's name is not \
         among them.",
    )
    .causes(&["A private authority with name constraints issued a certificate outside them."])
    .fix(ASK_FOR_REISSUE),
    trust(
        CRYPT_E_FILE_ERROR,
        "CRYPT_E_FILE_ERROR",
        "file cannot be read",
        "The file could not be read while its signature was looked for.",
    )
    .causes(&["The file is missing, locked, or access is denied.", "The network share went away."])
    .fix(&["Check path, permissions and locks, then try again."]),
    trust(
        CRYPT_E_REVOKED,
        "CRYPT_E_REVOKED",
        "certificate revoked",
        "A certificate was revoked; the general chain policy says it with this code, the \
         code-signing policy with 0x800B010C.",
    )
    .causes(&["See 0x800B010C."])
    .fix(&["Do not publish the file. Ask the vendor for a build signed with another certificate."])
    .see(&["0x800B010C"]),
    trust(
        CRYPT_E_NO_REVOCATION_CHECK,
        "CRYPT_E_NO_REVOCATION_CHECK",
        "revocation cannot be checked",
        "Revocation could not be checked for a certificate, for example because it names no place \
         to ask.",
    )
    .causes(&["The certificate has no address for revocation information."])
    .fix(&["For an internal authority: publish a revocation list and put its address in the \
            certificates."])
    .see(&["0x800B010E", "0x80092013"]),
    trust(
        CRYPT_E_REVOCATION_OFFLINE,
        "CRYPT_E_REVOCATION_OFFLINE",
        "revocation server offline",
        "The place that knows about revoked certificates did not answer.",
    )
    .causes(&[
        "No route, no proxy for this account, or a firewall in between.",
        "The authority's server is down.",
    ])
    .fix(&["Let the account reach the CRL and OCSP addresses in the certificates; for SYSTEM set the \
            WinHTTP proxy."])
    .see(&["0x800B010E"]),
    trust(
        CRYPT_E_SECURITY_SETTINGS,
        "CRYPT_E_SECURITY_SETTINGS",
        "blocked by local policy",
        "A security setting of this computer forbids what was asked.",
    )
    .causes(&[
        "A policy allows trusted publishers only, and this publisher is not one.",
        "A software restriction or certificate rule names the file or its signer.",
    ])
    .fix(&["Look for publisher and certificate rules in the applied group policies; add the publisher \
            to Trusted Publishers if it belongs there."])
    .notes(&["That a publisher missing from Trusted Publishers leads here, rather than to 0x800B0004, \
              is inferred."])
    .see(&["state:0x40000"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_forty_codes_and_success() {
        assert_eq!(TABLE.len(), 41);
    }

    #[test]
    fn unsigned_says_what_can_be_done_without_a_signature() {
        let entry = hresult(TRUST_E_NOSIGNATURE).unwrap();
        let remedy = entry.fix.join(" ");
        for way in ["vendor", "SCUP", "metadata only", "application"] {
            assert!(remedy.contains(way), "{way}");
        }
    }
}
