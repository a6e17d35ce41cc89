use super::*;

/// Writes down what it hears: `{namespace}name(` … `)`.
#[derive(Default)]
struct Written(String);

impl Handler for Written {
    fn start(&mut self, element: &Element<'_>) -> Result<(), XmlError> {
        let value = element.attribute("v").map(|value| format!("[{value}]")).unwrap_or_default();
        self.0.push_str(&format!("{}{}:{}{value}(", element.line, element.namespace, element.name));
        Ok(())
    }

    fn text(&mut self, _: u64, text: &str) -> Result<(), XmlError> {
        self.0.push_str(text.trim_end_matches('\n'));
        Ok(())
    }

    fn end(&mut self) {
        self.0.push(')');
    }
}

fn read(xml: &[u8]) -> Result<String, XmlError> {
    let mut written = Written::default();
    let mut document = Document::new(xml)?;
    while document.advance(&mut written)? {}
    Ok(written.0)
}

fn refused(xml: &[u8]) -> (u64, ProblemKind) {
    let error = read(xml).unwrap_err();
    (error.line, error.kind)
}

#[test]
fn elements_have_lines_and_namespaces() {
    let xml = b"<?xml version='1.0'?>\n<a xmlns='u' xmlns:p='w'>\n<p:b v='1&lt;2'/>\n<c xmlns=''>x&amp;&#65;<![CDATA[<]]></c></a>";
    assert_eq!(read(xml).unwrap(), "2u:a(3w:b[1<2]()4:c(x&A<))");
}

#[test]
fn namespaces_count_not_prefixes() {
    assert_eq!(read(b"<x:a xmlns:x='u'/>").unwrap(), read(b"<a xmlns='u'/>").unwrap());
    assert_eq!(refused(b"<x:a/>"), (1, ProblemKind::Malformed));
    assert_eq!(refused(b"<a>\n<b x:y='1'/></a>"), (2, ProblemKind::Malformed));
}

#[test]
fn what_is_not_well_formed_is_refused_with_its_line() {
    for xml in [
        "<a>\n<b>\n</a>",
        "<a>\n\n",
        "<a/>\n\n<b/>",
        "<a/>\n\nx",
        "<a>\n\n&nothing;</a>",
        "<a>\n\n<b v='&nothing;'/></a>",
        "<a>\n\n<b v='1' v='2'/></a>",
        "<a>\n\n<b v=1/></a>",
        "<a>\n\n&#x0;</a>",
        "<a>\n\n<!-- -- --></a>",
    ] {
        assert_eq!(refused(xml.as_bytes()), (3, ProblemKind::Malformed), "{xml:?}");
    }
    assert_eq!(refused(b"").1, ProblemKind::Malformed);
    assert_eq!(refused(b"<a>\n\xff</a>").1, ProblemKind::Malformed);
}

/// The usual attacks: entities that grow, outside entities, nesting, huge tags, many attributes or namespaces.
#[test]
fn attacks_are_refused_with_their_line() {
    let lol = "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;'>]>\n<a>&c;</a>";
    assert_eq!(refused(lol.as_bytes()), (2, ProblemKind::Malformed));
    let outside = "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>\n<a/>";
    assert_eq!(refused(outside.as_bytes()), (1, ProblemKind::Malformed));
    let deep = "<a>\n".repeat(100_000);
    let depth = u64::try_from(XML_DEPTH).unwrap() + 1;
    assert_eq!(refused(deep.as_bytes()), (depth, ProblemKind::LimitReached));
    let huge = format!("<a>\n<b v='{}'/></a>", "x".repeat(64 << 20));
    assert_eq!(refused(huge.as_bytes()), (2, ProblemKind::LimitReached));
    let comment = format!("<a>\n<!--{}--></a>", "x".repeat(64 << 20));
    assert_eq!(refused(comment.as_bytes()), (2, ProblemKind::LimitReached));
    let attributes: String = (0..50_000).map(|index| format!(" a{index}='1'")).collect();
    assert_eq!(refused(format!("<a>\n<b{attributes}/></a>").as_bytes()), (2, ProblemKind::LimitReached));
    let names: String = (0..500).map(|index| format!(" xmlns:a{index}='u'")).collect();
    assert_eq!(refused(format!("<a>\n<b{names}/></a>").as_bytes()).1, ProblemKind::LimitReached);
}
