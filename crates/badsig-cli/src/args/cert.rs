//! What was typed after `badsig cert`.

use std::path::PathBuf;

use badsig::UtcTime;
use badsig::authenticode::oid::ObjectIdentifier;
use badsig::trust::chain::Purpose;
use clap::builder::{PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Args, Subcommand};

use super::judging::without_network;
use super::{Revocation, ShownArguments, flag};

const VERIFY_HELP: &str = "\
Files are DER, PEM or PKCS#7, recognised by content, and may hold several certificates.
Without --anchor the root program counts. Not compared: the host name of a TLS server.

Exit codes: 0 valid, 10 not valid, 20 undecided, 2 not readable or usage error.";

const SHOW_HELP: &str = "\
Nothing is judged but whether a certificate is a root of the embedded root program.

Exit codes: 0 shown, 2 not readable or usage error.";

/// `badsig cert`.
#[derive(Subcommand)]
pub(crate) enum CertCommand {
    /// Judge one certificate chain by itself
    #[command(after_help = VERIFY_HELP)]
    Verify(VerifyArguments),
    /// Show every certificate in files
    #[command(after_help = SHOW_HELP)]
    Show(ShowArguments),
}

/// `badsig cert verify`.
#[derive(Args)]
pub(crate) struct VerifyArguments {
    /// The certificate at the end of the chain; further certificates in the file count as intermediates
    #[arg(value_name = "LEAF")]
    pub(crate) leaf: PathBuf,

    /// Trust the certificates in this file, instead of the root program; repeat for several
    #[arg(long, env = "BADSIG_CERT_ANCHOR", hide_env = true, value_name = "FILE")]
    pub(crate) anchor: Vec<PathBuf>,

    /// The root program: 'embedded' or a trust bundle, whose distrusted certificates count too
    #[arg(
        long,
        env = "BADSIG_CERT_ROOTS",
        hide_env = true,
        value_name = "embedded|DIR",
        default_value = "embedded",
        conflicts_with = "anchor"
    )]
    pub(crate) roots: PathBuf,

    /// The lists in --roots DIR were signed under this root instead of Microsoft's
    #[arg(long, env = "BADSIG_LIST_ROOT", hide_env = true, value_name = "FILE")]
    pub(crate) list_root: Option<PathBuf>,

    /// Certificates that may lie between; repeat for several
    #[arg(long, env = "BADSIG_CERT_INTERMEDIATE", hide_env = true, value_name = "FILE")]
    pub(crate) intermediate: Vec<PathBuf>,

    /// A certificate revocation list (DER or PEM); repeat for several
    #[arg(long, env = "BADSIG_CERT_CRL", hide_env = true, value_name = "FILE")]
    pub(crate) crl: Vec<PathBuf>,

    /// An OCSP response (DER or PEM); repeat for several
    #[arg(long, env = "BADSIG_CERT_OCSP", hide_env = true, value_name = "FILE")]
    pub(crate) ocsp: Vec<PathBuf>,

    /// Revocation: off, or from the lists and responses given [default: offline where some are given]
    #[arg(long, env = "BADSIG_CERT_REVOCATION", hide_env = true, value_name = "off|offline",
        value_parser = without_network())]
    pub(crate) revocation: Option<Revocation>,

    /// Judge for this date or time (RFC 3339) instead of now
    #[arg(long, env = "BADSIG_CERT_AT", hide_env = true, value_name = "TIME")]
    pub(crate) at: Option<UtcTime>,

    /// What the chain is asked for
    #[arg(
        long, env = "BADSIG_CERT_PURPOSE", hide_env = true, value_parser = purpose(),
        default_value = Purpose::CodeSigning.name()
    )]
    pub(crate) purpose: Purpose,

    /// A certificate policy that is acceptable; repeat for several [default: any]
    #[arg(long, env = "BADSIG_CERT_POLICY", hide_env = true, value_name = "OID", help_heading = "Policies")]
    pub(crate) policy: Vec<ObjectIdentifier>,

    /// The chain must be valid for an acceptable policy
    #[arg(long, env = "BADSIG_CERT_REQUIRE_EXPLICIT_POLICY", hide_env = true, value_parser = flag(),
        help_heading = "Policies")]
    pub(crate) require_explicit_policy: bool,

    /// Certificates may not map policies
    #[arg(long, env = "BADSIG_CERT_INHIBIT_POLICY_MAPPING", hide_env = true, value_parser = flag(),
        help_heading = "Policies")]
    pub(crate) inhibit_policy_mapping: bool,

    /// The policy anyPolicy matches nothing
    #[arg(long, env = "BADSIG_CERT_INHIBIT_ANY_POLICY", hide_env = true, value_parser = flag(),
        help_heading = "Policies")]
    pub(crate) inhibit_any_policy: bool,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,

    /// Text: the other chains that were found, and why each was not chosen
    #[arg(short, long, env = "BADSIG_CERT_VERBOSE", hide_env = true, value_parser = flag())]
    pub(crate) verbose: bool,
}

/// `badsig cert show`.
#[derive(Args)]
pub(crate) struct ShowArguments {
    /// Files of certificates
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

fn purpose() -> ValueParser {
    PossibleValuesParser::new(Purpose::ALL.map(Purpose::name)).try_map(|name| name.parse::<Purpose>()).into()
}
