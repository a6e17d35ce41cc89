//! What was typed after `badsig trust`.

use std::path::PathBuf;

use badsig::UtcTime;
use clap::{Args, Subcommand};

use super::{ConnectionArguments, JudgingArguments, ShownArguments};

const SHOW_HELP: &str = "\
Examples:
  badsig trust show                         the edition, and how many roots are trusted for what
  badsig trust show 'DigiCert' 3b1efd3a     roots by name, or by the start of a thumbprint

Exit codes: 0 shown, 2 no such root, or not readable.";

const UPDATE_HELP: &str = "\
Examples:
  badsig trust update                           from Microsoft, into this user's bundle
  badsig trust update --dir /srv/trust          into a directory, for check --roots /srv/trust
  badsig trust update --from authrootstl.cab    from a cabinet, a directory or an export
  badsig trust update --kit kit.json            fetch what a revocation kit asks for

Lists must be signed by Microsoft and not be older than those held. Lists and certificates are replaced together or not \
at all; what is known of revocation is added after them, one by one.

Exit codes: 0 up to date, 2 refused or not reachable, 20 a kit could not be fetched completely.";

const VERIFY_HELP: &str = "\
Exit codes: 0 everything is there and holds, 10 something is wrong, 20 something is missing, 2 no such directory.";

const EXPORT_HELP: &str = "\
Examples:
  badsig trust export --to bundle.tar                       to be imported with: badsig trust update --from
  badsig trust export --revocation-kit kit.json incoming/   what must be fetched to tell revocation

Exit codes: 0 written, 2 not readable or usage error, 20 files could not be read.";

/// `badsig trust`.
#[derive(Subcommand)]
pub(crate) enum TrustCommand {
    /// Show the root program: its edition, its roots, their limits and why
    #[command(after_help = SHOW_HELP)]
    Show(TrustShowArguments),
    /// Bring a trust bundle up to date
    #[command(after_help = UPDATE_HELP)]
    Update(TrustUpdateArguments),
    /// Verify a trust bundle: signatures of the lists, thumbprints of the certificates
    #[command(after_help = VERIFY_HELP)]
    Verify(TrustVerifyArguments),
    /// Write a bundle as one file, or say what a check without network needs
    #[command(after_help = EXPORT_HELP)]
    Export(Box<TrustExportArguments>),
}

/// `badsig trust show`.
#[derive(Args)]
pub(crate) struct TrustShowArguments {
    /// Thumbprints (SHA-1 or SHA-256, or how they start), or parts of names
    #[arg(value_name = "THUMBPRINT|NAME")]
    pub(crate) roots: Vec<String>,

    /// The root program: 'embedded' or a trust bundle
    #[arg(
        long = "roots",
        id = "from",
        env = "BADSIG_ROOTS",
        hide_env = true,
        value_name = "embedded|DIR",
        default_value = "embedded"
    )]
    pub(crate) from: PathBuf,

    /// The lists were signed under this root instead of Microsoft's
    #[arg(long, env = "BADSIG_LIST_ROOT", hide_env = true, value_name = "FILE")]
    pub(crate) list_root: Option<PathBuf>,

    /// Count for this date or time (RFC 3339) [default: the date of the list]
    #[arg(long, env = "BADSIG_TRUST_AT", hide_env = true, value_name = "TIME")]
    pub(crate) at: Option<UtcTime>,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// `badsig trust update`.
#[derive(Args)]
pub(crate) struct TrustUpdateArguments {
    /// The bundle [default: in this user's data directory]
    #[arg(long, env = "BADSIG_TRUST_DIR", hide_env = true, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,

    /// Without network: from a directory, a cabinet or an exported bundle
    #[arg(long, env = "BADSIG_TRUST_FROM", hide_env = true, value_name = "DIR|CAB|FILE")]
    pub(crate) from: Option<PathBuf>,

    /// Fetch the revocation lists, answers and issuers that this kit asks for, into the bundle
    #[arg(long, env = "BADSIG_TRUST_KIT", hide_env = true, value_name = "FILE", conflicts_with = "from")]
    pub(crate) kit: Option<PathBuf>,

    /// Where the lists and certificates are served; ends with a slash
    #[arg(
        long, env = "BADSIG_TRUST_URL", hide_env = true, value_name = "URL",
        default_value = badsig_fetch::root_program::MICROSOFT
    )]
    pub(crate) url: String,

    /// The lists were signed under this root instead of Microsoft's
    #[arg(long, env = "BADSIG_LIST_ROOT", hide_env = true, value_name = "FILE")]
    pub(crate) list_root: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
}

/// `badsig trust verify`.
#[derive(Args)]
pub(crate) struct TrustVerifyArguments {
    /// The bundle [default: in this user's data directory]
    #[arg(value_name = "DIR", env = "BADSIG_TRUST_DIR", hide_env = true)]
    pub(crate) dir: Option<PathBuf>,

    /// The lists were signed under this root instead of Microsoft's
    #[arg(long, env = "BADSIG_LIST_ROOT", hide_env = true, value_name = "FILE")]
    pub(crate) list_root: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// `badsig trust export`.
#[derive(Args)]
pub(crate) struct TrustExportArguments {
    /// Files whose revocation is to be told: files, directories or patterns
    #[arg(value_name = "INPUT", requires = "revocation_kit")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Write the bundle into this file
    #[arg(
        long,
        env = "BADSIG_TRUST_TO",
        hide_env = true,
        value_name = "FILE",
        required_unless_present = "revocation_kit",
        conflicts_with = "revocation_kit"
    )]
    pub(crate) to: Option<PathBuf>,

    /// Write what must be fetched for the inputs into this file
    #[arg(
        long,
        env = "BADSIG_TRUST_REVOCATION_KIT",
        hide_env = true,
        value_name = "FILE",
        requires = "inputs"
    )]
    pub(crate) revocation_kit: Option<PathBuf>,

    /// The bundle [default: in this user's data directory]
    #[arg(long, env = "BADSIG_TRUST_DIR", hide_env = true, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) judging: JudgingArguments,
}
