//! A tree of labels and texts, indented, with the texts of siblings in one column.

use std::io::{self, Write};

use anstyle::Style;
use serde_json::Value;

use crate::output::colour::{FAINT, STRONG};
use crate::output::line::{Line, Page};
use crate::output::width::columns;

const STEP: usize = 2;
/// Longer labels do not move the column.
const WIDEST_LABEL: usize = 20;

/// A label, what stands beside it, and what stands below.
pub(crate) struct Node {
    label: String,
    text: String,
    style: Style,
    below: Vec<Node>,
}

impl Node {
    pub(crate) fn new(label: impl Into<String>, text: impl Into<String>) -> Node {
        Node { label: label.into(), text: text.into(), style: Style::new(), below: Vec::new() }
    }

    /// A node that is there when its text is.
    pub(crate) fn maybe(label: &str, text: Option<impl ToString>) -> Option<Node> {
        text.map(|text| Node::new(label, text.to_string()))
    }

    #[must_use]
    pub(crate) fn styled(self, style: Style) -> Node {
        Node { style, ..self }
    }

    #[must_use]
    pub(crate) fn with(mut self, below: impl IntoIterator<Item = Node>) -> Node {
        self.below.extend(below);
        self
    }

    /// Shows any value that can be written as JSON; `None` when there is nothing in it.
    pub(crate) fn of_value(label: &str, value: &Value) -> Option<Node> {
        let label = label.replace('_', " ");
        match value {
            Value::Null => None,
            Value::Object(fields) => {
                let below: Vec<Node> =
                    fields.iter().filter_map(|(name, value)| Node::of_value(name, value)).collect();
                (!below.is_empty()).then(|| Node::new(label, "").with(below))
            }
            Value::Array(items) if items.iter().all(Value::is_string) => {
                let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                (!texts.is_empty()).then(|| Node::new(label, texts.join(", ")))
            }
            Value::Array(items) => {
                let below = items.iter().enumerate();
                let below: Vec<Node> =
                    below.filter_map(|(index, item)| Node::of_value(&index.to_string(), item)).collect();
                Some(Node::new(label, "").with(below))
            }
            Value::String(text) => Some(Node::new(label, text.as_str())),
            Value::Bool(_) | Value::Number(_) => Some(Node::new(label, value.to_string())),
        }
    }

    /// Writes the node and everything below it.
    pub(crate) fn write(&self, out: &mut dyn Write, page: Page) -> io::Result<()> {
        let line = Line::new(0, STEP).unbroken(STRONG, &self.label).gap(2).text(self.style, &self.text);
        line.write(out, page)?;
        self.write_below(out, page, STEP)
    }

    fn write_below(&self, out: &mut dyn Write, page: Page, indent: usize) -> io::Result<()> {
        let widths = self.below.iter().filter(|node| !node.text.is_empty()).map(|node| columns(&node.label));
        let widest = widths.filter(|width| *width <= WIDEST_LABEL).max().unwrap_or_default();
        for node in &self.below {
            let style = if node.below.is_empty() { FAINT } else { STRONG };
            let line = Line::new(indent, widest.saturating_add(2)).unbroken(style, &node.label);
            let column = indent.saturating_add(widest);
            let line = if node.text.is_empty() {
                line
            } else {
                line.up_to(column).gap(2).text(node.style, &node.text)
            };
            line.write(out, page)?;
            node.write_below(out, page, indent.saturating_add(STEP))?;
        }
        Ok(())
    }
}
