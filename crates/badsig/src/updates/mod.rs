//! Third-party update catalogs: what Configuration Manager subscribes to, and what WSUS publishers import.
//!
//! An *update catalog* is a signed cabinet of XML that describes updates (software distribution packages, SDP) and
//! points to their content, with size and digests. Three forms exist: V1, one `SystemsManagementCatalog` in one XML;
//! V2, one `.sdp` for each update in `V2/`, with `update_manifest.json` and the certificates of the content's signers in
//! `ContentCertificates/`; V3, which adds categories. A bare XML or `.sdp` is read as well.
//!
//! This module reads, and says what is wrong with the descriptions. It downloads nothing, and looks for no file; what becomes of
//! an update with its content is decided in [`report`](crate::report).

mod builder;
pub(crate) mod catalog;
mod expected;
pub(crate) mod lint;
mod members;
mod namespaces;
pub mod package;
mod packages;
mod place;
mod supplement;
pub(crate) mod values;
mod xml;

pub use catalog::{Catalog, CatalogEntry, CatalogForm};
pub use expected::{Expected, plain_name};
pub use lint::Linter;
pub use members::{CabinetMembers, DirectoryMembers, Members};
pub use package::Package;
pub use packages::Packages;
pub use supplement::{ManifestCheck, Supplement};
pub use values::to_base64;
pub use xml::XmlError;
