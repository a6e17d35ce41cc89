//! One attempt at an object of a store: the rest of the version that has begun to arrive, or the whole.

use futures_util::TryStreamExt as _;
use object_store::Error;
use reqwest::Url;
use tokio::time::timeout;

use super::body::Receiving;
use super::course::Course;
use super::part::Part;
use super::{Attempt, Download, Downloaded, Progress, Shared};
use crate::error::Failure;
use crate::objects;
use crate::validators::{Validators, is_strong};

impl Shared {
    pub(super) async fn attempt_object(
        &self,
        url: &Url,
        wanted: &Download,
        part: &mut Part,
        course: &mut Course,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Attempt, Failure> {
        let _turn = self.turn(url, course).await?;
        let object = self.objects.open(&wanted.url).await?;
        // Without a version to ask for, the rest might be that of another one.
        let goes_on = part.validator().is_some() && !part.is_complete();
        let from = if goes_on { part.length() } else { 0 };
        let held = part.held().or(wanted.unless.as_ref()).and_then(|held| held.etag.as_deref());
        let unless = held.filter(|_| from == 0);
        let got = match object.get(from, part.validator().filter(|_| goes_on), unless).await {
            Ok(got) if got.meta.e_tag.as_deref().is_some_and(|etag| !is_strong(etag)) => {
                let object = self.objects.open_once(&wanted.url).await?;
                object.get(from, None, None).await.map_err(|error| objects::refused(&error))?
            }
            Ok(got) => got,
            Err(Error::NotModified { .. }) if part.is_complete() => return self.finish(wanted, part),
            Err(Error::NotModified { .. }) if unless.is_some() => {
                return Ok(Attempt::Whole(Downloaded::NotModified));
            }
            Err(Error::Precondition { .. }) if from > 0 => return Ok(Attempt::Again),
            Err(error) => return Err(objects::refused(&error)),
        };
        let size = got.meta.size;
        let validators = Validators { etag: got.meta.e_tag.clone(), last_modified: None };
        let is_the_rest = part.may_have(Some(size)) && part.may_be_of(&validators);
        if got.range.start != from || (from > 0 && !is_the_rest) {
            return Ok(Attempt::Again);
        }
        self.fits(wanted, size)?;
        if from == 0 {
            part.restart(&wanted.url, validators, Some(size))?;
        } else {
            part.goes_on(Some(size));
        }
        part.settle()?;
        let mut pieces = got.into_stream();
        let mut receiving = Receiving::new(self, wanted, part, course, progress);
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
