//! Where a report goes: standard output and the files that were asked for, each with what writes its format.

use badsig::Target;

use super::format::{About, OutputFormat};
use super::line::Page;
use super::stdout::Stdout;
use super::width;
use crate::args::{OutputFile, When};
use crate::failure::Failure;
use crate::files::WholeFile;
use crate::settings::OutputSettings;

/// Standard output and files, each with its renderer.
pub(super) struct Destinations<R> {
    pub(super) stdout: (R, Stdout),
    pub(super) files: Vec<(R, WholeFile)>,
}

impl<R> Destinations<R> {
    /// Opens everything, so that what cannot be written is known before any work is done. `path_columns` is the longest
    /// path that shares its line with others.
    pub(super) fn open(
        settings: &OutputSettings,
        targets: &[Target],
        path_columns: usize,
        renderer: impl Fn(&OutputFormat, &About) -> R,
    ) -> Result<Destinations<R>, Failure> {
        let (stdout, page) = Stdout::page(settings.colour);
        let about = About {
            page,
            detail: settings.detail,
            targets: targets.to_vec(),
            path_columns,
            repository: settings.repository.clone(),
        };
        let in_file = About {
            page: Page { width: width::WITHOUT_TERMINAL, colour: settings.colour == When::Always },
            ..about.clone()
        };
        let open =
            |output: &OutputFile| Ok((renderer(output.format, &in_file), WholeFile::create(&output.path)?));
        let files = settings.files.iter().map(open).collect::<Result<_, Failure>>()?;
        Ok(Destinations { stdout: (renderer(settings.format, &about), stdout), files })
    }
}
