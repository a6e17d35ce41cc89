//! Pre-flight validation of third-party updates.
#![forbid(unsafe_code)]

pub mod codes;
