//! The command `badsig`: arguments, progress, outputs, exit codes. Everything that decides is in the library.

mod args;
mod bundle;
mod catalogs;
mod certificates;
mod collect;
mod commands;
mod config;
mod distrust;
mod downloads;
mod endpoints;
mod facts_cache;
mod failure;
mod files;
mod inputs;
mod kit;
mod left_out;
mod online;
mod output;
#[cfg(unix)]
mod owner;
mod progress;
mod ranged;
mod revocation;
mod roots;
mod run;
mod settings;
mod shard;
mod stored;
mod vendors;
mod winget;

use std::panic::catch_unwind;
use std::process::ExitCode;

use badsig::codes::exit_codes;

use args::{Arguments, Command};
use failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::typed();
    failure::say_panics_briefly();
    let code = match catch_unwind(|| run(&arguments)) {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            output::message::error(&failure.to_string());
            failure.exit_code()
        }
        // The hook has already said what happened.
        Err(_) => exit_codes::DEFECT,
    };
    ExitCode::from(code)
}

/// Does what was asked and gives the exit code.
fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let colour = arguments.color;
    output::message::set_colour(colour);
    match &arguments.command {
        Command::Check(arguments) => commands::check::run(arguments, colour),
        Command::Judge(arguments) => commands::judge::run(arguments, colour),
        Command::Inspect(arguments) => commands::inspect::run(arguments, colour),
        Command::Report(command) => commands::report::run(command, colour),
        Command::Updates(command) => commands::updates::run(command, colour),
        Command::Cert(command) => commands::cert::run(command, colour),
        Command::Explain(arguments) => commands::explain::run(arguments, colour),
        Command::Schema(arguments) => commands::schema::run(arguments.of),
        Command::Log(arguments) => commands::log::run(arguments, colour),
        Command::Lock(command) => commands::lock::run(command, colour),
        Command::Init(arguments) => commands::init::run(arguments),
        Command::Trust(command) => commands::trust::run(command, colour),
        Command::Vendors(command) => commands::vendors::run(command, colour),
        Command::Completions(arguments) => commands::completions::run(arguments.shell),
        Command::Man => commands::man::run(),
    }
}
