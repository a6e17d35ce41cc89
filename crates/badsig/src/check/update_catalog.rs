//! The checks of update catalogs: their texts. What finds them is in [`crate::updates`] and
//! [`crate::report`].

use super::{Check, blocks, blocks_where_signatures_count, notes, warns};
use crate::judge::Judged;

/// All checks of catalogs and their updates, in the order of reports.
pub static CATALOG_CHECKS: &[&Check] = &[
    &CATALOG_UNSIGNED,
    &CATALOG_NOT_TRUSTED,
    &CATALOG_MALFORMED,
    &CATALOG_CONTENT_CERTIFICATES,
    &CATALOG_MANIFEST,
    &PACKAGE_MALFORMED,
    &PACKAGE_FIELD_MISSING,
    &PACKAGE_VALUE_INVALID,
    &PACKAGE_DUPLICATE,
    &CONTENT_FILE_NAME,
    &CONTENT_MISSING,
    &CONTENT_SIZE,
    &CONTENT_ADDRESS,
    &NOT_QUIET,
    &METADATA_ONLY,
    &PACKAGE_EXPIRED,
    &CONTENT_WEAK_DIGEST,
];

/// These checks are not run over a subject.
fn nothing(_: &Judged<'_>) -> Vec<String> {
    Vec::new()
}

const BASE: Check =
    Check { id: "", title: "", meaning: "", causes: &[], fix: &[], level: blocks, find: nothing };

pub(crate) static CATALOG_UNSIGNED: Check = Check {
    id: "catalog-unsigned",
    title: "update catalog is not signed",
    meaning: "The cabinet of the update catalog carries no signature. Configuration Manager synchronises signed \
              catalogs only; the last synchronisation is shown as 'Trust Failed' (status message 11508).",
    causes: &["The publisher forgot to sign it.", "It was packed again after it was signed."],
    fix: &["Sign the cabinet, with a time stamp, as the last step of making it."],
    level: blocks_where_signatures_count,
    ..BASE
};

pub(crate) static CATALOG_NOT_TRUSTED: Check = Check {
    id: "catalog-not-trusted",
    title: "signature of the catalog does not hold",
    meaning: "The signature of the update catalog is not valid, so Configuration Manager does not synchronise it \
              (status message 11508).",
    causes: &[
        "The certificate has expired and there is no time stamp.",
        "The cabinet was changed after it was signed.",
        "The root of the signer is not trusted.",
    ],
    fix: &[
        "Sign the catalog again with a valid certificate and a time stamp.",
        "badsig check of the same file says everything about its signature.",
    ],
    level: blocks_where_signatures_count,
    ..BASE
};

pub(crate) static CATALOG_MALFORMED: Check = Check {
    id: "catalog-malformed",
    title: "catalog cannot be read",
    meaning: "The catalog is damaged, or not one of the known forms. The console of Configuration Manager says \
              error 193 for such a file.",
    causes: &["The download was cut off.", "The XML is not well-formed.", "It is another kind of cabinet."],
    fix: &["Look at the line or offset in the message.", "Download the catalog again."],
    ..BASE
};

pub(crate) static CATALOG_CONTENT_CERTIFICATES: Check = Check {
    id: "catalog-content-certificates",
    title: "catalog brings no content certificates",
    meaning: "The catalog does not bring the certificates that its content is signed with. Publishing content fails \
              until an administrator unblocks each of them (status message 11523).",
    causes: &[
        "The catalog has the old form (V1), which has no place for certificates.",
        "The folder ContentCertificates is missing or empty.",
    ],
    fix: &[
        "Put the signer's certificate of every content file into ContentCertificates, named by its SHA-1 thumbprint.",
        "Otherwise unblock the certificates by hand: Administration, Security, Certificates.",
    ],
    level: warns,
    ..BASE
};

pub(crate) static CATALOG_MANIFEST: Check = Check {
    id: "catalog-manifest",
    title: "manifest and packages differ",
    meaning: "update_manifest.json and the packages in the catalog do not name the same updates or dates. Configuration \
              Manager decides by the manifest which updates are new.",
    causes: &["The manifest was not made again when packages were added, changed or removed."],
    fix: &["Make update_manifest.json from the packages: each PackageID with its CreationDate."],
    level: warns,
    ..BASE
};

pub(crate) static PACKAGE_MALFORMED: Check = Check {
    id: "package-malformed",
    title: "package cannot be read",
    meaning: "The XML of the update is not well-formed or not a package, so it cannot be imported.",
    causes: &["It was written by hand or by a program that does not escape text.", "The file was cut off."],
    fix: &["Look at the line in the message, for example with xmllint."],
    ..BASE
};

pub(crate) static PACKAGE_FIELD_MISSING: Check = Check {
    id: "package-field-missing",
    title: "package lacks a required field",
    meaning: "The schema of WSUS requires a field that the package does not have. WSUS does not import it.",
    causes: &["The tool that made the package left it out."],
    fix: &["Add the field that the message names."],
    ..BASE
};

pub(crate) static PACKAGE_VALUE_INVALID: Check = Check {
    id: "package-value-invalid",
    title: "package has a value that is not allowed",
    meaning: "A value of the package is not what the schema of WSUS allows. WSUS does not import it.",
    causes: &[
        "A digest in hexadecimal instead of base64, or of another algorithm than SHA-1.",
        "A GUID with braces, a date in another form, a title longer than 200 characters.",
    ],
    fix: &["Write the value as the message says."],
    ..BASE
};

pub(crate) static PACKAGE_DUPLICATE: Check = Check {
    id: "package-duplicate",
    title: "two packages have the same id",
    meaning: "An earlier package of the catalog has the same PackageID. Only one of them can be in WSUS; which one is \
              not defined.",
    causes: &["A package was copied and not given an id of its own."],
    fix: &["Give each update its own PackageID, or remove one of the two."],
    ..BASE
};

pub(crate) static CONTENT_FILE_NAME: Check = Check {
    id: "content-file-name",
    title: "content file name is not a plain name",
    meaning: "The file name of the content holds a path or characters that Windows does not allow in a name. A program \
              that believed it would write outside of its directory.",
    causes: &[
        "A path was written where only the name belongs.",
        "Somebody tries to have a file put elsewhere.",
    ],
    fix: &["Write the bare file name into FileName."],
    ..BASE
};

pub(crate) static CONTENT_MISSING: Check = Check {
    id: "content-missing",
    title: "content was not found",
    meaning: "The file of the update was not there to be judged, so nothing can be said of it.",
    causes: &[
        "It was not downloaded.",
        "It lies under another name.",
        "Its address does not answer, or not with a file.",
    ],
    fix: &[
        "Put it into the directory of --content under the name that the message gives, or have it downloaded (--download).",
    ],
    level: warns,
    ..BASE
};

pub(crate) static CONTENT_SIZE: Check = Check {
    id: "content-size",
    title: "content is empty or very large",
    meaning: "Content of no bytes cannot be published. System Center Updates Publisher takes packages below 2 GB and \
              publishes up to 375 MB; WSUS has a limit of its own (LocalPublishingMaxCabSize).",
    causes: &["The size was not filled in.", "The installer is large."],
    fix: &[
        "Raise LocalPublishingMaxCabSize of WSUS above the size.",
        "Deploy very large software as an application.",
    ],
    level: warns,
    ..BASE
};

pub(crate) static CONTENT_ADDRESS: Check = Check {
    id: "content-address",
    title: "content is not addressed by https",
    meaning: "The content is downloaded without TLS, or has no address. The digest in the signed catalog protects it \
              all the same; only the catalog itself must come by https.",
    causes: &["Many vendors still state http addresses."],
    fix: &["Offer the files by https."],
    level: notes,
    ..BASE
};

pub(crate) static NOT_QUIET: Check = Check {
    id: "not-quiet",
    title: "installation may not be quiet",
    meaning: "The update may wait for somebody to press a button. Updates are installed where nobody sees them, so it \
              would hang until it is ended.",
    causes: &[
        "The arguments hold no switch that is known to make an installer quiet.",
        "The package says so itself.",
    ],
    fix: &["Add the vendor's switch for a quiet installation, and try it as SYSTEM."],
    level: notes,
    ..BASE
};

pub(crate) static METADATA_ONLY: Check = Check {
    id: "metadata-only",
    title: "update has no content",
    meaning: "The update has no file. It can be used for reports; publishing content for it fails (status message \
              11524).",
    causes: &["It is a detectoid or a bundle.", "It is meant to be published as metadata only."],
    fix: &["Nothing, when that is intended."],
    level: notes,
    ..BASE
};

pub(crate) static PACKAGE_EXPIRED: Check = Check {
    id: "package-expired",
    title: "update is withdrawn",
    meaning: "The package says PublicationState=\"Expired\": it is not offered to clients any more.",
    causes: &["The publisher withdrew it."],
    fix: &["Nothing."],
    level: notes,
    ..BASE
};

pub(crate) static CONTENT_WEAK_DIGEST: Check = Check {
    id: "content-weak-digest",
    title: "content is described by SHA-1 alone",
    meaning: "The only digest of the content is SHA-1, which can be forged by whoever makes the file. The signature of \
              the file is not affected.",
    causes: &["AdditionalDigest is optional, and many publishers leave it out."],
    fix: &["Add `<AdditionalDigest Algorithm=\"SHA256\">`."],
    level: notes,
    ..BASE
};
