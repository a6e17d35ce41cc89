//! A walk through the packages of a catalog, for commands that judge nothing.

use badsig::codes::exit_codes;
use badsig::updates::{CatalogEntry, Package};

use super::open;
use crate::args::UpdatesSource;
use crate::failure::Failure;
use crate::inputs::Located;
use crate::output::message;
use crate::progress;

/// Gives every package to `take` until it says `false`; gives the exit code. Damage is told on standard error.
pub(super) fn packages(
    source: &UpdatesSource,
    mut take: impl FnMut(&Package, Option<&str>) -> Result<bool, Failure>,
) -> Result<u8, Failure> {
    let progress = progress::wanted(source.no_progress);
    let located = Located::find(&source.catalog, &source.downloading, &source.connection, progress)?;
    let mut code = exit_codes::PUBLISHABLE;
    let mut complain = |why: &dyn std::fmt::Display| {
        message::error(&format!("{}: {why}", located.shown));
        code = exit_codes::UNDECIDED;
    };
    let mut failure = None;
    match open(&located).catalog {
        Err(problem) => complain(&problem),
        Ok(catalog) => {
            let walked = catalog.packages(&mut |entry| match entry {
                CatalogEntry::Package(package, member) => match take(&package, member.as_deref()) {
                    Ok(more) => more,
                    Err(error) => {
                        failure = Some(error);
                        false
                    }
                },
                CatalogEntry::Broken(member, error) => {
                    let place = member.map(|member| format!("{member}: ")).unwrap_or_default();
                    complain(&format!("{place}{error}"));
                    true
                }
            });
            if let Err(problem) = walked {
                complain(&problem);
            }
        }
    }
    failure.map_or(Ok(code), Err)
}
