//! `badsig updates show`: everything that a catalog says of one update.

use std::io::Write as _;

use anstyle::Style;
use badsig::codes::exit_codes;
use badsig::hex::Hex;
use badsig::updates::package::{InstallableItem, Installer, OriginFile};
use badsig::updates::{Expected, Package};

use super::walk;
use crate::args::{Format, UpdatesShowArguments, When};
use crate::failure::Failure;
use crate::output::colour::{FAINT, STRONG};
use crate::output::json;
use crate::output::line::Line;
use crate::output::stdout::Stdout;

const LABEL: usize = 18;
const INDENT: usize = 2;

pub(super) fn run(arguments: &UpdatesShowArguments, colour: When) -> Result<u8, Failure> {
    let wanted = arguments.id.trim().trim_matches(['{', '}']).to_ascii_lowercase();
    let mut found: Vec<(Package, Option<String>)> = Vec::new();
    let code = walk::packages(&arguments.source, |package, member| {
        if package.canonical_id().is_some_and(|id| id.starts_with(&wanted)) {
            found.push((package.clone(), member.map(str::to_owned)));
        }
        // Two are enough to say that the id is not one package's.
        Ok(found.len() < 2)
    })?;
    let (package, member) = match found.as_slice() {
        [(package, member)] => (package, member),
        [] if code != exit_codes::PUBLISHABLE => return Ok(code),
        [] => return Err(Failure::usage(format!("no update has the id {}", arguments.id))),
        _ => {
            return Err(Failure::usage(format!(
                "several updates have an id that starts with {}; 'badsig updates list' shows them",
                arguments.id
            )));
        }
    };
    match arguments.shown.format {
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, package)?;
            stdout.flush()?;
        }
        _ => {
            let (mut stdout, page) = Stdout::page(colour);
            for line in lines(package, member.as_deref()) {
                line.write(&mut stdout, page)?;
            }
            stdout.flush()?;
        }
    }
    Ok(code)
}

fn item(indent: usize, label: &str, text: &str) -> Line {
    let line = Line::new(indent, LABEL).text(FAINT, label).up_to(indent.saturating_add(LABEL));
    line.text(Style::new(), text)
}

fn optional(indent: usize, label: &str, text: Option<&str>) -> Option<Line> {
    text.map(|text| item(indent, label, text))
}

fn lines(package: &Package, member: Option<&str>) -> Vec<Line> {
    let title = package.title().unwrap_or("without a title");
    let mut lines = vec![Line::new(0, INDENT).text(STRONG, title)];
    let place = member.map(|member| format!("{member}, ")).unwrap_or_default();
    lines.push(item(INDENT, "place", &format!("{place}line {}", package.line)));
    lines.extend(optional(INDENT, "id", package.canonical_id().as_deref()));
    lines.extend(optional(INDENT, "created", package.creation_date.as_deref()));
    lines.extend(optional(INDENT, "state", package.publication_state.as_deref()));
    lines.extend(optional(INDENT, "vendor", package.vendor.as_deref()));
    lines.extend(package.products.iter().map(|product| item(INDENT, "product", product)));
    lines.extend(optional(INDENT, "classification", package.classification.as_deref()));
    lines.extend(optional(INDENT, "severity", package.severity.as_deref()));
    let description = package.texts.iter().find_map(|text| text.description.as_deref());
    lines.extend(optional(INDENT, "description", description));
    let languages: Vec<&str> = package.texts.iter().filter_map(|text| text.language.as_deref()).collect();
    lines.push(item(INDENT, "languages", &languages.join(", ")));
    lines.extend(package.supersedes.iter().map(|id| item(INDENT, "supersedes", id)));
    lines.extend(package.prerequisites.iter().map(|group| item(INDENT, "needs one of", &group.join(", "))));
    lines.extend(package.bundles.iter().map(|id| item(INDENT, "bundles", id)));
    lines.extend(package.items.iter().flat_map(of_item));
    lines
}

fn of_item(installable: &InstallableItem) -> Vec<Line> {
    let inner = INDENT.saturating_mul(2);
    let id = installable.id.as_deref().unwrap_or("without an id");
    let mut lines = vec![Line::new(INDENT, INDENT).text(STRONG, "item ").text(Style::new(), id)];
    if let Some(installer) = &installable.installer {
        lines.push(item(inner, "installer", installer.name()));
        lines.extend(optional(inner, "starts", installer.program()));
        lines.extend(optional(inner, "with", installer.command_line()));
        if let Installer::Exe(exe) = installer {
            lines.extend(exe.return_codes.iter().map(|code| {
                let text = format!(
                    "{}: {}, restart: {}",
                    code.code.as_deref().unwrap_or("?"),
                    code.result.as_deref().unwrap_or("?"),
                    code.reboot.as_deref().unwrap_or("false")
                );
                item(inner, "return code", &text)
            }));
        }
    }
    lines.extend(optional(inner, "restarts", installable.reboot_behaviour.as_deref()));
    if !installable.languages.is_empty() {
        lines.push(item(inner, "languages", &installable.languages.join(", ")));
    }
    lines.extend(installable.origin_file.iter().flat_map(|file| of_file(inner, file)));
    lines
}

fn of_file(indent: usize, file: &OriginFile) -> Vec<Line> {
    let expected = Expected::from(file);
    let hex = |digest: &Option<Hex>| digest.as_ref().map(ToString::to_string);
    [
        optional(indent, "file", expected.file_name.as_deref()),
        optional(indent, "size", expected.size.map(|size| format!("{size} bytes")).as_deref()),
        optional(indent, "sha1", hex(&expected.sha1).as_deref()),
        optional(indent, "sha256", hex(&expected.sha256).as_deref()),
        optional(indent, "modified", file.modified.as_deref()),
        optional(indent, "address", expected.url.as_deref()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
