//! Text armour (RFC 7468): blocks of base64 between lines with a label.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One block.
pub(crate) struct Block {
    /// `CERTIFICATE`, `X509 CRL`; `None` when its first line does not end.
    pub(crate) label: Option<String>,
    /// What is in it, or what is damaged, for people.
    pub(crate) der: Result<Vec<u8>, String>,
}

/// Whether there is a block in it.
pub(crate) fn is_armoured(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).contains(BEGIN)
}

/// All blocks, in order; what stands between them is passed over.
pub(crate) fn blocks(bytes: &[u8]) -> Vec<Block> {
    String::from_utf8_lossy(bytes).split(BEGIN).skip(1).map(block).collect()
}

fn block(text: &str) -> Block {
    let Some((label, rest)) = text.split_once(DASHES) else {
        return Block { label: None, der: Err("its first line does not end".to_owned()) };
    };
    let der = match rest.split_once(END) {
        Some((body, _)) => {
            let digits: String = body.split_whitespace().collect();
            STANDARD.decode(digits).map_err(|error| error.to_string())
        }
        None => Err("its last line is missing".to_owned()),
    };
    Block { label: Some(label.to_owned()), der }
}

impl Block {
    /// Whether its label is one of these.
    pub(crate) fn is_one_of(&self, labels: &[&str]) -> bool {
        self.label.as_deref().is_some_and(|label| labels.contains(&label))
    }
}

/// The bytes of the first block with one of these labels; `None` when there is none, or it is damaged.
pub(crate) fn first(bytes: &[u8], labels: &[&str]) -> Option<Vec<u8>> {
    blocks(bytes).into_iter().find(|block| block.is_one_of(labels))?.der.ok()
}
