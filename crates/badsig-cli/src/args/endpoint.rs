//! The computers that are to accept the files, typed: their settings and their stores.

use std::ffi::OsString;
use std::path::PathBuf;

use badsig::codes::WintrustState;
use clap::Args;
use clap::builder::TypedValueParser as _;

/// How the computers judge that files are meant for.
#[derive(Args, Clone)]
pub(crate) struct EndpointArguments {
    /// Judge under this WinTrust State, a registry value of each user: 0x23C00 is the default of Windows
    #[arg(long, env = "BADSIG_WINTRUST_STATE", hide_env = true, value_name = "VALUE",
        value_parser = parse_state, help_heading = "Endpoints")]
    pub(crate) wintrust_state: Option<WintrustState>,

    /// Certificates in the store Trusted Publishers, which a State may ask for; repeat for several
    #[arg(
        long,
        env = "BADSIG_TRUSTED_PUBLISHERS",
        hide_env = true,
        value_name = "PATH",
        help_heading = "Endpoints"
    )]
    pub(crate) trusted_publishers: Vec<PathBuf>,

    /// Judge also as a computer with these certificates: an export of its stores (.sst, .p7b, .cer, PEM) or a
    /// directory of certutil -syncWithWU; repeat for several, or with the same NAME for several stores of one
    #[arg(long, env = "BADSIG_ENDPOINT_STORE", hide_env = true, value_name = "[NAME=]PATH",
        value_parser = clap::builder::OsStringValueParser::new().map(parse_store), help_heading = "Endpoints")]
    pub(crate) endpoint_store: Vec<EndpointStore>,

    /// Save the certificates that endpoints lack in this directory, with a script that installs them
    #[arg(
        long,
        env = "BADSIG_WRITE_MISSING",
        hide_env = true,
        value_name = "DIR",
        requires = "endpoint_store",
        help_heading = "Endpoints"
    )]
    pub(crate) write_missing: Option<PathBuf>,
}

/// An export of an endpoint's stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointStore {
    /// The endpoint's name; without one, that of the file.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// A path that exists is one, even with `=` in it.
fn parse_store(text: OsString) -> EndpointStore {
    let path = PathBuf::from(&text);
    if let Some((name, rest)) = text.to_str().and_then(|text| text.split_once('='))
        && !path.exists()
        && !name.is_empty()
    {
        return EndpointStore { name: name.to_owned(), path: PathBuf::from(rest) };
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    EndpointStore { name, path }
}

/// Hexadecimal with 0x, as SetReg and PowerShell show it, or after `dword:`, as an exported key does; else decimal.
pub(crate) fn parse_state(text: &str) -> Result<WintrustState, String> {
    let lower = text.trim().to_ascii_lowercase();
    let number = match lower.strip_prefix("0x").or_else(|| lower.strip_prefix("dword:")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+')),
        None => lower.parse().ok(),
    };
    number.map(WintrustState).ok_or_else(|| "expected a number of 32 bits such as 0x23C00".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_have_names() {
        let store = |text: &str| {
            let EndpointStore { name, path } = parse_store(text.into());
            (name, path.display().to_string())
        };
        assert_eq!(store("kiosk=exports/root.sst"), ("kiosk".to_owned(), "exports/root.sst".to_owned()));
        assert_eq!(store("exports/root.sst"), ("root.sst".to_owned(), "exports/root.sst".to_owned()));
        assert_eq!(store("=x"), ("=x".to_owned(), "=x".to_owned()));
    }

    #[test]
    fn states_as_tools_show_them() {
        let state = |text| parse_state(text).map(|state| state.0).ok();
        assert_eq!(state("0x23C00"), Some(0x2_3c00));
        assert_eq!(state("0XC9"), Some(0xc9));
        assert_eq!(state("dword:000000c9"), Some(0xc9));
        assert_eq!(state("146432"), Some(0x2_3c00));
        for wrong in ["", "23c00", "0x", "0x+1", "-1", "0x100000000", "c9"] {
            assert_eq!(state(wrong), None, "{wrong}");
        }
    }
}
