//! Names of files as code hosts want them: from the top of the repository, wherever badsig was started.

use std::env::current_dir;
use std::io;
use std::path::Path;

/// The top of a repository, and the working directory below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repository {
    /// Directories from the top down to the working directory.
    below: Vec<String>,
    /// The top by the names that absolute paths may have for it, each with `/` at its end.
    tops: Vec<String>,
}

impl Repository {
    /// The repository with this top; the working directory must be in it.
    pub(crate) fn new(top: &Path) -> io::Result<Repository> {
        let (given, working) = (std::path::absolute(top)?, current_dir()?);
        let (real, own) = (top.canonicalize()?, working.canonicalize()?);
        let below = own.strip_prefix(&real).map_err(|_| {
            io::Error::other(format!("the working directory, {}, is not in it", working.display()))
        })?;
        let below = below.iter().map(|step| step.to_string_lossy().into_owned()).collect();
        let tops =
            [given, real].iter().filter_map(|top| Some(format!("{}/", slashed(top.to_str()?)))).collect();
        Ok(Repository { below, tops })
    }

    /// A path, as given to badsig, from the top of the repository. Of a path that leads elsewhere, what follows the root; an
    /// address is named by host and path.
    pub(crate) fn relative(&self, path: &str) -> String {
        let path = slashed(path);
        if let Some((_, rest)) = path.split_once("://") {
            return steps(&[], rest);
        }
        if let Some(inside) = self.tops.iter().find_map(|top| path.strip_prefix(top.as_str())) {
            return steps(&[], inside);
        }
        if !path.starts_with('/') && !has_drive(&path) {
            return steps(&self.below, &path);
        }
        let working = current_dir().ok().and_then(|working| Some(format!("{}/", slashed(working.to_str()?))));
        match working.and_then(|working| path.strip_prefix(&working).map(str::to_owned)) {
            Some(inside) => steps(&self.below, &inside),
            None => steps(&[], &path),
        }
    }
}

fn slashed(path: &str) -> String {
    path.replace('\\', "/")
}

fn has_drive(path: &str) -> bool {
    let mut characters = path.chars();
    characters.next().is_some_and(|letter| letter.is_ascii_alphabetic()) && characters.next() == Some(':')
}

/// Goes from a directory along a path; above the top there is nothing.
fn steps(from: &[String], path: &str) -> String {
    let mut steps: Vec<&str> = from.iter().map(String::as_str).collect();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            name => steps.push(name),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_top_paths_start_in_the_working_directory() {
        let here = Repository::default();
        assert_eq!(here.relative("./a.exe"), "a.exe");
        assert_eq!(here.relative(".\\incoming\\a.exe"), "incoming/a.exe");
        assert_eq!(here.relative("../a.exe"), "a.exe");
        assert_eq!(here.relative(".a.exe"), ".a.exe");
        assert_eq!(here.relative("/tmp/x.exe"), "tmp/x.exe");
        assert_eq!(here.relative("C:\\in\\x.exe"), "C:/in/x.exe");
        assert_eq!(here.relative("https://example.com/x.exe"), "example.com/x.exe");
        let inside = current_dir().unwrap().join("in/x.exe");
        assert_eq!(here.relative(inside.to_str().unwrap()), "in/x.exe");
    }

    #[test]
    fn below_a_top_paths_start_there() {
        let repository = Repository {
            below: vec!["sub".to_owned(), "dir".to_owned()],
            tops: vec!["/home/me/repo/".to_owned()],
        };
        assert_eq!(repository.relative("a.exe"), "sub/dir/a.exe");
        assert_eq!(repository.relative("../a.exe"), "sub/a.exe");
        assert_eq!(repository.relative("../../../../a.exe"), "a.exe");
        assert_eq!(repository.relative("/home/me/repo/in/a.exe"), "in/a.exe");
        assert_eq!(repository.relative("/home/me/else/a.exe"), "home/me/else/a.exe");
        let inside = current_dir().unwrap().join("a.exe");
        assert_eq!(repository.relative(inside.to_str().unwrap()), "sub/dir/a.exe");
        assert_eq!(repository.relative("https://example.com/x.exe"), "example.com/x.exe");
    }

    #[test]
    fn the_working_directory_is_in_the_repository() {
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(Repository::new(elsewhere.path()).unwrap_err().to_string().contains("is not in it"));
        let here = Repository::new(&current_dir().unwrap().join("..")).unwrap();
        assert!(here.relative("a.exe").ends_with("/a.exe"));
    }
}
