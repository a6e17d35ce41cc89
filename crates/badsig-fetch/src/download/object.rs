//! One attempt at an object of a store: the rest of the version that has begun to arrive, or the whole.

use futures_util::TryStreamExt as _;
use object_store::Error;
use reqwest::Url;
use tokio::time::timeout;

use super::body::Receiving;
use super::part::Part;
use super::{Attempt, Download, Downloaded, Progress, Shared};
use crate::cache::Validators;
use crate::error::Failure;
use crate::objects;

impl Shared {
    pub(super) async fn attempt_object(
        &self,
        url: &Url,
        wanted: &Download,
        part: &mut Part,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Attempt, Failure> {
        let _turn = self.hosts.turn(url).await?;
        let object = self.objects.open(&wanted.url).await?;
        let from = part.length();
        let unless = wanted.unless.as_ref().and_then(|held| held.etag.as_deref()).filter(|_| from == 0);
        let got = match object.get(from, part.validator(), unless).await {
            Ok(got) => got,
            Err(Error::NotModified { .. }) if unless.is_some() => {
                return Ok(Attempt::Whole(Downloaded::NotModified));
            }
            Err(Error::Precondition { .. }) if from > 0 => return Ok(Attempt::Again),
            Err(error) => return Err(objects::refused(&error)),
        };
        let size = got.meta.size;
        if got.range.start != from || !part.may_have(Some(size)) {
            return Ok(Attempt::Again);
        }
        self.fits(wanted, size)?;
        if from == 0 {
            let validators = Validators { etag: got.meta.e_tag.clone(), last_modified: None };
            part.restart(&wanted.url, validators, Some(size))?;
        } else {
            part.goes_on();
        }
        part.settle()?;
        let mut pieces = got.into_stream();
        let mut receiving = Receiving::new(self, wanted, part, progress);
        loop {
            let piece = timeout(receiving.patience(), pieces.try_next()).await;
            let piece = piece.map_err(|_| Failure::TooSlow(receiving.patience()))?;
            match piece.map_err(|error| Failure::Interrupted(error.to_string()))? {
                Some(piece) => receiving.take(&piece).await?,
                None => break,
            }
        }
        receiving.end()?;
        self.finish(wanted, part)
    }
}
