//! Where a request leads: the caller's own address, then each checked step of its redirects.

use std::collections::BTreeSet;

use reqwest::{Response, Url};

use crate::attempt::{self, AddressPolicy};
use crate::error::Failure;
use crate::limits;

/// An address that a file is asked for at.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    policy: AddressPolicy<'a>,
    first: Url,
    now: Url,
    left: usize,
}

impl<'a> Route<'a> {
    /// Begins at the caller's own address. Only that one may carry a password, and only its server gets it.
    pub(crate) fn new(
        text: &str,
        allow_private: bool,
        proxies: &'a BTreeSet<String>,
    ) -> Result<Route<'a>, Failure> {
        let policy = AddressPolicy { allow_private, allow_credentials: true, proxies };
        let first = attempt::usable(text, &policy)?;
        Ok(Route { policy, now: first.clone(), first, left: limits::MAX_REDIRECTS })
    }

    /// The address to ask now.
    pub(crate) fn url(&self) -> &Url {
        &self.now
    }

    /// Goes where an answer leads.
    pub(crate) fn redirect(&mut self, response: &Response) -> Result<(), Failure> {
        self.left = self.left.checked_sub(1).ok_or_else(|| Failure::Redirect {
            location: self.now.to_string(),
            reason: format!("there were more than {} redirects", limits::MAX_REDIRECTS),
        })?;
        let to = attempt::target(&self.now, response)?;
        self.policy.allow_credentials = to.origin() == self.first.origin();
        attempt::check_redirect(&to, &self.policy)?;
        self.now = to;
        Ok(())
    }
}
