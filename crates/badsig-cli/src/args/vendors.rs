//! What was typed after `badsig vendors`.

use std::path::PathBuf;

use badsig::UtcTime;
use clap::{Args, Subcommand, ValueEnum};

use super::{ConnectionArguments, DownloadArguments, ShownArguments, flag};

const LINT_HELP: &str = "\
Exit codes: 0 nothing to mend (warnings may be there), 10 something to mend, 2 not readable.";

const MATCH_HELP: &str = "\
Exit codes: 0 every file was read, 20 one was not, 2 usage error.";

const ADD_HELP: &str = "\
What the file says of itself becomes the draft; read it before you send it anywhere. Nothing is overwritten.

Exit codes: 0 drafted, 20 the file cannot be read, 2 usage error or the entry exists.";

const VERIFY_HELP: &str = "\
Installers are those that entries name, and the newest of their winget packages in the manifests given. One connection \
to a host at a time; what is current is not sent again; a run that was stopped goes on where it was.

Exit codes: 0 all were seen, 20 at least one was not, 2 usage error.";

/// `badsig vendors`.
#[derive(Subcommand)]
pub(crate) enum VendorsCommand {
    /// List every product, and where it stands
    List(ListArguments),
    /// Show entries: rules, evidence, notes, what to do instead
    Show(ShowVendorsArguments),
    /// Which entries files belong to, why or why not
    #[command(after_help = MATCH_HELP)]
    Match(MatchArguments),
    /// Look for what is wrong with entries
    #[command(after_help = LINT_HELP)]
    Lint(LintArguments),
    /// Draft an entry from a file
    #[command(after_help = ADD_HELP)]
    Add(AddArguments),
    /// Write the whole catalog as JSON, CSV, Markdown or one HTML page
    Export(ExportArguments),
    /// Download current installers, look at their signatures, propose the changed entries
    #[command(after_help = VERIFY_HELP)]
    Verify(VerifyVendorsArguments),
    /// Print the JSON Schema of an entry
    Schema,
}

/// Which catalog, and for when.
#[derive(Args)]
pub(crate) struct CatalogArguments {
    /// Entries (TOML) of your own, over the embedded ones: the same id replaces, another adds
    #[arg(long, env = "BADSIG_VENDORS", hide_env = true, value_name = "DIR")]
    pub(crate) vendors: Option<PathBuf>,

    /// Tell what is stale for this date or time (RFC 3339) instead of now
    #[arg(long, env = "BADSIG_VENDORS_AT", hide_env = true, value_name = "TIME")]
    pub(crate) at: Option<UtcTime>,
}

impl CatalogArguments {
    /// The time that was asked for, or that of the clock.
    pub(crate) fn time(&self) -> UtcTime {
        self.at.unwrap_or_else(UtcTime::now)
    }
}

/// `badsig vendors list`.
#[derive(Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) catalog: CatalogArguments,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// `badsig vendors show`.
#[derive(Args)]
pub(crate) struct ShowVendorsArguments {
    /// Ids of entries
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,

    #[command(flatten)]
    pub(crate) catalog: CatalogArguments,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// `badsig vendors match`.
#[derive(Args)]
pub(crate) struct MatchArguments {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) catalog: CatalogArguments,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// `badsig vendors lint`.
#[derive(Args)]
pub(crate) struct LintArguments {
    /// The directory of entries [default: the embedded catalog]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,

    /// Tell what is stale for this date or time (RFC 3339) instead of now
    #[arg(long, env = "BADSIG_VENDORS_AT", hide_env = true, value_name = "TIME")]
    pub(crate) at: Option<UtcTime>,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// `badsig vendors add`.
#[derive(Args)]
pub(crate) struct AddArguments {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The id of a new entry [default: from the name of the product]
    #[arg(long, env = "BADSIG_VENDORS_ID", hide_env = true, value_name = "ID")]
    pub(crate) id: Option<String>,

    /// Where the file was downloaded; repeat for several
    #[arg(long, env = "BADSIG_VENDORS_SOURCE", hide_env = true, value_name = "URL")]
    pub(crate) source: Vec<String>,

    /// Write the draft into this directory instead of standard output
    #[arg(long, env = "BADSIG_VENDORS_INTO", hide_env = true, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,

    /// Trust the certificates in this file too (PEM, DER, P7B); repeat for several
    #[arg(long, env = "BADSIG_ADD_ROOT", hide_env = true, value_name = "FILE")]
    pub(crate) add_root: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) catalog: CatalogArguments,
}

/// `badsig vendors export`.
#[derive(Args)]
pub(crate) struct ExportArguments {
    /// What to write
    #[arg(long, env = "BADSIG_VENDORS_EXPORT_FORMAT", hide_env = true, value_name = "FORMAT")]
    pub(crate) format: ExportFormat,

    /// Write to this file instead of standard output
    #[arg(long, env = "BADSIG_VENDORS_EXPORT_OUTPUT", hide_env = true, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) catalog: CatalogArguments,
}

/// What the catalog is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Every entry with its status
    Json,
    /// One product a line, for spreadsheets
    Csv,
    /// A table for a wiki
    Markdown,
    /// One page that can be searched and sorted
    Html,
}

/// `badsig vendors verify`.
#[derive(Args)]
pub(crate) struct VerifyVendorsArguments {
    /// Ids of entries [default: all]
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,

    /// A tree of winget manifests, or one of them; repeat for several
    #[arg(long, env = "BADSIG_WINGET", hide_env = true, value_name = "DIR|YAML")]
    pub(crate) winget: Vec<PathBuf>,

    /// Say what would be downloaded, and do nothing
    #[arg(long, env = "BADSIG_DRY_RUN", hide_env = true, value_parser = flag())]
    pub(crate) dry_run: bool,

    /// Write the changed entries into the directory of --vendors, besides showing the change
    #[arg(long, env = "BADSIG_VENDORS_WRITE", hide_env = true, value_parser = flag(), requires = "vendors")]
    pub(crate) write: bool,

    /// Trust the certificates in this file too (PEM, DER, P7B); repeat for several
    #[arg(long, env = "BADSIG_ADD_ROOT", hide_env = true, value_name = "FILE")]
    pub(crate) add_root: Vec<PathBuf>,

    /// No progress bars on standard error
    #[arg(long, env = "BADSIG_NO_PROGRESS", hide_env = true, value_parser = flag())]
    pub(crate) no_progress: bool,

    #[command(flatten)]
    pub(crate) download: DownloadArguments,

    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,

    #[command(flatten)]
    pub(crate) catalog: CatalogArguments,
}
