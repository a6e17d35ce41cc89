//! `badsig vendors`: the catalog of vendors that ship unsigned installers.

use badsig::vendors::{Entry, VendorCatalog};

use crate::args::{CatalogArguments, VendorsCommand, When};
use crate::failure::Failure;
use crate::vendors;

mod add;
mod export;
mod lint;
mod list;
mod matching;
mod schema;
mod show;
mod shown_toml;
mod summary;
mod verify;

/// Does what was asked and gives the exit code.
pub(crate) fn run(command: &VendorsCommand, colour: When) -> Result<u8, Failure> {
    match command {
        VendorsCommand::List(arguments) => list::run(arguments, colour),
        VendorsCommand::Show(arguments) => show::run(arguments, colour),
        VendorsCommand::Match(arguments) => matching::run(arguments, colour),
        VendorsCommand::Lint(arguments) => lint::run(arguments, colour),
        VendorsCommand::Add(arguments) => add::run(arguments),
        VendorsCommand::Export(arguments) => export::run(arguments),
        VendorsCommand::Verify(arguments) => verify::run(arguments, colour),
        VendorsCommand::Schema => schema::run(),
    }
}

fn catalog(arguments: &CatalogArguments) -> Result<VendorCatalog, Failure> {
    vendors::catalog(arguments.vendors.as_deref()).map(|(catalog, _)| catalog)
}

/// The entry with this id, or what was probably meant.
fn entry<'c>(catalog: &'c VendorCatalog, id: &str) -> Result<&'c Entry, Failure> {
    let known = |entry: &Entry| strsim::jaro_winkler(&entry.id, &id.to_lowercase());
    catalog.entry(id).ok_or_else(|| {
        let nearest = catalog.entries().max_by(|left, right| known(left).total_cmp(&known(right)));
        let hint =
            nearest.filter(|entry| known(entry) > 0.75).map(|entry| format!("; did you mean {}?", entry.id));
        let hint = hint.unwrap_or_else(|| "; badsig vendors list names all".to_owned());
        Failure::usage(format!("no entry has the id {id:?}{hint}"))
    })
}
