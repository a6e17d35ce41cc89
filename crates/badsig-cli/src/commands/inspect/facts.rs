//! The facts of a file as a tree.

use badsig::Facts;
use badsig::facts::MsiExtended;
use serde::Serialize;

use super::signature;
use crate::output::colour::{ERROR, WARNING};
use crate::output::tree::Node;

/// Everything that was read.
pub(super) fn tree(facts: &Facts) -> Node {
    let mut below = Vec::new();
    if let Some(size) = facts.size {
        below.push(Node::new("format", facts.format.description()));
        below.push(Node::new("size", format!("{size} bytes")));
    }
    below.extend(Node::maybe("sha256", facts.sha256.as_ref()));
    below.extend(Node::maybe("sha1", facts.sha1.as_ref()));
    below.extend(facts.problems.iter().map(|problem| Node::new("problem", &problem.message).styled(ERROR)));
    below.extend(of_serializable("description", &facts.description));
    below.extend(of_serializable("storage", &facts.storage));
    below.extend(of_serializable("burn_engine", &facts.burn_engine));
    below.extend(of_serializable("external_cabinets", &facts.external_cabinets));
    below.extend(of_serializable("installer_certificates", &facts.installer_certificates));
    below.extend(of_serializable("beside", &facts.beside));
    below.extend(facts.msi_extended.as_ref().map(extended));
    if facts.signatures.is_empty() && facts.size.is_some() {
        below.push(Node::new("signatures", "none").styled(WARNING));
    }
    below.extend(signature::nodes(&facts.signatures));
    Node::new(&facts.path, "").with(below)
}

fn of_serializable(label: &str, value: &impl Serialize) -> Option<Node> {
    let value = serde_json::to_value(value).ok()?;
    let value = match (value, label) {
        // The number zero says nothing, and the extended digest is shown by itself.
        (serde_json::Value::Object(mut fields), "storage") => {
            fields.retain(|name, value| value.as_u64() != Some(0) && name != "msi_extended");
            serde_json::Value::Object(fields)
        }
        (value, _) => value,
    };
    Node::of_value(label, &value)
}

fn extended(extended: &MsiExtended) -> Node {
    let state = if extended.matches { "matches" } else { "does not match" };
    let style = if extended.matches { anstyle::Style::new() } else { ERROR };
    Node::new("MsiDigitalSignatureEx", state).styled(style).with([
        Node::new("stored", extended.stored.to_string()),
        Node::new("computed", extended.computed.to_string()),
    ])
}
