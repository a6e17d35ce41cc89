//! What the JSON Schema says that types do not: the values that a text can have.

use schemars::{Schema, SchemaGenerator, json_schema};

use crate::check::all_checks;

/// The id of one of the checks, those of update catalogs too.
pub(super) fn check_id(_: &mut SchemaGenerator) -> Schema {
    let ids: Vec<&str> = all_checks().map(|check| check.id).collect();
    json_schema!({ "type": "string", "enum": ids })
}
