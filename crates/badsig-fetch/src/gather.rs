//! Everything that a judgement needs, fetched at once: each thing once, within one deadline and one bound of memory.
//!
//! Whoever judges asks again with what he has learnt. Nothing here knows what a revocation list means; what cannot be had is
//! an entry with its error, so that the judge says what it did without.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::budget::Budget;
use crate::error::{Failure, FetchError};
use crate::fetcher::Fetcher;
use crate::limits;
use crate::request::{Fetched, Kind, Request};

/// Something that a judgement needs from outside.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Wanted {
    /// A revocation list.
    Crl {
        /// From cRLDistributionPoints.
        url: String,
    },
    /// The certificate of an issuer.
    Issuer {
        /// From authorityInfoAccess, caIssuers.
        url: String,
    },
    /// An OCSP response.
    Ocsp {
        /// From authorityInfoAccess, ocsp.
        url: String,
        /// The DER of the OCSPRequest.
        request: Vec<u8>,
    },
}

impl Wanted {
    /// The request that gets it.
    pub fn request(&self) -> Request {
        match self {
            Self::Crl { url } => Request::Get { url: url.clone(), kind: Kind::Crl },
            Self::Issuer { url } => Request::Get { url: url.clone(), kind: Kind::Certificate },
            Self::Ocsp { url, request } => Request::Ocsp { url: url.clone(), der: request.clone() },
        }
    }
}

/// What was had, and what was not and why.
pub type Gathered = BTreeMap<Wanted, Result<Fetched, FetchError>>;

/// What one gathering may cost, in time and memory.
struct Bounds {
    ends: Instant,
    budget: Arc<Budget>,
}

impl Fetcher {
    /// Fetches all at once, each once, within the deadline of the options.
    pub async fn gather(&self, wanted: impl IntoIterator<Item = Wanted>) -> Gathered {
        let mut gathered = Gathered::new();
        self.gather_into(&mut gathered, wanted.into_iter().collect(), &self.bounds()).await;
        gathered
    }

    fn bounds(&self) -> Bounds {
        let now = Instant::now();
        let ends = now.checked_add(self.options().deadline).unwrap_or(now);
        Bounds { ends, budget: Arc::new(Budget::new(self.options().total_size)) }
    }

    async fn gather_into(&self, gathered: &mut Gathered, wanted: Vec<Wanted>, bounds: &Bounds) {
        let mut tasks = JoinSet::new();
        for one in wanted {
            if gathered.contains_key(&one) {
                continue;
            }
            let url = one.request().url().to_owned();
            if gathered.len() >= limits::MAX_WANTED {
                gathered.insert(one, Err(Failure::TooMany(limits::MAX_WANTED).at(&url)));
                continue;
            }
            // Stands until the answer is there; also what remains should a task be lost.
            let late = Failure::Deadline(self.options().deadline).at(&url);
            gathered.insert(one.clone(), Err(late.clone()));
            let (fetcher, ends, budget) = (self.clone(), bounds.ends, Arc::clone(&bounds.budget));
            tasks.spawn(async move {
                let request = one.request();
                let answer =
                    timeout_at(ends, fetcher.fetch_within(&request, &budget)).await.unwrap_or(Err(late));
                (one, answer)
            });
        }
        while let Some(done) = tasks.join_next().await {
            if let Ok((one, answer)) = done {
                gathered.insert(one, answer);
            }
        }
    }
}
