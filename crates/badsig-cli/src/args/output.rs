//! How answers are shown, typed: the same options wherever a report is made.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Args, ValueEnum};

use super::flag;
use crate::output::format::{FORMATS, OutputFormat};

/// Formats, files, and how much is said.
#[derive(Args)]
pub(crate) struct OutputArguments {
    /// Format of standard output
    #[arg(
        long,
        env = "BADSIG_FORMAT",
        hide_env = true,
        value_name = "FORMAT",
        default_value = "text",
        value_parser = output_format(),
        help_heading = "Output"
    )]
    pub(crate) format: &'static OutputFormat,

    /// Write a format to a file as well: json=report.json; repeat for several
    #[arg(
        long, env = "BADSIG_OUTPUT", hide_env = true, value_name = "FORMAT=FILE", value_parser = output_file(),
        help_heading = "Output"
    )]
    pub(crate) output: Vec<OutputFile>,

    /// SARIF and GitHub: the top of the repository, from which files are named [default: the working directory]
    #[arg(long, env = "BADSIG_REPOSITORY", hide_env = true, value_name = "DIR", help_heading = "Output")]
    pub(crate) repository: Option<PathBuf>,

    /// JSON: leave out the facts, with which 'badsig judge' answers again without the files
    #[arg(long, env = "BADSIG_NO_FACTS", hide_env = true, value_parser = flag(), help_heading = "Output")]
    pub(crate) no_facts: bool,

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
}

/// Output of a command whose answer is no report.
#[derive(Args)]
pub(crate) struct ShownArguments {
    /// Format of standard output
    #[arg(
        long,
        env = "BADSIG_ANSWER_FORMAT",
        hide_env = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub(crate) format: Format,
}

/// How an answer that is no report is written: for people, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// An additional output.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OutputFile {
    pub(crate) format: &'static OutputFormat,
    pub(crate) path: PathBuf,
}

/// The name of a format.
pub(crate) fn output_format() -> ValueParser {
    let names = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    let named = |name: String| OutputFormat::named(&name).ok_or_else(|| format!("{name} is no format"));
    PossibleValuesParser::new(names.collect::<Vec<_>>()).try_map(named).into()
}

fn output_file() -> ValueParser {
    clap::builder::OsStringValueParser::new().try_map(|text| parse_output(&text)).into()
}

/// The path may be anything that the operating system takes, so it is not made text.
fn parse_output(text: &OsStr) -> Result<OutputFile, String> {
    for format in FORMATS {
        let prefix = format!("{}=", format.name);
        let bytes = text.as_encoded_bytes();
        if let Some(rest) = bytes.strip_prefix(prefix.as_bytes()) {
            let path = text.to_str().and_then(|text| text.strip_prefix(&prefix)).map(PathBuf::from);
            return match path.or_else(|| from_bytes(rest)) {
                Some(path) if !path.as_os_str().is_empty() => Ok(OutputFile { format, path }),
                _ => Err(format!("a file name is missing after {prefix}")),
            };
        }
    }
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    Err(format!("expected FORMAT=FILE with FORMAT one of {}", names.join(", ")))
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

    #[test]
    fn outputs_name_format_and_file() {
        let parsed = parse_output(OsStr::new("json=a=b.json")).unwrap();
        assert_eq!(
            parsed,
            OutputFile { format: OutputFormat::named("json").unwrap(), path: PathBuf::from("a=b.json") }
        );
        assert!(parse_output(OsStr::new("json=")).is_err());
        assert!(parse_output(OsStr::new("yaml=x")).is_err());
        assert!(parse_output(OsStr::new("report.json")).is_err());
    }
}
