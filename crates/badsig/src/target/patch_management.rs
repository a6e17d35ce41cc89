//! Patch management agents (Symantec/Broadcom, Qualys and others on the same engine): they verify the
//! vendor's file on the endpoint before it is started.

use super::{Prediction, Target, windows};
use crate::judge::Judged;

pub(super) fn predict(judged: &Judged<'_>) -> Prediction {
    windows::for_target(Target::PatchManagement, judged)
}
