//! The command `badsig`.
fn main() {}
