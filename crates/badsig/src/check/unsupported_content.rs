//! `unsupported-content`: no publisher takes this kind of file.

use super::{Check, Level};
use crate::judge::Judged;
use crate::target::{Target, publishing};

pub(super) static CHECK: Check = Check {
    id: "unsupported-content",
    title: "no publisher takes this kind of file",
    meaning: "Publishers of third-party updates (Configuration Manager, Updates Publisher, tools on the WSUS interface) \
              take EXE, MSI and MSP files as content. This file may be in order, but by itself it cannot be \
              published as an update.",
    causes: &[
        "A part of an installer was picked instead of the installer.",
        "The vendor delivers a cabinet or an MSU that something else must install.",
    ],
    fix: &[
        "Publish the installer that the file belongs to.",
        "Wrap it: an EXE or MSI that installs it (for an MSU, through wusa.exe), or deploy it as an application.",
    ],
    level: |target| match target {
        Target::Configmgr | Target::Wsus => Level::Warn,
        _ => Level::Note,
    },
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    publishing::unsupported(judged.facts).into_iter().collect()
}
