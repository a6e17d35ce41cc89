//! Maintenance commands of the repository, one module each.

#![deny(missing_docs)]

pub mod roots;
