//! Lists of paths and addresses (`--files-from`): one a line, or with a NUL after each.
//!
//! PowerShell writes UTF-16 with a mark at the start when output is redirected, other tools on Windows UTF-8
//! with a mark; both are read. Paths stand as they are: no patterns, no quotes, no comments.

use std::path::{Path, PathBuf};

use super::Input;
use crate::failure::Failure;
use crate::files;

const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF16_MARK: &[u8] = &[0xff, 0xfe];

/// Reads a list from a file, or from standard input for `-`.
pub(crate) fn read(list: &Path, null: bool) -> Result<Vec<Input>, Failure> {
    let failed = |why: String| Failure::usage(format!("--files-from {}: {why}", list.display()));
    let bytes = contents(list)?;
    let paths = split(&bytes, null).map_err(failed)?;
    Ok(paths.into_iter().map(|path| Input::of(path, Input::Exact)).collect())
}

fn contents(list: &Path) -> Result<Vec<u8>, Failure> {
    if list.as_os_str() != "-" {
        return files::read_as(&format!("--files-from {}", list.display()), list, files::EVIDENCE);
    }
    let failed = |why: String| Failure::usage(format!("standard input: {why}"));
    let bytes = files::bounded(std::io::stdin().lock(), files::EVIDENCE);
    let bytes = bytes.map_err(|error| failed(format!("cannot be read: {error}")))?;
    bytes.ok_or_else(|| failed(format!("has more than {} bytes, the limit for lists", files::EVIDENCE)))
}

fn split(bytes: &[u8], null: bool) -> Result<Vec<PathBuf>, String> {
    let text = match bytes.strip_prefix(UTF16_MARK) {
        Some(units) => utf16(units)?.into_bytes(),
        None => bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes).to_vec(),
    };
    let end = if null { 0 } else { b'\n' };
    text.split(|byte| *byte == end)
        .map(|line| if null { line } else { line.strip_suffix(b"\r").unwrap_or(line) })
        .filter(|line| !line.is_empty())
        .map(path)
        .collect()
}

fn utf16(bytes: &[u8]) -> Result<String, String> {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .map(u16::from_le_bytes)
        .collect();
    String::from_utf16(&units).map_err(|error| error.to_string())
}

#[cfg(unix)]
fn path(line: &[u8]) -> Result<PathBuf, String> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(line)))
}

#[cfg(not(unix))]
fn path(line: &[u8]) -> Result<PathBuf, String> {
    std::str::from_utf8(line).map(PathBuf::from).map_err(|error| format!("not UTF-8: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(bytes: &[u8], null: bool) -> Vec<String> {
        split(bytes, null).unwrap().iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn lines_of_any_system() {
        assert_eq!(paths(b"a.msi\r\nb c.exe\n\nd*.cab", false), ["a.msi", "b c.exe", "d*.cab"]);
        assert_eq!(paths(b"\xef\xbb\xbfa\n", false), ["a"]);
        assert_eq!(paths(b"\xff\xfea\0\r\0\n\0b\0", false), ["a", "b"]);
    }

    #[test]
    fn names_with_line_ends_need_nul() {
        assert_eq!(paths(b"a\nb\0c\0", true), ["a\nb", "c"]);
    }

    #[test]
    fn an_empty_list_is_empty() {
        assert!(paths(b"\n\r\n", false).is_empty());
    }
}
