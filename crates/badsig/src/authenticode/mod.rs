//! Authenticode: what the signature blobs of a file say, and whether their arithmetic holds.
//!
//! Reading starts in [`read`]; the outcome is [`facts`]. Chains and dates are judged elsewhere.

pub mod catalog;
pub mod certificate;
pub mod certificate_file;
pub mod ctl;
pub mod der;
mod der_time;
pub(crate) mod der_writer;
pub(crate) mod extension;
pub mod facts;
pub mod general_name;
pub mod indirect_data;
pub mod name;
pub mod name_matching;
pub mod oid;
pub(crate) mod pem;
pub mod program;
pub mod public_key;
pub mod read;
pub mod signed_data;
pub(crate) mod signer;
pub mod spc;
mod timestamp;
