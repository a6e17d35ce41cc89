//! `--tree`: what is inside a file, member by member, level by level. Facts only.

use anstyle::Style;
use badsig::Facts;
use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::facts::Contents;
use badsig::facts::PayloadFacts;

use crate::output::colour::{ERROR, WARNING};
use crate::output::tree::Node;

/// Everything inside.
pub(super) fn tree(facts: &Facts) -> Node {
    let (text, style) = described(facts, &facts.path);
    let below = inside(facts, &facts.path);
    let node = Node::new(&facts.path, text).styled(style).with(problems(facts)).with(below);
    if facts.problems.is_empty() && facts.payload.is_empty() {
        let why = if facts.looked_inside { "nothing that badsig knows" } else { "not looked at (--depth 0)" };
        return node.with([Node::new("inside", why)]);
    }
    node
}

/// Whether everything inside was read: neither damaged, nor cut off by a limit.
pub(super) fn all_read(facts: &Facts) -> bool {
    let read = |facts: &Facts| {
        facts.problems.is_empty() && facts.payload.iter().all(|own| own.problems().next().is_none())
    };
    facts.tree().all(read)
}

fn inside(facts: &Facts, outer: &str) -> Vec<Node> {
    let mut members = facts.members.iter();
    let of_one = |payload: &PayloadFacts| {
        // Members stand in the order of the ways in which they are carried.
        let own = members.by_ref().take(usize::try_from(payload.judged).unwrap_or(usize::MAX));
        let below: Vec<Node> = own.map(|member| member_node(facts, member, outer)).collect();
        self::payload(payload).with(below).with(others(payload))
    };
    facts.payload.iter().map(of_one).collect()
}

fn payload(payload: &PayloadFacts) -> Node {
    if let Some(why) = &payload.not_opened {
        return Node::new(&payload.title, format!("not opened: {why}")).styled(WARNING);
    }
    let plural = if payload.members == 1 { "" } else { "s" };
    let node = Node::new(&payload.title, format!("{} member{plural}", payload.members));
    let end = payload
        .problem
        .iter()
        .map(|problem| Node::new("not read to the end", &problem.message).styled(WARNING));
    let unread = payload.unread.iter();
    let unread =
        unread.map(|member| Node::new(&member.name, format!("not read: {}", member.problem)).styled(WARNING));
    let named = u64::try_from(payload.unread.len()).unwrap_or(u64::MAX);
    let more = payload.unread_members.saturating_sub(named);
    let more = (more > 0).then(|| Node::new(format!("{more} more"), "not read").styled(WARNING));
    node.with(end).with(unread).with(more)
}

fn others(payload: &PayloadFacts) -> impl Iterator<Item = Node> {
    payload.others.iter().map(|member| {
        let plural = if member.size == Some(1) { "" } else { "s" };
        let size = member.size.map(|size| format!("{size} byte{plural}")).unwrap_or_default();
        Node::new(&member.name, size)
    })
}

fn member_node(container: &Facts, member: &Facts, outer: &str) -> Node {
    let name = below(&container.path, &member.path);
    let label = match &member.installed_as {
        Some(installed) if installed != name => format!("{name} ({installed})"),
        _ => name.to_owned(),
    };
    let (text, style) = described(member, outer);
    Node::new(label, text).styled(style).with(problems(member)).with(inside(member, outer))
}

fn problems(facts: &Facts) -> impl Iterator<Item = Node> {
    facts.problems.iter().map(|problem| Node::new("problem", problem.to_string()).styled(ERROR))
}

/// A path below that of a container.
fn below<'p>(container: &str, path: &'p str) -> &'p str {
    path.strip_prefix(container).and_then(|inner| inner.strip_prefix("!/")).unwrap_or(path)
}

/// Format, size and signature in one line.
fn described(facts: &Facts, outer: &str) -> (String, Style) {
    let Some(size) = facts.size else { return (String::new(), Style::new()) };
    let (signed, style) = signed(facts, outer);
    (format!("{}, {size} bytes, {signed}", facts.format.description()), style)
}

fn signed(facts: &Facts, outer: &str) -> (String, Style) {
    if let Some(first) = &facts.same_as {
        return (format!("the same bytes as {}", below(outer, first)), Style::new());
    }
    let Some(signature) = facts.signatures.first() else { return ("not signed".to_owned(), Style::new()) };
    let Ok(contents) = &signature.contents else { return ("its signature cannot be read".to_owned(), ERROR) };
    let signer = contents.signer_certificate().map(Certificate::common_name);
    let signer = signer.unwrap_or_else(|| "a signer whose certificate is missing".to_owned());
    if is_changed(contents) {
        return (format!("signed by {signer}, but its digest does not match"), ERROR);
    }
    (format!("signed by {signer}"), Style::new())
}

/// Whether the digest in the signature is another than that of the file.
fn is_changed(contents: &Contents) -> bool {
    contents.digest.as_ref().is_some_and(|digest| digest.computed.is_some() && !digest.matches())
}
