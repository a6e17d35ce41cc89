//! The shape of `badsig.toml`. Every table refuses keys that it does not know.

use std::collections::BTreeMap;
use std::path::PathBuf;

use badsig::Target;
use badsig::check::Level;
use badsig::codes::WintrustState;
use serde::Deserialize;
use toml::Spanned;

use crate::args::{Revocation, parse_state};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Shape {
    pub(super) targets: Vec<Target>,
    pub(super) levels: BTreeMap<String, Level>,
    pub(super) roots: Roots,
    pub(super) revocation: RevocationTable,
    pub(super) wintrust_state: Option<State>,
    pub(super) approved_certificates: Option<PathBuf>,
    pub(super) baseline: Option<PathBuf>,
    pub(super) lock: Option<PathBuf>,
    pub(super) publisher: Vec<Spanned<Publisher>>,
    pub(super) exception: Vec<Spanned<RawException>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Roots {
    /// `embedded`, or a directory.
    pub(super) program: Option<PathBuf>,
    pub(super) add: Vec<PathBuf>,
    pub(super) intermediates: Vec<PathBuf>,
    pub(super) distrust: Vec<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct RevocationTable {
    pub(super) mode: Option<Mode>,
    pub(super) crl: Vec<PathBuf>,
    pub(super) ocsp: Vec<PathBuf>,
    pub(super) kit: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mode {
    Off,
    Offline,
    Online,
}

impl From<Mode> for Revocation {
    fn from(mode: Mode) -> Revocation {
        match mode {
            Mode::Off => Revocation::Off,
            Mode::Offline => Revocation::Offline,
            Mode::Online => Revocation::Online,
        }
    }
}

/// A WinTrust State: a number of TOML (`0x23C00`), or text as the command line takes it.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "NumberOrText")]
pub(super) struct State(pub(super) WintrustState);

#[derive(Deserialize)]
#[serde(untagged, expecting = "wintrust-state is a number, as 0x23C00")]
enum NumberOrText {
    Number(u32),
    Text(String),
}

impl TryFrom<NumberOrText> for State {
    type Error = String;

    fn try_from(value: NumberOrText) -> Result<State, String> {
        match value {
            NumberOrText::Number(number) => Ok(State(WintrustState(number))),
            NumberOrText::Text(text) => parse_state(&text).map(State),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Publisher {
    pub(super) vendor: String,
    pub(super) product: String,
    pub(super) signers: Vec<String>,
}

/// What it is about is one of `sha256`, `path`, or `vendor` with `product`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawException {
    pub(super) check: String,
    pub(super) sha256: Option<String>,
    pub(super) path: Option<String>,
    pub(super) vendor: Option<String>,
    pub(super) product: Option<String>,
    pub(super) reason: String,
    /// A date of TOML, or the same as text.
    pub(super) expires: toml::Value,
}
