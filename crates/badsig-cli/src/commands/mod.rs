//! One file a command.

pub(crate) mod cert;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod judge;
pub(crate) mod lock;
pub(crate) mod log;
pub(crate) mod man;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod trust;
pub(crate) mod updates;
pub(crate) mod vendors;
