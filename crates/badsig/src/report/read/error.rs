//! Why a report cannot be judged again.

use std::io;

/// Why a report cannot be judged again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The operating system did not give the bytes.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is text in 16-bit units, as the redirection of PowerShell 5 writes it.
    #[error("is UTF-16, not UTF-8: write the report with --output json=FILE, not with > in PowerShell")]
    Utf16,
    /// It is not what a report is. The message of the JSON reader has line and column.
    #[error("is no report, or damaged: {0}")]
    Damaged(String),
}

impl From<serde_json::Error> for ReportError {
    fn from(error: serde_json::Error) -> ReportError {
        match error.classify() {
            serde_json::error::Category::Io => ReportError::Io(error.into()),
            _ => ReportError::Damaged(error.to_string()),
        }
    }
}
