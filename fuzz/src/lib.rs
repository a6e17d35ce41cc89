//! What the fuzz targets share: the functions that take bytes, and a mutator that knows PE files and compound files.

pub mod structure;
pub mod targets;
