//! Repetitions after failures that may pass.

use std::future::Future;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder, Retryable as _};

use crate::error::Failure;
use crate::limits;
use crate::options::FetchOptions;

/// Pauses before repetitions: growing, with some chance in them, as many as the options allow.
pub(crate) fn pauses(options: &FetchOptions) -> impl Iterator<Item = Duration> + use<> {
    exponential(options).build()
}

fn exponential(options: &FetchOptions) -> ExponentialBuilder {
    let first = options.first_pause;
    ExponentialBuilder::default()
        .with_min_delay(first)
        .with_max_delay(limits::LONGEST_PAUSE.max(first))
        .with_max_times(options.retries)
        .with_jitter()
}

/// Whether a repetition may help, and the server does not want a longer pause than anybody waits for.
pub(crate) fn is_worthwhile(failure: &Failure) -> bool {
    failure.is_temporary() && failure.retry_after().is_none_or(|wait| wait <= limits::LONGEST_PAUSE)
}

/// Tries until it succeeds or a repetition is not worthwhile; pauses as the server asks.
pub(crate) async fn repeated<T, F: Future<Output = Result<T, Failure>>>(
    options: &FetchOptions,
    attempt: impl FnMut() -> F,
) -> Result<T, Failure> {
    attempt
        .retry(exponential(options))
        .when(is_worthwhile)
        .adjust(|failure, pause| pause.map(|pause| failure.retry_after().unwrap_or(pause)))
        .await
}
