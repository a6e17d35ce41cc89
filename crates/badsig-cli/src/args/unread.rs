//! Options that a command takes and does not read in one of its forms. Typed there, they are refused: who types them means
//! something by them. In the environment, which is there for all commands, they may stand.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// Options that are not read.
struct Unread {
    command: &'static [&'static str],
    when: When,
    which: Which,
}

enum When {
    Always,
    With(&'static str),
    Without(&'static str),
}

enum Which {
    These(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

use When::{Always, With, Without};
use Which::{AllBut, These};

/// What says how servers are reached.
const CONNECTION: &[&str] = &["url", "allow_private_addresses", "fetch_timeout", "proxy", "ca"];
/// Only the commands that judge file by file tell what endpoints lack.
const MISSING: &[&str] = &["write_missing"];

static UNREAD: [Unread; 14] = [
    Unread { command: &["check"], when: Without("files_from"), which: These(&["null"]) },
    Unread {
        command: &["inspect"],
        when: With("extract"),
        which: These(&["extract_signature", "signature", "extract_certificates", "signature_only"]),
    },
    Unread { command: &["inspect"], when: Without("extract_signature"), which: These(&["signature"]) },
    Unread { command: &["inspect"], when: Without("extract"), which: These(&["to"]) },
    Unread { command: &["explain"], when: Without("vendor_letter"), which: AllBut(&["codes", "format"]) },
    Unread { command: &["explain"], when: With("vendor_letter"), which: These(&["format"]) },
    Unread { command: &["explain"], when: Always, which: These(MISSING) },
    Unread { command: &["trust", "export"], when: With("to"), which: AllBut(&["to", "dir", "list_root"]) },
    Unread {
        command: &["trust", "export"],
        when: With("revocation_kit"),
        which: These(&["dir", "write_missing"]),
    },
    Unread { command: &["trust", "update"], when: With("kit"), which: These(&["url", "list_root"]) },
    Unread { command: &["trust", "update"], when: With("from"), which: These(CONNECTION) },
    Unread { command: &["cert", "verify"], when: With("anchor"), which: These(&["list_root"]) },
    Unread { command: &["lock", "update"], when: Always, which: These(MISSING) },
    Unread { command: &["updates", "check"], when: Always, which: These(MISSING) },
];

/// What was typed and would not be read, in words.
pub(super) fn find(all: &Command, matches: &ArgMatches) -> Option<String> {
    let (mut command, mut matches, mut path) = (all, matches, Vec::new());
    while let Some((name, below)) = matches.subcommand() {
        (command, matches) = (command.find_subcommand(name)?, below);
        path.push(name);
    }
    let own = UNREAD.iter().filter(|unread| unread.command == path && unread.when.holds(matches));
    own.flat_map(|unread| command.get_arguments().map(move |argument| (unread, argument))).find_map(
        |(unread, argument)| {
            let id = argument.get_id().as_str();
            let typed = matches.value_source(id) == Some(ValueSource::CommandLine);
            let shown = argument.get_long().map_or_else(|| id.to_owned(), |long| format!("--{long}"));
            let form = unread.when.in_words(command);
            (typed && unread.which.names(id))
                .then(|| format!("'badsig {}' does not read {shown}{form}", path.join(" ")))
        },
    )
}

impl When {
    fn holds(&self, matches: &ArgMatches) -> bool {
        let given = |id: &str| {
            matches!(matches.value_source(id), Some(ValueSource::CommandLine | ValueSource::EnvVariable))
        };
        match self {
            Always => true,
            With(id) => given(id),
            Without(id) => !given(id),
        }
    }

    fn in_words(&self, command: &Command) -> String {
        let option = |id: &str| {
            let argument = command.get_arguments().find(|argument| argument.get_id() == id);
            argument.and_then(|argument| argument.get_long()).unwrap_or(id).to_owned()
        };
        match self {
            Always => String::new(),
            With(id) => format!(" with --{}", option(id)),
            Without(id) => format!(" without --{}", option(id)),
        }
    }
}

impl Which {
    fn names(&self, id: &str) -> bool {
        match self {
            These(ids) => ids.contains(&id),
            AllBut(ids) => !ids.contains(&id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Arguments;
    use clap::CommandFactory as _;

    #[test]
    fn the_table_names_commands_and_options_that_exist() {
        let all = Arguments::command();
        for unread in &UNREAD {
            let below = |command: &Command, name: &&str| command.find_subcommand(name).unwrap().clone();
            let command = unread.command.iter().fold(all.clone(), |command, name| below(&command, name));
            let (These(ids) | AllBut(ids)) = &unread.which;
            let when = match &unread.when {
                Always => None,
                With(id) | Without(id) => Some(id),
            };
            for id in ids.iter().chain(when) {
                assert!(command.get_arguments().any(|own| own.get_id() == id), "{:?}: {id}", unread.command);
            }
        }
    }

    #[test]
    fn what_is_typed_is_read_or_refused() {
        let told = |line: &str| {
            let matches = Arguments::command().try_get_matches_from(line.split(' ')).unwrap();
            find(&Arguments::command(), &matches)
        };
        for (line, option) in [
            ("badsig check -0 a", "--null without --files-from"),
            ("badsig inspect a --signature 5", "--signature without --extract-signature"),
            (
                "badsig inspect a --extract b --to c --extract-certificates d",
                "--extract-certificates with --extract",
            ),
            ("badsig inspect a --extract b --to c --signature-only", "--signature-only with --extract"),
            ("badsig explain 1 --add-root a", "--add-root without --vendor-letter"),
            ("badsig explain 1 --deny unsigned", "--deny without --vendor-letter"),
            ("badsig explain --vendor-letter a --format json", "--format with --vendor-letter"),
            ("badsig trust export --to a --roots b", "--roots with --to"),
            ("badsig trust export --to a --target windows", "--target with --to"),
            ("badsig trust export --revocation-kit a --dir b c", "--dir with --revocation-kit"),
            ("badsig trust update --kit a --url https://x/", "--url with --kit"),
            ("badsig trust update --kit a --list-root b", "--list-root with --kit"),
            ("badsig trust update --from a --proxy none", "--proxy with --from"),
            ("badsig cert verify a --anchor b --list-root c", "--list-root with --anchor"),
            ("badsig lock update a --endpoint-store b --write-missing c", "--write-missing"),
            ("badsig updates check a --endpoint-store b --write-missing c", "--write-missing"),
        ] {
            assert!(told(line).is_some_and(|why| why.ends_with(option)), "{line}: {:?}", told(line));
        }
        for line in [
            "badsig check -0 --files-from a",
            "badsig trust export --to a --dir b --list-root c",
            "badsig trust export --revocation-kit a --roots b c",
            "badsig explain --vendor-letter a --at 2030-01-01",
            "badsig explain 1 --format json",
            "badsig inspect a --extract-signature b --signature 1 --color never",
        ] {
            assert_eq!(told(line), None, "{line}");
        }
    }
}
