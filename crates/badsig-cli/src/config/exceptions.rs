//! Exceptions of the policy file, checked.

use std::path::Path;

use badsig::Hex;
use badsig::policy::{Exception, Product, Scope};
use toml::Spanned;

use super::shape::RawException;
use super::toml_file::{at, line};
use crate::failure::Failure;

/// All exceptions; one that makes no sense, or two that clash, end the run.
pub(super) fn checked(
    path: &Path,
    text: &str,
    raw: &[Spanned<RawException>],
) -> Result<Vec<Exception>, Failure> {
    let mut checked: Vec<(usize, Exception)> = Vec::new();
    for spanned in raw {
        let failed = |message: &str| at(path, text, Some(spanned.span()), message);
        let exception = exception(spanned.get_ref()).map_err(|message| failed(&message))?;
        let here = line(text, spanned.span().start);
        let clash = checked
            .iter()
            .find(|(_, other)| other.check == exception.check && other.scope == exception.scope);
        if let Some((there, _)) = clash {
            return Err(failed(&format!(
                "this exception clashes with the one at line {there}: both are for {} ({}); keep one",
                exception.check, exception.scope
            )));
        }
        checked.push((here, exception));
    }
    Ok(checked.into_iter().map(|(_, exception)| exception).collect())
}

fn exception(raw: &RawException) -> Result<Exception, String> {
    let exception = Exception {
        check: raw.check.clone(),
        scope: scope(raw)?,
        reason: raw.reason.clone(),
        expires: match &raw.expires {
            toml::Value::String(text) => text.parse().ok(),
            other => other.to_string().parse().ok(),
        }
        .ok_or_else(|| format!("expires = {}: expected a date such as 2027-01-31", raw.expires))?,
    };
    exception.checked().map_err(|error| error.to_string())
}

fn scope(raw: &RawException) -> Result<Scope, String> {
    match (&raw.sha256, &raw.path, &raw.vendor, &raw.product) {
        (Some(digest), None, None, None) => match Hex::parse(digest).filter(|hex| hex.0.len() == 32) {
            Some(digest) => Ok(Scope::Sha256(digest)),
            None => Err(format!("sha256 = {digest:?}: expected 64 hexadecimal digits")),
        },
        (None, Some(pattern), None, None) => {
            pattern.parse().map(Scope::Path).map_err(|error| format!("path = {pattern:?}: {error}"))
        }
        (None, None, Some(vendor), Some(product)) => {
            Ok(Scope::Product(Product { vendor: vendor.clone(), name: product.clone() }))
        }
        _ => Err("an exception is about one of: sha256, path, or vendor with product".to_owned()),
    }
}
