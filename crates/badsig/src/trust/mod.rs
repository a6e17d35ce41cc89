//! Whom Windows trusts, and for what.

pub mod root_program;
