//! `badsig completions`: completion scripts for shells.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Arguments;
use crate::failure::Failure;
use crate::output::stdout::Stdout;

pub(crate) fn run(shell: Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "badsig", &mut script);
    let mut stdout = Stdout::plain();
    stdout.write_all(&script)?;
    stdout.flush()?;
    Ok(0)
}
