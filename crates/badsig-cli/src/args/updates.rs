//! What was typed after `badsig updates`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{
    ConnectionArguments, DownloadArguments, JudgingArguments, ReadingArguments, ShownArguments, flag,
};

const CHECK_HELP: &str = "\
CATALOG is a cabinet (V1, V2, V3), a directory that one was extracted into, a bare XML or an .sdp, or the address of one.

Without --content and --download the packages are linted; what they say of their files is believed.

Exit codes: 0 catalog and all updates publishable, 10 blocked, 20 undecided or no update, 2 usage error, 1 defect.";

const LIST_HELP: &str = "\
Nothing is judged.

Exit codes: 0 read, 20 not readable (or not completely), 2 usage error.";

const SHOW_HELP: &str = "\
Nothing is judged.

Exit codes: 0 shown, 2 no such update or usage error, 20 not readable.";

/// `badsig updates`.
#[derive(Subcommand)]
pub(crate) enum UpdatesCommand {
    /// Judge an update catalog: its signature, its packages, their content
    #[command(after_help = CHECK_HELP)]
    Check(Box<UpdatesCheckArguments>),
    /// List the updates of a catalog
    #[command(after_help = LIST_HELP)]
    List(UpdatesListArguments),
    /// Show everything that a catalog says of one update
    #[command(after_help = SHOW_HELP)]
    Show(UpdatesShowArguments),
    /// Print the addresses of all content, one a line, for a program that downloads
    #[command(after_help = LIST_HELP)]
    ExportUrls(UpdatesListArguments),
}

/// `badsig updates check`.
#[derive(Args)]
pub(crate) struct UpdatesCheckArguments {
    /// The update catalog: a file, a directory or an address (https://…)
    #[arg(value_name = "CATALOG")]
    pub(crate) catalog: PathBuf,

    /// Judge the files of the updates, which lie in or below this directory under their names
    #[arg(long, env = "BADSIG_CONTENT", hide_env = true, value_name = "DIR")]
    pub(crate) content: Option<PathBuf>,

    /// Download the files of the updates into this directory and judge them; what is there already is not sent again
    #[arg(long, env = "BADSIG_DOWNLOAD", hide_env = true, value_name = "DIR", conflicts_with = "content")]
    pub(crate) download: Option<PathBuf>,

    /// An update whose content was not looked at is undecided
    #[arg(long, env = "BADSIG_REQUIRE_CONTENT", hide_env = true, value_parser = flag())]
    pub(crate) require_content: bool,

    #[command(flatten)]
    pub(crate) judging: JudgingArguments,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
}

/// A catalog that is only read, and how it is got when it is an address.
#[derive(Args)]
pub(crate) struct UpdatesSource {
    /// The update catalog: a file, a directory or an address (https://…)
    #[arg(value_name = "CATALOG")]
    pub(crate) catalog: PathBuf,

    /// No progress bar on standard error
    #[arg(long, env = "BADSIG_NO_PROGRESS", hide_env = true, value_parser = flag())]
    pub(crate) no_progress: bool,

    #[command(flatten)]
    pub(crate) downloading: DownloadArguments,

    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
}

/// `badsig updates list` and `export-urls`.
#[derive(Args)]
pub(crate) struct UpdatesListArguments {
    #[command(flatten)]
    pub(crate) source: UpdatesSource,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// `badsig updates show`.
#[derive(Args)]
pub(crate) struct UpdatesShowArguments {
    #[command(flatten)]
    pub(crate) source: UpdatesSource,

    /// The PackageID, or the start of it
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}
