//! What may be fetched, from where it is kept, typed.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{TypedValueParser, ValueParser};

use super::flag;

/// Caches and the network.
#[derive(Args, Clone)]
pub(crate) struct NetworkArguments {
    /// Where fetched lists, answers and issuers are kept [default: the user's cache directory]
    #[arg(long, env = "BADSIG_CACHE_DIR", hide_env = true, value_name = "DIR", help_heading = "Network")]
    pub(crate) cache_dir: Option<PathBuf>,

    /// Lists, answers and issuers fetched elsewhere (badsig trust update --kit); repeat for several
    #[arg(long, env = "BADSIG_KIT", hide_env = true, value_name = "DIR", help_heading = "Network")]
    pub(crate) kit: Vec<PathBuf>,

    /// Online: servers with private and link-local addresses may be asked
    #[arg(
        long, env = "BADSIG_ALLOW_PRIVATE_ADDRESSES", hide_env = true, value_parser = flag(),
        help_heading = "Network"
    )]
    pub(crate) allow_private_addresses: bool,

    /// Online: how long one attempt may take, in seconds
    #[arg(
        long, env = "BADSIG_FETCH_TIMEOUT", hide_env = true, value_name = "SECONDS", default_value = "60",
        value_parser = seconds(), help_heading = "Network"
    )]
    pub(crate) fetch_timeout: Duration,
}

/// Whole or decimal seconds, at most a day.
pub(super) fn seconds() -> ValueParser {
    clap::builder::StringValueParser::new().try_map(|text| parse_seconds(&text)).into()
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    let sensible = number > 0.0 && number <= 86_400.0;
    match Duration::try_from_secs_f64(number) {
        Ok(duration) if sensible => Ok(duration),
        _ => Err("expected more than 0 and at most 86400 seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_sensible() {
        assert_eq!(parse_seconds("0.5"), Ok(Duration::from_millis(500)));
        for bad in ["", "x", "0", "-1", "NaN", "inf", "86401"] {
            assert!(parse_seconds(bad).is_err(), "{bad}");
        }
    }
}
