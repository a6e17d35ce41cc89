//! A signature as a tree: digest, signer, certificates, time stamps, attributes, arithmetic.

use anstyle::Style;
use badsig::Hex;
use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::facts::{
    Check, Contents, PageHashes, SignatureFacts, SignerFacts, SubjectDigest, TimestampFacts, TimestampKind,
};
use badsig::authenticode::name;

use crate::output::colour::{ERROR, WARNING};
use crate::output::tree::Node;

/// All signatures, nested ones inside those that carry them.
pub(super) fn nodes(signatures: &[SignatureFacts]) -> Vec<Node> {
    children(signatures, None)
}

fn children(signatures: &[SignatureFacts], parent: Option<usize>) -> Vec<Node> {
    let own = signatures.iter().filter(|signature| signature.parent == parent);
    // A signature stands behind the one it is nested in, so this ends.
    own.map(|own| node(own).with(children(signatures, Some(own.index)))).collect()
}

fn node(facts: &SignatureFacts) -> Node {
    let offset = facts.offset.map(|offset| format!(" at {offset:#x}")).unwrap_or_default();
    let place = format!("{}{offset}, {} bytes", facts.place, facts.size);
    let node = Node::new(format!("signature {}", facts.index), place).with(padding(facts));
    match &facts.contents {
        Ok(contents) => node.with(self::contents(contents)),
        Err(why) => node.with([Node::new("not readable", why).styled(ERROR)]),
    }
}

fn padding(facts: &SignatureFacts) -> Option<Node> {
    let padding = facts.padding;
    let hidden = padding.not_zero > 0;
    let zeros = if hidden { format!("{} of them not zero", padding.not_zero) } else { "all zero".to_owned() };
    let style = if hidden { WARNING } else { Style::new() };
    (padding.length > 0)
        .then(|| Node::new("padding", format!("{} bytes, {zeros}", padding.length)).styled(style))
}

fn contents(contents: &Contents) -> Vec<Node> {
    let mut nodes = vec![Node::new("version", contents.version.to_string())];
    nodes.push(Node::new("content type", contents.content_type.to_string()));
    nodes.extend(contents.digest.as_ref().map(digest));
    nodes.extend(contents.page_hashes.as_ref().map(pages));
    nodes.extend(Node::maybe("program", contents.program.name.as_ref()));
    nodes.extend(Node::maybe("more information", contents.program.more_info.as_ref()));
    nodes.extend(
        contents
            .program
            .statement_type
            .map(|kind| Node::new("statement type", format!("{kind:?}").to_ascii_lowercase())),
    );
    if contents.signer_count != 1 {
        nodes.push(Node::new("signers", contents.signer_count.to_string()).styled(WARNING));
    }
    nodes.push(signer(&contents.signer, contents.signer_certificate()));
    nodes.push(certificates(contents));
    nodes.extend(contents.timestamps.iter().map(|stamp| timestamp(stamp, &contents.certificates)));
    nodes.extend(contents.unknown_attributes.iter().map(|attribute| {
        let what = attribute.known_as().unwrap_or("not known");
        Node::new("attribute", format!("{} ({} bytes, {what})", attribute.kind, attribute.size))
    }));
    nodes
}

fn digest(digest: &SubjectDigest) -> Node {
    let algorithm = match &digest.algorithm {
        Ok(algorithm) => algorithm.name(),
        Err(why) => why,
    };
    let (state, style) = match (&digest.computed, digest.matches()) {
        (_, true) => ("matches the file", Style::new()),
        (Some(_), false) => ("does not match the file", ERROR),
        (None, false) => ("not computed", WARNING),
    };
    Node::new("digest", format!("{algorithm}, {state}"))
        .styled(style)
        .with([Node::new("stored", digest.stored.to_string())])
        .with(Node::maybe("computed", digest.computed.as_ref()))
}

fn pages(pages: &PageHashes) -> Node {
    let state = if pages.matches { "all match" } else { "not all match" };
    let style = if pages.matches { Style::new() } else { ERROR };
    Node::new("page hashes", format!("{} of {} pages, {state}", pages.algorithm.name(), pages.pages))
        .styled(style)
}

fn signer(signer: &SignerFacts, certificate: Option<&Certificate>) -> Node {
    let name = certificate.map_or_else(|| "certificate missing".to_owned(), Certificate::common_name);
    let algorithm =
        signer.digest_algorithm.as_ref().map_or_else(Clone::clone, |known| known.name().to_owned());
    Node::new("signer", name)
        .with([Node::new("named as", &signer.identifier), Node::new("digest algorithm", algorithm)])
        .with([
            check("messageDigest", &signer.message_digest),
            check("contentType", &signer.content_type),
            check("signature value", &signer.signature),
        ])
        .with(Node::maybe("claimed time", signer.claimed_time))
}

fn check(label: &str, check: &Check) -> Node {
    match check {
        Check::Ok => Node::new(label, "ok"),
        Check::Failed(why) => Node::new(label, why).styled(ERROR),
        Check::Unsupported(why) => Node::new(label, format!("cannot be checked: {why}")).styled(WARNING),
    }
}

fn certificates(contents: &Contents) -> Node {
    let count = contents.certificates.len();
    let again = match contents.duplicate_certificates {
        0 => String::new(),
        more => format!(", {more} of them again"),
    };
    let unreadable = contents.unreadable_certificates.iter();
    Node::new("certificates", format!("{count}{again}"))
        .with(contents.certificates.iter().map(certificate))
        .with(unreadable.map(|why| Node::new("not readable", why).styled(WARNING)))
        .with(
            (contents.revocation_bytes > 0).then(|| {
                Node::new("revocation lists", format!("{} bytes, not read", contents.revocation_bytes))
            }),
        )
}

fn certificate(certificate: &Certificate) -> Node {
    let scheme = certificate
        .signature_scheme()
        .map_or_else(|error| error.to_string(), |scheme| scheme.digest().name().to_owned());
    let validity = format!("{} to {}", certificate.not_before(), certificate.not_after());
    Node::new(certificate.common_name(), "").with([
        Node::new("subject", name::display(certificate.subject())),
        Node::new("issuer", name::display(certificate.issuer())),
        Node::new("serial", Hex::from(certificate.serial()).to_string()),
        Node::new("valid", validity),
        Node::new("key", format!("{}, signed with {scheme}", certificate.key())),
        Node::new("thumbprint", Hex::from(&certificate.sha1()[..]).upper()),
        Node::new("sha256", Hex::from(&certificate.sha256()[..]).upper()),
    ])
}

fn further(stamp: &TimestampFacts, shown: &[Certificate]) -> Option<Node> {
    let further: Vec<&Certificate> =
        stamp.certificates.iter().filter(|certificate| !shown.contains(certificate)).collect();
    let node = || Node::new("further certificates", further.len().to_string());
    (!further.is_empty()).then(|| node().with(further.iter().map(|more| certificate(more))))
}

/// Certificates that the signature carries itself are not shown again.
fn timestamp(stamp: &TimestampFacts, shown: &[Certificate]) -> Node {
    let kind = match stamp.kind {
        TimestampKind::Rfc3161 => "RFC 3161",
        TimestampKind::Pkcs9 => "PKCS#9",
    };
    let time = stamp.time.map_or_else(|| "without a time".to_owned(), |time| time.to_string());
    let authority = stamp.signer_certificate().map(Certificate::common_name);
    Node::new("time stamp", format!("{time} ({kind})"))
        .with(Node::maybe("authority", authority))
        .with(Node::maybe("digest algorithm", stamp.digest_algorithm.map(|known| known.name())))
        .with(if stamp.problems.is_empty() { Some(Node::new("arithmetic", "ok")) } else { None })
        .with(stamp.problems.iter().map(|why| Node::new("arithmetic", why).styled(ERROR)))
        .with(further(stamp, shown))
}
