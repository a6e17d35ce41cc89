//! What was typed. What it means is in [`crate::settings`]; help, man page and completions come from here.

use std::path::PathBuf;

use clap::builder::{FalseyValueParser, ValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

mod cache;
mod cert;
mod check;
mod download;
mod endpoint;
mod inside;
mod judge;
mod judging;
mod lock;
mod log;
mod network;
mod output;
mod policy;
mod report;
mod run;
mod trust;
mod unread;
mod updates;
mod vendors;

pub(crate) use cache::CacheArguments;
pub(crate) use cert::{CertCommand, ShowArguments, VerifyArguments};
pub(crate) use check::CheckArguments;
pub(crate) use download::DownloadArguments;
pub(crate) use endpoint::{EndpointStore, parse_state};
pub(crate) use inside::{InsideArguments, LimitArguments};
pub(crate) use judge::JudgeArguments;
pub(crate) use judging::{JudgingArguments, Revocation};
pub(crate) use lock::{InitArguments, LockCommand, LockShowArguments, LockUpdateArguments};
pub(crate) use log::LogArguments;
pub(crate) use network::{ConnectionArguments, NetworkArguments};
pub(crate) use output::{Format, OutputArguments, OutputFile, ShownArguments};
pub(crate) use policy::{ConfigArguments, PolicyArguments};
pub(crate) use report::{MergeArguments, RenderArguments, ReportCommand};
pub(crate) use run::{AnsweringArguments, ReadingArguments};
pub(crate) use trust::{
    TrustCommand, TrustExportArguments, TrustShowArguments, TrustUpdateArguments, TrustVerifyArguments,
};
pub(crate) use updates::{
    UpdatesCheckArguments, UpdatesCommand, UpdatesListArguments, UpdatesShowArguments, UpdatesSource,
};
pub(crate) use vendors::{
    AddArguments, CatalogArguments, ExportArguments, ExportFormat, LintArguments, ListArguments,
    MatchArguments, ShowVendorsArguments, VendorsCommand, VerifyVendorsArguments,
};

const EXAMPLES: &str = "\
Examples:
  badsig check incoming/                        judge every file in a directory
  badsig check setup.exe --at 2030-01-01        will it still validate then?
  badsig check *.msi --output json=report.json  terminal text, and a report beside it
  badsig judge report.json --at 2030-01-01      the same for another day, without the files
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

const JUDGE_HELP: &str = "\
The report is one of 'badsig check --format json' or of 'badsig judge'. Nothing but its facts and its targets \
counts: evidence is that of the options, as for 'badsig check', and the date is now unless --at says another.

Exit codes: as 'badsig check'; 2 too for a report that is damaged or holds no facts.";

const INSPECT_HELP: &str = "\
Examples:
  badsig inspect setup.exe                                      what is signed, by whom, stamped when
  badsig inspect setup.exe --tree                               every file inside
  badsig inspect setup.exe --extract a.cab!/b.msi --to here     one of them

Nothing is judged: no root, no date, no target. Nothing is run; a member's name is never used as a path.

Exit codes: 0 read, 20 not readable (or not completely), 2 usage error (also: no member with this path).";

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

impl Arguments {
    /// What was typed and stands in the environment; what is wrong with it ends the program (exit code 2).
    pub(crate) fn typed() -> Arguments {
        let mut command = Arguments::command();
        let matches = command.clone().get_matches();
        if let Some(why) = unread::find(&command, &matches) {
            command.error(ErrorKind::ArgumentConflict, why).exit();
        }
        Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Judge files: will they be refused, why, and what to do
    #[command(after_help = CHECK_HELP)]
    Check(Box<CheckArguments>),
    /// Judge the facts of an earlier report again: other date, target, roots, lists; without the files
    #[command(after_help = JUDGE_HELP)]
    Judge(Box<JudgeArguments>),
    /// Show everything that can be read from one file; no verdict
    #[command(after_help = INSPECT_HELP)]
    Inspect(Box<InspectArguments>),
    /// Join reports of many machines; show a report in another format
    #[command(subcommand)]
    Report(ReportCommand),
    /// Judge and look into update catalogs (SDP, V1 to V3)
    #[command(subcommand)]
    Updates(Box<UpdatesCommand>),
    /// Judge or show certificates by themselves
    #[command(subcommand)]
    Cert(Box<CertCommand>),
    /// The root program, trust bundles and revocation kits
    #[command(subcommand)]
    Trust(Box<TrustCommand>),
    /// Explain an error code, a check, a status or state message
    #[command(after_help = EXPLAIN_HELP)]
    Explain(Box<ExplainArguments>),
    /// Print the JSON Schema of a report
    Schema(SchemaArguments),
    /// Read logs of ConfigMgr and installers: which updates failed, why, and what to do
    #[command(after_help = log::LOG_HELP)]
    Log(LogArguments),
    /// Write down who signs which product, for review; show it
    #[command(subcommand)]
    Lock(LockCommand),
    /// Write a commented badsig.toml that changes nothing
    Init(InitArguments),
    /// The catalog of vendors that ship unsigned installers
    #[command(subcommand)]
    Vendors(Box<VendorsCommand>),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
    /// Print the manual page (roff)
    Man,
}

/// `badsig inspect`.
#[derive(Args)]
pub(crate) struct InspectArguments {
    /// The file; an address (https://…) is downloaded
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,

    /// Write one signature (CMS, DER) to this file
    #[arg(long, env = "BADSIG_EXTRACT_SIGNATURE", hide_env = true, value_name = "FILE")]
    pub(crate) extract_signature: Option<PathBuf>,

    /// Which signature --extract-signature writes, as numbered in the output
    #[arg(long, env = "BADSIG_SIGNATURE", hide_env = true, value_name = "N", default_value_t = 0)]
    pub(crate) signature: usize,

    /// Write every certificate (DER) into this directory, named by its SHA-1 thumbprint
    #[arg(long, env = "BADSIG_EXTRACT_CERTIFICATES", hide_env = true, value_name = "DIR")]
    pub(crate) extract_certificates: Option<PathBuf>,

    /// Show what is inside, every member at every level, instead of the file's own facts
    #[arg(long, env = "BADSIG_TREE", hide_env = true, value_parser = flag(), conflicts_with = "extract",
        help_heading = "Looking inside")]
    pub(crate) tree: bool,

    /// Write one member into the directory of --to; PATH is its virtual path (setup.exe!/a.cab!/b.msi)
    #[arg(
        long,
        env = "BADSIG_EXTRACT",
        hide_env = true,
        value_name = "PATH",
        requires = "to",
        help_heading = "Looking inside"
    )]
    pub(crate) extract: Option<String>,

    /// Where --extract writes; nothing there is overwritten
    #[arg(long, env = "BADSIG_TO", hide_env = true, value_name = "DIR", help_heading = "Looking inside")]
    pub(crate) to: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) inside: InsideArguments,

    /// Read headers and signatures only; no digest is computed. Of an address nothing else is fetched, where the server
    /// sends ranges
    #[arg(long, env = "BADSIG_SIGNATURE_ONLY", hide_env = true, value_parser = flag())]
    pub(crate) signature_only: bool,

    /// No progress bar on standard error
    #[arg(long, env = "BADSIG_NO_PROGRESS", hide_env = true, value_parser = flag())]
    pub(crate) no_progress: bool,

    #[command(flatten)]
    pub(crate) download: DownloadArguments,

    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
}

/// `badsig explain`.
#[derive(Args)]
pub(crate) struct ExplainArguments {
    /// Check ids, HRESULTs, names, message numbers, in any usual spelling
    #[arg(
        value_name = "CODE",
        required_unless_present = "vendor_letter",
        conflicts_with = "vendor_letter",
        allow_negative_numbers = true
    )]
    pub(crate) codes: Vec<String>,

    /// Print a short, factual text about this file to send to its vendor
    #[arg(long, env = "BADSIG_VENDOR_LETTER", hide_env = true, value_name = "FILE")]
    pub(crate) vendor_letter: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,

    /// What the file of --vendor-letter is judged with.
    #[command(flatten)]
    pub(crate) judging: JudgingArguments,
}

/// `badsig schema`.
#[derive(Args)]
pub(crate) struct SchemaArguments {
    /// Whose report
    #[arg(value_name = "COMMAND", default_value = "check")]
    pub(crate) of: SchemaOf,
}

/// Commands whose reports have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// badsig check, badsig judge
    Check,
    /// badsig updates check
    Updates,
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

/// A switch whose environment variable may say 1, true, yes, on or 0, false, no, off.
fn flag() -> ValueParser {
    FalseyValueParser::new().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::ffi::OsStr;

    #[test]
    fn the_definitions_are_sound() {
        Arguments::command().debug_assert();
    }

    /// Every command with the words that call it.
    fn commands() -> Vec<(Vec<String>, clap::Command)> {
        let all = Arguments::command();
        let mut found = Vec::new();
        for command in all.get_subcommands() {
            let name = command.get_name().to_owned();
            for below in command.get_subcommands() {
                found.push((vec![name.clone(), below.get_name().to_owned()], below.clone()));
            }
            found.push((vec![name], command.clone()));
        }
        found
    }

    fn in_capitals(words: &str) -> String {
        words.to_uppercase().replace([' ', '-'], "_")
    }

    /// `--format` of commands whose answer is no report: `BADSIG_FORMAT` names formats that they do not have.
    const ANSWER_FORMAT: (&str, &str) = ("format", "BADSIG_ANSWER_FORMAT");

    /// `BADSIG_`, the name of the option and, where the command goes by its own, that of the command in between.
    #[test]
    fn every_option_has_its_environment_variable() {
        let mut others: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for (words, command) in commands() {
            for argument in command.get_arguments().filter(|argument| !argument.is_positional()) {
                let option = argument.get_long().unwrap_or_default();
                let variable = argument.get_env().and_then(OsStr::to_str).unwrap_or_default();
                let called = words.join(" ");
                let own = format!("BADSIG_{}", in_capitals(option));
                let group = words.first().map(String::as_str).unwrap_or_default();
                let named = [group, &called]
                    .map(|name| format!("BADSIG_{}_{}", in_capitals(name), in_capitals(option)));
                let fits = variable == own || named.iter().any(|name| name == variable);
                assert!(
                    fits || (option, variable) == ANSWER_FORMAT,
                    "{variable} of badsig {called} --{option}"
                );
                if variable != own {
                    others.entry((variable.to_owned(), option.to_owned())).or_default().push(called);
                }
            }
        }
        let rows = others.iter().map(|((variable, option), commands)| {
            format!("| `{variable}` | `--{option}` | `{}` |\n", commands.join("`, `"))
        });
        listed_on_the_page_of_options(&rows.collect::<String>());
    }

    /// The table of variables on the page is this one; `BADSIG_BLESS=1` writes it.
    fn listed_on_the_page_of_options(rows: &str) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/options.md");
        let page = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        let head = "| variable | option | of `badsig …` |\n|---|---|---|\n";
        let (before, rest) = page.split_once(head).unwrap_or_default();
        let (listed, after) = rest.split_once("\n\n").unwrap_or_default();
        if std::env::var_os("BADSIG_BLESS").is_some() {
            let _ = std::fs::write(path, format!("{before}{head}{rows}\n{after}"));
            return;
        }
        assert_eq!(
            format!("{listed}\n"),
            rows,
            "BADSIG_BLESS=1 cargo test -p badsig-cli --bin badsig every_option"
        );
    }
}
