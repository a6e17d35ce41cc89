//! What was typed. What it means is in [`crate::settings`]; help, man page and completions come from here.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use badsig::target::TARGETS;
use badsig::{Target, UtcTime};
use clap::builder::{FalseyValueParser, PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

mod cert;

pub(crate) use cert::{CertCommand, ShowArguments, VerifyArguments};

const EXAMPLES: &str = "\
Examples:
  badsig check incoming/                        judge every file in a directory
  badsig check setup.exe --at 2030-01-01        will it still validate then?
  badsig check *.msi --output json=report.json  terminal text, and a report beside it
  badsig inspect setup.exe                      what is signed, by whom, stamped when
  badsig explain 0x800B010A 301/6 unsigned      what a code means and what to do

Exit codes, the same for every output format:
   0  every file is publishable
   1  badsig itself failed (a defect)
   2  usage or configuration error
  10  at least one file is blocked
  20  none is blocked, but at least one is undecided, or there was no file at all";

const CHECK_HELP: &str = "\
PUBLISHABLE  every target is predicted to take the file
BLOCKED      one is predicted to refuse it
UNDECIDED    it cannot be said: not readable, cut off, unknown format; not a pass

Every option can be given as an environment variable: --add-root is BADSIG_ADD_ROOT.

Exit codes: 0 publishable, 10 blocked, 20 undecided or no file, 2 usage error, 1 defect.";

const INSPECT_HELP: &str = "\
Nothing is judged: no root, no date, no target.

Exit codes: 0 read, 20 not readable (or not completely), 2 usage error.";

const EXPLAIN_HELP: &str = "\
Examples:
  badsig explain unsigned bad-digest            checks of badsig
  badsig explain 0x800B0100 -2146762496         HRESULTs in hexadecimal or decimal
  badsig explain TRUST_E_NOSIGNATURE BADSIG     names, or the end of one
  badsig explain 11516 301/6                    status and state messages of ConfigMgr
  badsig explain state:0x23C00 exit:10          WinTrust State, exit codes

Exit codes: 0 explained, 2 unknown code.";

/// Tells, before you publish, whether ConfigMgr and Windows will refuse a third-party update, and why.
#[derive(Parser)]
#[command(
    name = "badsig",
    version,
    after_help = EXAMPLES,
    disable_help_subcommand = true,
    max_term_width = 110
)]
pub(crate) struct Arguments {
    /// When to use colours; NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE are respected
    #[arg(
        long,
        global = true,
        env = "BADSIG_COLOR",
        hide_env = true,
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub(crate) color: When,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Judge files: will they be refused, why, and what to do
    #[command(after_help = CHECK_HELP)]
    Check(CheckArguments),
    /// Show everything that can be read from one file; no verdict
    #[command(after_help = INSPECT_HELP)]
    Inspect(InspectArguments),
    /// Judge or show certificates by themselves
    #[command(subcommand)]
    Cert(CertCommand),
    /// Explain an error code, a check, a status or state message
    #[command(after_help = EXPLAIN_HELP)]
    Explain(ExplainArguments),
    /// Print the JSON Schema of the report
    Schema,
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
    /// Print the manual page (roff)
    Man,
}

/// `badsig check`.
#[derive(Args)]
pub(crate) struct CheckArguments {
    /// Files, directories (with everything below) or patterns such as 'incoming/**/*.msi'
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Read more inputs from a file, one path a line; - for standard input
    #[arg(long, env = "BADSIG_FILES_FROM", hide_env = true, value_name = "FILE")]
    pub(crate) files_from: Option<PathBuf>,

    /// Paths in --files-from end with a NUL character instead of a line end
    #[arg(short = '0', long, env = "BADSIG_NULL", hide_env = true, value_parser = flag())]
    pub(crate) null: bool,

    /// What must take the files; repeat for several [default: configmgr]
    #[arg(
        long, env = "BADSIG_TARGET", hide_env = true, value_parser = target(), value_delimiter = ',',
        help_heading = "Judging"
    )]
    pub(crate) target: Vec<Target>,

    /// Judge for this date or time (RFC 3339) instead of now
    #[arg(long, env = "BADSIG_AT", hide_env = true, value_name = "TIME", help_heading = "Judging")]
    pub(crate) at: Option<UtcTime>,

    /// Trusted roots: 'embedded' (Microsoft's root program) or a directory of certificates
    #[arg(
        long,
        env = "BADSIG_ROOTS",
        hide_env = true,
        value_name = "embedded|DIR",
        default_value = "embedded",
        help_heading = "Judging"
    )]
    pub(crate) roots: PathBuf,

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

    /// Revocation: off, or from the lists and answers that are given
    #[arg(
        long, env = "BADSIG_REVOCATION", hide_env = true, value_name = "off|offline", default_value = "offline",
        value_parser = revocation(), help_heading = "Judging"
    )]
    pub(crate) revocation: Revocation,

    /// A certificate revocation list (DER or PEM); repeat for several
    #[arg(long, env = "BADSIG_CRL", hide_env = true, value_name = "FILE", help_heading = "Judging")]
    pub(crate) crl: Vec<PathBuf>,

    /// An OCSP response (DER or PEM); repeat for several
    #[arg(long, env = "BADSIG_OCSP", hide_env = true, value_name = "FILE", help_heading = "Judging")]
    pub(crate) ocsp: Vec<PathBuf>,

    /// Distrusted: certificates, disallowedcert.stl/.sst or a list of thumbprints; repeat for several
    #[arg(long, env = "BADSIG_DISTRUST", hide_env = true, value_name = "FILE|DIR", help_heading = "Judging")]
    pub(crate) distrust: Vec<PathBuf>,

    /// Compute SHA-1 of every file too, as update catalogs use it
    #[arg(long, env = "BADSIG_SHA1", hide_env = true, value_parser = flag(), help_heading = "Judging")]
    pub(crate) sha1: bool,

    /// Format of standard output
    #[arg(
        long,
        env = "BADSIG_FORMAT",
        hide_env = true,
        value_name = "FORMAT",
        default_value = "text",
        help_heading = "Output"
    )]
    pub(crate) format: Format,

    /// Write a format to a file as well: json=report.json; repeat for several
    #[arg(
        long, env = "BADSIG_OUTPUT", hide_env = true, value_name = "FORMAT=FILE", value_parser = output_file(),
        help_heading = "Output"
    )]
    pub(crate) output: Vec<OutputFile>,

    /// Text: only what is not publishable, and the totals
    #[arg(short, long, env = "BADSIG_QUIET", hide_env = true, value_parser = flag(), help_heading = "Output",
        conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Text: digests, chains, all reasons, and what every target does
    #[arg(short, long, env = "BADSIG_VERBOSE", hide_env = true, value_parser = flag(), help_heading = "Output")]
    pub(crate) verbose: bool,

    /// No progress bar on standard error
    #[arg(long, env = "BADSIG_NO_PROGRESS", hide_env = true, value_parser = flag(), help_heading = "Output")]
    pub(crate) no_progress: bool,

    /// Files judged at the same time [default: number of cores]
    #[arg(long, env = "BADSIG_JOBS", hide_env = true, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
}

/// `badsig inspect`.
#[derive(Args)]
pub(crate) struct InspectArguments {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Format of standard output
    #[arg(
        long,
        env = "BADSIG_INSPECT_FORMAT",
        hide_env = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub(crate) format: Format,

    /// Write one signature (CMS, DER) to this file
    #[arg(long, env = "BADSIG_EXTRACT_SIGNATURE", hide_env = true, value_name = "FILE")]
    pub(crate) extract_signature: Option<PathBuf>,

    /// Which signature --extract-signature writes, as numbered in the output
    #[arg(long, env = "BADSIG_SIGNATURE", hide_env = true, value_name = "N", default_value_t = 0)]
    pub(crate) signature: usize,

    /// Write every certificate (DER) into this directory, named by its SHA-1 thumbprint
    #[arg(long, env = "BADSIG_EXTRACT_CERTIFICATES", hide_env = true, value_name = "DIR")]
    pub(crate) extract_certificates: Option<PathBuf>,
}

/// `badsig explain`.
#[derive(Args)]
pub(crate) struct ExplainArguments {
    /// Check ids, HRESULTs, names, message numbers, in any usual spelling
    #[arg(value_name = "CODE", required = true, allow_negative_numbers = true)]
    pub(crate) codes: Vec<String>,

    /// Format of standard output
    #[arg(
        long,
        env = "BADSIG_EXPLAIN_FORMAT",
        hide_env = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub(crate) format: Format,
}

/// `badsig completions`.
#[derive(Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// When to use colours: on a terminal, everywhere, nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

/// Whether revocation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Revocation {
    /// Not at all
    Off,
    /// From the lists and answers that are given
    Offline,
}

/// How an answer is written: for people, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// An additional output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutputFile {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

/// A switch whose environment variable may say 1, true, yes, on or 0, false, no, off.
fn flag() -> ValueParser {
    FalseyValueParser::new().into()
}

/// Names the mode of the contract that does not exist yet.
fn revocation() -> ValueParser {
    clap::builder::StringValueParser::new().try_map(|text| parse_revocation(&text)).into()
}

fn parse_revocation(text: &str) -> Result<Revocation, String> {
    match text {
        "online" => {
            Err("online is not built yet: nothing is fetched; give lists and answers with --crl and --ocsp"
                .to_owned())
        }
        _ => Revocation::from_str(text, false).map_err(|_| "expected off or offline".to_owned()),
    }
}

fn target() -> ValueParser {
    PossibleValuesParser::new(TARGETS.map(Target::name)).try_map(|name| name.parse::<Target>()).into()
}

fn output_file() -> ValueParser {
    clap::builder::OsStringValueParser::new().try_map(|text| parse_output(&text)).into()
}

/// The path may be anything that the operating system takes, so it is not made text.
fn parse_output(text: &OsStr) -> Result<OutputFile, String> {
    let formats =
        Format::value_variants().iter().filter_map(|format| Some((*format, format.to_possible_value()?)));
    for (format, value) in formats {
        let prefix = format!("{}=", value.get_name());
        let bytes = text.as_encoded_bytes();
        if let Some(rest) = bytes.strip_prefix(prefix.as_bytes()) {
            let path = text.to_str().and_then(|text| text.strip_prefix(&prefix)).map(PathBuf::from);
            return match path.or_else(|| from_bytes(rest)) {
                Some(path) if !path.as_os_str().is_empty() => Ok(OutputFile { format, path }),
                _ => Err(format!("a file name is missing after {prefix}")),
            };
        }
    }
    Err("expected FORMAT=FILE with FORMAT one of text, json".to_owned())
}

#[cfg(unix)]
fn from_bytes(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(PathBuf::from(OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn from_bytes(_: &[u8]) -> Option<PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definitions_are_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_option_has_its_environment_variable() {
        let all = Arguments::command();
        let nested = all.get_subcommands().flat_map(clap::Command::get_subcommands);
        for command in all.get_subcommands().chain(nested) {
            for argument in command.get_arguments().filter(|argument| !argument.is_positional()) {
                let name = argument.get_id().as_str();
                let variable = argument.get_env().and_then(OsStr::to_str).unwrap_or_default();
                assert!(variable.starts_with("BADSIG_"), "{name} of {}", command.get_name());
            }
        }
    }

    #[test]
    fn outputs_name_format_and_file() {
        let parsed = parse_output(OsStr::new("json=a=b.json")).unwrap();
        assert_eq!(parsed, OutputFile { format: Format::Json, path: PathBuf::from("a=b.json") });
        assert!(parse_output(OsStr::new("json=")).is_err());
        assert!(parse_output(OsStr::new("yaml=x")).is_err());
        assert!(parse_output(OsStr::new("report.json")).is_err());
    }
}
