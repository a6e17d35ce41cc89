//! Pre-flight validation of third-party updates.
