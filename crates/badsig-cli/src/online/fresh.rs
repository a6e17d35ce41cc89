//! Whether what the cache holds is current, so that the server need not be asked.

use std::time::{Duration, SystemTime};

use badsig::UtcTime;
use badsig::authenticode::certificate_file::read_certificates;
use badsig::trust::revocation::{OcspResponse, RevocationList};
use badsig_fetch::{Kind, Request};

/// Certificates of authorities hardly ever change under their address.
const CERTIFICATES_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Whether these bytes are current: at the time that is judged for where they say until when they count, by the
/// clock where they do not. Their signatures are not looked at.
pub(crate) fn is_fresh(
    request: &Request,
    bytes: &[u8],
    fetched_at: SystemTime,
    at: UtcTime,
    now: SystemTime,
) -> bool {
    let covers = |this: UtcTime, next: Option<UtcTime>| this <= at && next.is_some_and(|next| at < next);
    match request.kind() {
        Kind::Crl => {
            RevocationList::from_bytes(bytes).is_ok_and(|list| covers(list.this_update(), list.next_update()))
        }
        Kind::Ocsp => OcspResponse::from_bytes(bytes).is_ok_and(|response| {
            let answers = response.answers();
            !answers.is_empty() && answers.iter().all(|answer| covers(answer.this_update, answer.next_update))
        }),
        Kind::Certificate => {
            let young = now.duration_since(fetched_at).is_ok_and(|age| age < CERTIFICATES_FOR);
            young && read_certificates(bytes).is_ok()
        }
        _ => false,
    }
}
