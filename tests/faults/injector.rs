//! The library that makes reading and writing fail, compiled from `inject.c`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::common::Badsig;
use testkit::repository;

/// The compiled library; `None` where there is no C compiler.
fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let made = LIBRARY.get_or_init(|| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("inject.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&path);
        let output = compiler.arg(repository().join("tests/faults/inject.c")).arg("-ldl").output();
        match output {
            Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => {
                testkit::skip_tool("there is no C compiler");
                return None;
            }
        }
        Some((directory, path))
    });
    made.as_ref().map(|(_, path)| path.as_path())
}

/// The command with faults in the files whose paths hold a text.
pub(crate) fn with_faults(command: Badsig, path: &str, faults: &[(&str, u64)]) -> Option<Badsig> {
    let mut command = command.env("LD_PRELOAD", library()?.to_str().unwrap()).env("FAULT_PATH", path);
    for (name, value) in faults {
        command = command.env(name, &value.to_string());
    }
    Some(command)
}
