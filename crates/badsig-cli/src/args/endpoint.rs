//! The computers that are to accept the files, typed: their settings and their stores.

use std::path::PathBuf;

use badsig::codes::WintrustState;
use clap::Args;

/// How the computers judge that files are meant for.
#[derive(Args)]
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
}

/// Hexadecimal with 0x, as SetReg and PowerShell show it, or after `dword:`, as an exported key does; else decimal.
fn parse_state(text: &str) -> Result<WintrustState, String> {
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
