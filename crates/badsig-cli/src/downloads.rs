//! Downloads of a run: several at once, with progress on standard error, kept between runs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use badsig_fetch::download::{Expected, Progress};
use badsig_fetch::{Download, DownloadOptions, Downloaded, Downloader, FetchError, FetchOptions, Validators};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::args::DownloadArguments;
use crate::failure::Failure;

const TEMPLATE: &str = "{bar:24} {bytes}/{total_bytes} ({bytes_per_sec}) {msg}";
/// Longest name of a file that is taken from an address.
const LONGEST_NAME: usize = 120;

/// A file that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    pub(crate) url: String,
    /// What it must be, where somebody says.
    pub(crate) sha256: Option<[u8; 32]>,
}

/// Downloads files into a directory.
pub(crate) struct Downloads {
    directory: PathBuf,
    downloader: Downloader,
    runtime: Runtime,
    progress: bool,
}

/// What is known of a file that was downloaded: to ask whether it is still the same.
#[derive(Deserialize, Serialize)]
struct Held {
    etag: Option<String>,
    last_modified: Option<String>,
    size: u64,
}

impl Downloads {
    /// Nothing is asked yet.
    pub(crate) fn new(arguments: &DownloadArguments, progress: bool) -> Result<Downloads, Failure> {
        let mut fetch = FetchOptions::new(SystemTime::now());
        fetch.allow_private_addresses = arguments.download_from_private;
        fetch.extra_authorities.clone_from(&arguments.tls_authorities);
        let mut options = DownloadOptions::polite();
        options.bytes_per_second = arguments.limit_rate;
        options.size_limit = arguments.download_limit.unwrap_or(options.size_limit);
        let refused = |error: String| Failure::usage(error);
        let downloader = Downloader::new(fetch, options).map_err(|error| refused(error.to_string()))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| refused(format!("no network on this system: {error}")))?;
        let directory = arguments.downloads.clone();
        let cannot = |error| refused(format!("--downloads {}: {error}", directory.display()));
        std::fs::create_dir_all(&directory).map_err(cannot)?;
        Ok(Downloads { directory, downloader, runtime, progress })
    }

    /// Where a file will lie: a directory of its own for each address, so that the file keeps its name.
    fn place(&self, url: &str) -> PathBuf {
        let digest = Sha256::digest(url.as_bytes());
        let own: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        self.directory.join(own).join(file_name(url))
    }

    /// Gets files, several at once; the answers come in the order of the addresses.
    pub(crate) fn get(&self, wanted: &[Wanted]) -> Vec<Result<PathBuf, String>> {
        let bars = MultiProgress::with_draw_target(if self.progress && io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        });
        let mut answers: BTreeMap<usize, Result<PathBuf, String>> = BTreeMap::new();
        self.runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for (number, own) in wanted.iter().cloned().enumerate() {
                let (downloader, to, bar) =
                    (self.downloader.clone(), self.place(&own.url), bar(&bars, &own.url));
                tasks.spawn(async move {
                    let answer = one(&downloader, &own, &to, &bar).await;
                    bar.finish_and_clear();
                    (number, answer.map(|()| to).map_err(|error| error.to_string()))
                });
            }
            while let Some(done) = tasks.join_next().await {
                if let Ok((number, answer)) = done {
                    answers.insert(number, answer);
                }
            }
        });
        let lost = || Err("badsig failed while this was downloaded".to_owned());
        (0..wanted.len()).map(|number| answers.remove(&number).unwrap_or_else(lost)).collect()
    }
}

fn bar(bars: &MultiProgress, url: &str) -> ProgressBar {
    let bar = bars.add(ProgressBar::new(0));
    if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
        bar.set_style(style.progress_chars("━━─"));
    }
    bar.set_message(file_name(url));
    bar
}

async fn one(
    downloader: &Downloader,
    wanted: &Wanted,
    to: &Path,
    bar: &ProgressBar,
) -> Result<(), FetchError> {
    let beside = to.with_file_name("held.json");
    let unless = held(to, &beside);
    let expected = Expected { sha256: wanted.sha256, ..Expected::default() };
    let mut asked = Download { url: wanted.url.clone(), to: to.to_owned(), expected, unless };
    let progress = |progress: Progress| {
        bar.set_length(progress.total.unwrap_or(progress.arrived));
        bar.set_position(progress.arrived);
    };
    let mut answer = downloader.download(&asked, &progress).await?;
    if answer == Downloaded::NotModified && !is_expected(to, wanted.sha256) {
        asked.unless = None;
        answer = downloader.download(&asked, &progress).await?;
    }
    if let Downloaded::File(arrived) = answer {
        let Validators { etag, last_modified } = arrived.validators;
        let held = Held { etag, last_modified, size: arrived.size };
        // Without it the file is sent again next time, and no more.
        let _ = serde_json::to_vec(&held).map(|text| std::fs::write(&beside, text));
    }
    Ok(())
}

/// What the server said of the file that is there, when it is whole.
fn held(to: &Path, beside: &Path) -> Option<Validators> {
    let held: Held = serde_json::from_slice(&std::fs::read(beside).ok()?).ok()?;
    let whole = std::fs::metadata(to).is_ok_and(|metadata| metadata.len() == held.size);
    let known = held.etag.is_some() || held.last_modified.is_some();
    (whole && known).then_some(Validators { etag: held.etag, last_modified: held.last_modified })
}

fn is_expected(path: &Path, sha256: Option<[u8; 32]>) -> bool {
    let Some(expected) = sha256 else { return true };
    let digest = || {
        let (mut file, mut hasher, mut buffer) = (File::open(path)?, Sha256::new(), vec![0; 128 * 1024]);
        loop {
            match file.read(&mut buffer)? {
                0 => return io::Result::Ok(<[u8; 32]>::from(hasher.finalize())),
                read => hasher.update(buffer.get(..read).unwrap_or_default()),
            }
        }
    };
    digest().is_ok_and(|digest| digest == expected)
}

/// The last part of an address, made harmless: letters, digits and a few signs.
fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let behind = path.split_once("://").map_or(path, |(_, behind)| behind);
    let last = behind.rsplit_once('/').map_or("", |(_, last)| last).replace("%20", " ");
    let safe = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' | '+' | ' ' => character,
        _ => '_',
    };
    let name: String = last.chars().map(safe).take(LONGEST_NAME).collect();
    let name = name.trim_matches(['.', ' ']);
    // `held.json` stands beside the file.
    if name.is_empty() || name.eq_ignore_ascii_case("held.json") {
        "download".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_harmless() {
        for (url, name) in [
            ("https://x.example/a/7z2602-x64.msi", "7z2602-x64.msi"),
            ("https://x.example/a/setup%20x.exe?token=1#2", "setup x.exe"),
            ("https://x.example/..", "download"),
            ("https://x.example", "download"),
            ("https://x.example/a\\..\\b", "a_.._b"),
            ("https://x.example/held.json", "download"),
            ("https://x.example/\u{202e}exe.msi", "_exe.msi"),
        ] {
            assert_eq!(file_name(url), name, "{url}");
        }
    }
}
