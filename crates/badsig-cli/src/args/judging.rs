//! What facts are judged with, typed: the same options wherever files are judged.

use std::path::PathBuf;

use badsig::target::TARGETS;
use badsig::{Target, UtcTime};
use clap::builder::{PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Args, ValueEnum};

use super::endpoint::EndpointArguments;
use super::{NetworkArguments, PolicyArguments};

/// Targets, roots, the date and further evidence.
#[derive(Args, Clone)]
pub(crate) struct JudgingArguments {
    /// What must take the files; repeat for several [default: configmgr]
    #[arg(
        long, env = "BADSIG_TARGET", hide_env = true, value_parser = target(), value_delimiter = ',',
        help_heading = "Judging"
    )]
    pub(crate) target: Vec<Target>,

    /// Judge for this date or time (RFC 3339) instead of now
    #[arg(long, env = "BADSIG_AT", hide_env = true, value_name = "TIME", help_heading = "Judging")]
    pub(crate) at: Option<UtcTime>,

    /// Trusted roots: 'embedded' (Microsoft's root program), a trust bundle or a directory of certificates [default:
    /// embedded]
    #[arg(
        long,
        env = "BADSIG_ROOTS",
        hide_env = true,
        value_name = "embedded|DIR",
        help_heading = "Judging"
    )]
    pub(crate) roots: Option<PathBuf>,

    /// The lists in --roots DIR were signed under this root instead of Microsoft's
    #[arg(long, env = "BADSIG_LIST_ROOT", hide_env = true, value_name = "FILE", help_heading = "Judging")]
    pub(crate) list_root: Option<PathBuf>,

    /// Trust the certificates in this file too (PEM, DER, P7B); repeat for several
    #[arg(long, env = "BADSIG_ADD_ROOT", hide_env = true, value_name = "FILE", help_heading = "Judging")]
    pub(crate) add_root: Vec<PathBuf>,

    /// Certificates that may complete chains: a file or a directory; repeat for several
    #[arg(
        long,
        env = "BADSIG_INTERMEDIATES",
        hide_env = true,
        value_name = "PATH",
        help_heading = "Judging"
    )]
    pub(crate) intermediates: Vec<PathBuf>,

    /// Revocation: off, offline from what is given or cached, or online from the servers too [default: offline]
    #[arg(long, env = "BADSIG_REVOCATION", hide_env = true, value_name = "MODE", help_heading = "Judging")]
    pub(crate) revocation: Option<Revocation>,

    /// A certificate revocation list (DER or PEM); repeat for several
    #[arg(long, env = "BADSIG_CRL", hide_env = true, value_name = "FILE", help_heading = "Judging")]
    pub(crate) crl: Vec<PathBuf>,

    /// An OCSP response (DER or PEM); repeat for several
    #[arg(long, env = "BADSIG_OCSP", hide_env = true, value_name = "FILE", help_heading = "Judging")]
    pub(crate) ocsp: Vec<PathBuf>,

    /// Distrusted: certificates, disallowedcert.stl/.sst or a list of thumbprints; repeat for several
    #[arg(long, env = "BADSIG_DISTRUST", hide_env = true, value_name = "FILE|DIR", help_heading = "Judging")]
    pub(crate) distrust: Vec<PathBuf>,

    /// Vendor entries (TOML) of your own, over the embedded ones: the same id replaces, another adds
    #[arg(long, env = "BADSIG_VENDORS", hide_env = true, value_name = "DIR", help_heading = "Judging")]
    pub(crate) vendors: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) policy: PolicyArguments,

    #[command(flatten)]
    pub(crate) network: NetworkArguments,

    #[command(flatten)]
    pub(crate) endpoint: EndpointArguments,
}

/// Whether revocation counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Revocation {
    /// Not at all
    Off,
    /// From the lists and answers that are given or cached
    #[default]
    Offline,
    /// Fetched where they are neither given nor cached
    Online,
}

/// For commands that fetch nothing.
pub(super) fn without_network() -> ValueParser {
    clap::builder::StringValueParser::new().try_map(|text| parse_without_network(&text)).into()
}

fn parse_without_network(text: &str) -> Result<Revocation, String> {
    match Revocation::from_str(text, false) {
        Ok(Revocation::Online) => Err("this command fetches nothing: give lists and answers with --crl and \
             --ocsp, or check the file with badsig check --revocation online"
            .to_owned()),
        Ok(mode) => Ok(mode),
        Err(_) => Err("expected off or offline".to_owned()),
    }
}

fn target() -> ValueParser {
    PossibleValuesParser::new(TARGETS.map(Target::name)).try_map(|name| name.parse::<Target>()).into()
}
