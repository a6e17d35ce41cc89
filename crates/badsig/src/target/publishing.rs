//! Limits of publishing through WSUS, which ConfigMgr uses too: kinds of files and sizes.

use crate::facts::Facts;
use crate::format::Format;

/// Above this size System Center Updates Publisher does not publish (Microsoft, "Create software updates"): 375 MB.
/// WSUS itself takes what `LocalPublishingMaxCabSize` allows.
pub(crate) const PUBLISHING_LIMIT: u64 = 375 * 1024 * 1024;

/// Above this size Updates Publisher does not create an update: 2 GB.
pub(crate) const CREATING_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// What stands against publishing, in words; nothing when nothing does.
pub(crate) fn limits_of_wsus(facts: &Facts) -> Vec<String> {
    unsupported(facts).into_iter().chain(too_large(facts)).collect()
}

/// Kinds of files that no publisher takes as content.
pub(crate) fn unsupported(facts: &Facts) -> Option<String> {
    let what = match facts.format {
        Format::Cab => "a cabinet",
        Format::Msu => "a package of the Windows Update Standalone Installer (MSU)",
        Format::Mst => "a transform of Windows Installer",
        Format::Cat => "a security catalog",
        _ => return None,
    };
    Some(format!("publishers take EXE, MSI and MSP files as content, this is {what}"))
}

/// Sizes at which publishing is known to fail.
pub(crate) fn too_large(facts: &Facts) -> Option<String> {
    let size = facts.size?;
    let megabytes = size.div_ceil(1024 * 1024);
    if size > CREATING_LIMIT {
        return Some(format!("{megabytes} MB: Updates Publisher creates no update above 2 GB"));
    }
    (size > PUBLISHING_LIMIT).then(|| {
        format!(
            "{megabytes} MB: Updates Publisher publishes up to 375 MB, WSUS up to its setting LocalPublishingMaxCabSize"
        )
    })
}
