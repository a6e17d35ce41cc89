//! Names for what stands in certificates as numbers.
