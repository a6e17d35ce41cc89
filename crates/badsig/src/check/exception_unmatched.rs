//! `exception-unmatched`: nothing in the run needed an exception.

use super::{Check, warns};

pub(crate) static CHECK: Check = Check {
    id: "exception-unmatched",
    title: "exception that nothing needs",
    meaning: "The policy has an exception that covered no finding in this run. Left standing, it waits for a file that \
              nobody has looked at.",
    causes: &[
        "The vendor mended what the exception was made for.",
        "The file is not part of this run, or its path, digest or product changed.",
    ],
    fix: &["Remove the exception, or correct what it is about."],
    level: warns,
    // Found at the end of a run (`report::UsedExceptions`).
    find: |_| Vec::new(),
};
