//! `badsig man`: the manual page badsig(1), with every command in it.

use std::io::{self, Write};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::args::Arguments;
use crate::failure::Failure;
use crate::output::stdout::Stdout;

pub(crate) fn run() -> Result<u8, Failure> {
    let mut stdout = Stdout::plain();
    page(&mut stdout)?;
    stdout.flush()?;
    Ok(0)
}

fn page(out: &mut dyn Write) -> io::Result<()> {
    let mut command = Arguments::command();
    command.build();
    let man = Man::new(command.clone());
    let mut out = out;
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    for command in command.get_subcommands() {
        section(command.get_name(), command, out)?;
        // `badsig cert verify`.
        for inner in command.get_subcommands() {
            section(&format!("{} {}", command.get_name(), inner.get_name()), inner, out)?;
        }
    }
    man.render_extra_section(&mut out)?;
    man.render_version_section(&mut out)
}

/// One command: its sections one level lower, under a heading of its own.
fn section(name: &str, command: &Command, out: &mut dyn Write) -> io::Result<()> {
    let man = Man::new(command.clone());
    let mut sections = Vec::new();
    man.render_synopsis_section(&mut sections)?;
    man.render_description_section(&mut sections)?;
    if command.get_arguments().next().is_some() {
        man.render_options_section(&mut sections)?;
    }
    if command.get_after_help().is_some() {
        man.render_extra_section(&mut sections)?;
    }
    let text = String::from_utf8_lossy(&sections).replace("\n.SH ", "\n.SS ");
    writeln!(out, ".SH \"BADSIG {}\"", name.to_ascii_uppercase())?;
    out.write_all(text.strip_prefix(".SH ").map_or(text.clone(), |rest| format!(".SS {rest}")).as_bytes())
}
