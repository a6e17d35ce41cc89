//! XML documents from strangers, element by element, in bounded memory.
//!
//! Parsing itself is left to `quick-xml`; this module adds what a gate needs: encodings, line numbers,
//! namespaces by URI, and refusal of document type declarations (so no entity can grow), of deep nesting and
//! of huge pieces. What is not well-formed ends the document.

mod encoding;
mod watched;

use std::io::{BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::errors::{Error as QuickError, IllFormedError};
use quick_xml::events::{BytesRef, BytesStart, BytesText, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};
use quick_xml::reader::NsReader;

use crate::limits::{XML_ATTRIBUTES, XML_DEPTH, XML_PIECE_BYTES};
use crate::problem::ProblemKind;
use watched::Watched;

/// Why a document was given up, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct XmlError {
    /// Line of the document, from 1.
    pub line: u64,
    /// Malformed, a limit, or not readable.
    pub kind: ProblemKind,
    /// What is wrong.
    pub message: String,
}

impl XmlError {
    pub(crate) fn new(line: u64, kind: ProblemKind, message: impl Into<String>) -> XmlError {
        XmlError { line, kind, message: message.into() }
    }

    fn malformed(line: u64, message: impl Into<String>) -> XmlError {
        XmlError::new(line, ProblemKind::Malformed, message)
    }

    fn limit(line: u64, message: impl Into<String>) -> XmlError {
        XmlError::new(line, ProblemKind::LimitReached, message)
    }
}

/// What wants to hear of a document. Comments and processing instructions are left out.
pub(crate) trait Handler {
    /// An element starts.
    fn start(&mut self, element: &Element<'_>) -> Result<(), XmlError>;
    /// Text of the innermost element; may come in several pieces.
    fn text(&mut self, line: u64, text: &str) -> Result<(), XmlError>;
    /// The innermost element ends.
    fn end(&mut self);
}

/// The start of an element.
pub(crate) struct Element<'a> {
    /// Line on which its tag starts.
    pub(crate) line: u64,
    /// URI of its namespace; empty when it has none.
    pub(crate) namespace: &'a str,
    /// Its name without prefix.
    pub(crate) name: &'a str,
    start: &'a BytesStart<'a>,
}

impl Element<'_> {
    /// The value of an attribute without namespace.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        let found =
            attributes.with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
    }
}

/// A document that is being read.
pub(crate) struct Document<'r> {
    reader: NsReader<Watched<Box<dyn BufRead + 'r>>>,
    buffer: Vec<u8>,
    depth: usize,
    root_seen: bool,
}

impl<'r> Document<'r> {
    /// Starts reading; finds out the encoding.
    pub(crate) fn new(source: impl Read + 'r) -> Result<Document<'r>, XmlError> {
        let bytes = encoding::utf8(source).map_err(|error| of_io(1, &error))?;
        let mut reader = NsReader::from_reader(Watched::new(bytes, XML_PIECE_BYTES));
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().check_comments = true;
        Ok(Document { reader, buffer: Vec::new(), depth: 0, root_seen: false })
    }

    /// The line that comes next, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.reader.get_ref().line()
    }

    /// Reads one piece of the document; `false` when it is complete.
    pub(crate) fn advance(&mut self, handler: &mut impl Handler) -> Result<bool, XmlError> {
        let line = self.line();
        self.buffer.clear();
        self.reader.get_mut().start_piece();
        match self.reader.read_event_into(&mut self.buffer).map_err(|error| of_parser(line, error))? {
            Event::Start(start) => {
                self.depth = self.depth.saturating_add(1);
                if self.depth > XML_DEPTH {
                    return Err(XmlError::limit(
                        line,
                        format!("elements are nested deeper than {XML_DEPTH}"),
                    ));
                }
                if self.depth == 1 && std::mem::replace(&mut self.root_seen, true) {
                    return Err(XmlError::malformed(line, "a second root element"));
                }
                sound_attributes(line, &start, self.reader.resolver())?;
                let (namespace, name) = self.reader.resolver().resolve_element(start.name());
                let namespace = match &namespace {
                    ResolveResult::Bound(namespace) => namespace.as_ref(),
                    ResolveResult::Unbound => "",
                    ResolveResult::Unknown(prefix) => return Err(undeclared(line, prefix)),
                };
                handler.start(&Element { line, namespace, name: name.into_inner(), start: &start })?;
            }
            // Without elements that are written as empty: they are expanded.
            Event::End(_) | Event::Empty(_) => {
                self.depth = self.depth.saturating_sub(1);
                handler.end();
            }
            Event::Text(text) if self.depth == 0 => only_space(line, &text)?,
            Event::Text(text) => handler.text(line, &text.xml10_content())?,
            Event::CData(_) if self.depth == 0 => return Err(outside(line)),
            Event::CData(text) => handler.text(line, &text.xml10_content())?,
            Event::GeneralRef(_) if self.depth == 0 => return Err(outside(line)),
            Event::GeneralRef(reference) => {
                let mut bytes = [0; 4];
                handler.text(line, resolve(line, &reference)?.encode_utf8(&mut bytes))?;
            }
            Event::DocType(_) => return Err(document_type(line)),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return self.ended(line),
        }
        Ok(true)
    }

    fn ended(&self, line: u64) -> Result<bool, XmlError> {
        match (self.depth, self.root_seen) {
            (0, true) => Ok(false),
            (0, false) => Err(XmlError::malformed(line, "the document holds no element")),
            (open, _) => Err(XmlError::malformed(
                line,
                format!("the document ends inside of {open} elements: it was cut off"),
            )),
        }
    }
}

/// Outside of the root nothing but space may stand.
fn only_space(line: u64, text: &BytesText<'_>) -> Result<(), XmlError> {
    let rest = text.trim_start_matches([' ', '\t', '\n', '\r']);
    if rest.is_empty() {
        return Ok(());
    }
    let space = text.get(..text.len().saturating_sub(rest.len())).unwrap_or_default();
    let lines = u64::try_from(space.matches('\n').count()).unwrap_or(u64::MAX);
    Err(outside(line.saturating_add(lines)))
}

/// Every attribute is looked at, also those that nobody asks for: what one program skips another refuses.
fn sound_attributes(line: u64, start: &BytesStart<'_>, names: &NamespaceResolver) -> Result<(), XmlError> {
    // The comparison of names is quadratic, so they are counted first.
    if start.attributes().with_checks(false).nth(XML_ATTRIBUTES).is_some() {
        return Err(XmlError::limit(line, format!("an element has more than {XML_ATTRIBUTES} attributes")));
    }
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| XmlError::malformed(line, error.to_string()))?;
        if attribute.key.as_ref().contains(':')
            && attribute.key.as_namespace_binding().is_none()
            && let (ResolveResult::Unknown(prefix), _) = names.resolve_attribute(attribute.key)
        {
            return Err(undeclared(line, &prefix));
        }
        if attribute.value.contains(['&', '<']) {
            attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| XmlError::malformed(line, error.to_string()))?;
        }
    }
    Ok(())
}

/// The character that a reference stands for.
fn resolve(line: u64, reference: &BytesRef<'_>) -> Result<char, XmlError> {
    if let Some(character) =
        reference.resolve_char_ref().map_err(|error| XmlError::malformed(line, error.to_string()))?
    {
        return Ok(character);
    }
    match &*reference.xml10_content() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        other => Err(XmlError::malformed(line, format!("the entity {:?} is not declared", shorten(other)))),
    }
}

fn document_type(line: u64) -> XmlError {
    XmlError::malformed(line, "a document type declaration, which update catalogs do not have, is refused")
}

fn outside(line: u64) -> XmlError {
    XmlError::malformed(line, "text outside of the root element")
}

fn undeclared(line: u64, prefix: &str) -> XmlError {
    XmlError::malformed(line, format!("the namespace prefix {:?} is not declared", shorten(prefix)))
}

fn shorten(text: &str) -> String {
    text.chars().take(crate::limits::SHOWN_CHARACTERS).collect()
}

fn of_io(line: u64, error: &std::io::Error) -> XmlError {
    if error.to_string() == watched::TOO_LONG {
        let message = format!("a tag, text or comment is longer than {XML_PIECE_BYTES} bytes");
        return XmlError::limit(line, message);
    }
    let kind = match error.kind() {
        std::io::ErrorKind::InvalidData => ProblemKind::Malformed,
        std::io::ErrorKind::UnexpectedEof => ProblemKind::Truncated,
        _ => ProblemKind::Unreadable,
    };
    XmlError::new(line, kind, error.to_string())
}

fn of_parser(line: u64, error: QuickError) -> XmlError {
    match error {
        QuickError::Io(error) => of_io(line, &error),
        QuickError::Namespace(error) => XmlError::limit(line, error.to_string()),
        QuickError::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => XmlError::malformed(
            line,
            format!("</{}> where </{}> must stand", shorten(&found), shorten(&expected)),
        ),
        other => XmlError::malformed(line, other.to_string()),
    }
}

#[cfg(test)]
mod tests;
