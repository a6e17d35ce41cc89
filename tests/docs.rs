//! Every transcript in the documentation is run: the output that a reader sees is the output of the command.
//!
//! In a block marked `console`, lines that start with `$ badsig` are run from the top of the repository, and
//! what follows up to the next `$` must be what they print; `$ echo $?` is the exit code of the command
//! before, `$ cd DIR` goes to a directory of the repository until the block ends. Addresses that start with `http://files.example/` lead to the fixtures, others to what stands in
//! `tests/online/site` by host and path (`tests/recipes/make-online.sh` made it). A line `…` stands for anything. Other commands are not run. `BADSIG_BLESS=1` writes the output anew.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::panic, reason = "test code")]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::badsig;
use testkit::repository;
use testkit::server::{Server, answer};

/// Transcripts are written for this width.
const WIDTH: &str = "100";

fn pages() -> Vec<PathBuf> {
    let top = repository();
    let mut pages = vec![top.join("README.md")];
    let docs = std::fs::read_dir(top.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    pages.sort();
    pages
}

/// Words of a command line: separated by spaces, kept together by single or double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (None, ' ') => words.push(String::new()),
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (_, other) => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A proxy that has the fixtures in the place of a site that is nowhere, and knows the addresses in `tests/online/site`.
fn site() -> Server {
    Server::new(|_, asked, to| {
        let target = asked.head.split(' ').nth(1).unwrap_or_default();
        let path = target.strip_prefix("http://files.example/").and_then(|path| path.split('?').next());
        let fixture = path.map(|path| match path.strip_prefix("updates/") {
            Some(catalog) => repository().join("tests/updates").join(catalog),
            None => repository().join("fixtures").join(path),
        });
        let online =
            target.strip_prefix("http://").map(|path| repository().join("tests/online/site").join(path));
        match fixture.or(online).and_then(|place| std::fs::read(place).ok()) {
            Some(body) => answer(to, 200, "", &body),
            None => answer(to, 404, "", b""),
        }
    })
}

/// What a command line prints, and what it exits with.
fn run(command: &str, directory: &Path, site: &Server, home: &Path) -> (String, i32) {
    let arguments = words(command.trim_start_matches("$ badsig"));
    let proxy = format!("http://{}", site.address);
    let ran = badsig()
        .args(arguments)
        .in_directory(directory)
        .env("COLUMNS", WIDTH)
        .env("HTTP_PROXY", &proxy)
        .env("http_proxy", &proxy);
    let ran = ran.env("NO_PROXY", "").env("XDG_CACHE_HOME", home.to_str().unwrap()).run();
    let text = format!("{}{}", ran.stdout(), ran.stderr());
    (text, ran.exit_code().unwrap())
}

fn fits(listed: &[&str], printed: &[&str]) -> bool {
    match (listed, printed) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=printed.len()).any(|skip| fits(rest, printed.split_at(skip).1)),
        ([first, rest @ ..], [own, later @ ..]) => first == own && fits(rest, later),
        _ => false,
    }
}

/// A page with the output of its commands as it should be.
fn checked(
    text: &str,
    page: &Path,
    outside: &(Server, tempfile::TempDir),
    failures: &mut Vec<String>,
    commands: &mut usize,
) -> String {
    let mut result = Vec::new();
    let mut lines = text.lines().peekable();
    let mut in_console = false;
    let mut exit = 0;
    let mut directory = repository();
    while let Some(line) = lines.next() {
        result.push(line.to_owned());
        if line.starts_with("```") {
            in_console = !in_console && line == "```console";
            directory = repository();
            continue;
        }
        if !in_console || !line.starts_with("$ ") {
            continue;
        }
        let mut listed = Vec::new();
        while let Some(output) = lines.next_if(|next| !next.starts_with("$ ") && !next.starts_with("```")) {
            listed.push(output);
        }
        let printed = match line {
            "$ echo $?" => exit.to_string(),
            _ if line.starts_with("$ cd ") => {
                directory = repository().join(line.trim_start_matches("$ cd "));
                String::new()
            }
            _ if line.starts_with("$ badsig ") => {
                *commands += 1;
                let (text, code) = run(line, &directory, &outside.0, outside.1.path());
                exit = code;
                text
            }
            _ => listed.join("\n"),
        };
        let printed: Vec<&str> = printed.lines().collect();
        if fits(&listed, &printed) {
            result.extend(listed.iter().map(|line| (*line).to_owned()));
        } else {
            failures.push(format!("{}: {line}\n{}", page.display(), printed.join("\n")));
            result.extend(printed.iter().map(|line| (*line).to_owned()));
        }
    }
    result.join("\n") + "\n"
}

#[test]
fn transcripts_are_what_the_commands_print() {
    let bless = std::env::var_os("BADSIG_BLESS").is_some();
    // Where transcripts write files.
    let _ = std::fs::remove_dir_all(repository().join("target/example"));
    std::fs::create_dir_all(repository().join("target/example")).unwrap();
    let mut failures = Vec::new();
    let mut commands = 0;
    let outside = (site(), tempfile::tempdir().unwrap());
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        let result = checked(&text, &page, &outside, &mut failures, &mut commands);
        if bless {
            std::fs::write(&page, result).unwrap();
        }
    }
    assert!(commands > 0);
    assert!(
        bless || failures.is_empty(),
        "{} transcripts differ:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

/// The commands below a command, as its help lists them.
fn commands_below(path: &[String]) -> Vec<String> {
    let help = badsig().args(path).arg("-h").run().code(0).stdout();
    let list = help.split_once("Commands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

/// The page of options has every command that has options of its own; what it shows of each is a transcript. Each is also
/// shown at work.
#[test]
fn every_command_is_shown_with_its_options_and_at_work() {
    let page = std::fs::read_to_string(repository().join("docs/options.md")).unwrap();
    let guide: String = pages().iter().map(|page| std::fs::read_to_string(page).unwrap()).collect();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        let below = commands_below(&path);
        if below.is_empty() {
            seen += 1;
            let line = format!("\n$ badsig {} -h\n", path.join(" "));
            assert!(page.contains(&line), "docs/options.md lacks {line}");
            let name = format!("$ badsig {}", path.join(" "));
            let at_work = |line: &str| {
                line.strip_prefix(&name)
                    .is_some_and(|rest| rest != " -h" && (rest.is_empty() || rest.starts_with(' ')))
            };
            assert!(guide.lines().any(at_work), "no transcript of {name}");
        }
        open.extend(below.into_iter().map(|name| [path.clone(), vec![name]].concat()));
    }
    assert!(seen > 20, "{seen} commands");
}

/// All pages with links: the guide, the pages of checks, and those that stand elsewhere.
fn linked_pages() -> Vec<PathBuf> {
    let top = repository();
    let mut all = pages();
    let checks = std::fs::read_dir(top.join("docs/checks")).unwrap().map(|entry| entry.unwrap().path());
    all.extend(checks);
    let others = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "catalog/README.md"];
    let tests = ["fixtures/README.md", "tests/logs/README.md", "tests/recipes/README.md"];
    all.extend(others.iter().chain(&tests).map(|name| top.join(name)));
    all
}

/// A page without its blocks of code.
fn prose(page: &Path) -> String {
    let text = std::fs::read_to_string(page).unwrap();
    let mut code = false;
    let outside = text.lines().filter(|line| {
        code ^= line.starts_with("```");
        !code
    });
    outside.collect::<Vec<_>>().join("\n")
}

/// The anchors of the headings of a page, as GitHub and mdBook name them.
fn anchors(page: &Path) -> BTreeSet<String> {
    let prose = prose(page);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let named = headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|own| own.is_alphanumeric() || " -_".contains(*own));
        kept.map(|own| if own == ' ' { '-' } else { own }).collect()
    });
    named.collect()
}

/// Links between pages lead to files and headings that are there.
#[test]
fn links_between_pages_lead_somewhere() {
    let (mut dead, mut seen) = (Vec::new(), 0);
    for page in linked_pages() {
        for part in prose(&page).split("](").skip(1) {
            let target = part.split(')').next().unwrap();
            if target.contains("://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let markdown = file.extension().is_some_and(|own| own == "md");
            let named = anchor.is_empty() || (markdown && file.exists() && anchors(&file).contains(anchor));
            if !file.exists() || !named {
                dead.push(format!("{}: {target}", page.display()));
            }
            seen += 1;
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
    assert!(seen > 300, "{seen}");
}

/// Every page of the guide is linked from its first page and stands in its table of contents.
#[test]
fn every_page_is_in_both_indexes() {
    for index in ["README.md", "SUMMARY.md"] {
        let text = std::fs::read_to_string(repository().join("docs").join(index)).unwrap();
        for page in pages().iter().filter(|page| page.parent().unwrap().ends_with("docs")) {
            let name = page.file_name().unwrap().to_str().unwrap();
            let itself = ["README.md", "SUMMARY.md"].contains(&name);
            assert!(itself || text.contains(&format!("]({name})")), "docs/{index} lacks {name}");
        }
    }
}

/// The figures of the first page are those of the page that it leads to.
#[test]
fn the_readme_quotes_the_figures_of_the_mutation_test() {
    let read = |name: &str| std::fs::read_to_string(repository().join(name)).unwrap();
    let (page, readme) = (read("docs/security.md"), read("README.md"));
    let row = page.lines().find_map(|line| line.strip_prefix("| all | ")).unwrap();
    let cells: Vec<u64> =
        row.trim_end_matches(" |").split(" | ").map(|cell| cell.replace(',', "").parse().unwrap()).collect();
    let [tried, blocked, undecided, valid] = cells[..] else { panic!("{row}") };
    assert_eq!(tried, blocked + undecided + valid);
    let thousands = |number: u64| format!("{},{:03}", number / 1000, number % 1000);
    for figure in [
        format!("{} damaged copies", thousands(tried)),
        format!("{} not publishable", thousands(blocked + undecided)),
        format!("{} stay valid", thousands(valid)),
    ] {
        assert!(readme.contains(&figure), "README.md does not say \"{figure}\"");
    }
}

/// Every page, workflow and hook that names a release names this one.
#[test]
fn the_version_is_the_same_everywhere() {
    let version = env!("CARGO_PKG_VERSION");
    let listed =
        std::process::Command::new("git").args(["ls-files"]).current_dir(repository()).output().unwrap();
    let mut others = Vec::new();
    for name in String::from_utf8(listed.stdout).unwrap().lines() {
        let named = [".md", ".yml", ".yaml", "justfile"].iter().any(|ending| name.ends_with(ending));
        // The changelog tells of all versions.
        if !named || name == "CHANGELOG.md" {
            continue;
        }
        let text = std::fs::read_to_string(repository().join(name)).unwrap();
        for (at, _) in text.match_indices("badsig") {
            let rest = &text[at + "badsig".len()..];
            let Some(rest) = rest.strip_prefix(['@', ':', '-']) else { continue };
            let found: String = rest
                .trim_start_matches('v')
                .chars()
                .take_while(|letter| letter.is_ascii_digit() || *letter == '.')
                .collect();
            if found.split('.').count() == 3 && found != version {
                others.push(format!("{name}: {found}"));
            }
        }
    }
    assert!(others.is_empty(), "not {version}:\n{}", others.join("\n"));
}
