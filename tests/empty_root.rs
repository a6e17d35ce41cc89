//! The program alone in an empty root, as in the last stage of the Dockerfile.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code")]

use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::repository;

fn in_empty_root(program: &Path) {
    let script = repository().join("scripts/test-empty-root.sh");
    let output = Command::new("bash").arg(script).arg(program).output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    match output.status.code() {
        Some(77) => testkit::skip(said.trim_start_matches("skipped: ").trim()),
        code => assert_eq!(code, Some(0), "{said}"),
    }
}

/// Nothing but the libraries of the system is needed: no file of time zones, no certificates, no `/proc`, no `/tmp`.
#[test]
fn the_program_needs_nothing_beside_it() {
    in_empty_root(Path::new(env!("CARGO_BIN_EXE_badsig")));
}

/// The static program, where `scripts/test-static.sh` or somebody else built it with this sort of build.
#[test]
fn the_static_program_needs_nothing_at_all() {
    let built = Path::new(env!("CARGO_BIN_EXE_badsig"));
    let (sort, target) = (built.parent().unwrap().file_name().unwrap(), built.ancestors().nth(2).unwrap());
    let program: PathBuf = target.join("x86_64-unknown-linux-musl").join(sort).join("badsig");
    if !program.exists() {
        return testkit::skip(&format!(
            "there is no {}: scripts/test-static.sh builds it",
            program.display()
        ));
    }
    let time = |path: &Path| path.metadata().unwrap().modified().unwrap();
    if time(&program) < time(built) {
        return testkit::skip(&format!("{} is older than the program under test", program.display()));
    }
    in_empty_root(&program);
}
