//! Exit codes and reason codes: badsig's own, AeXPatch's (Altiris, now Broadcom Patch Management) and
//! Qualys'.

use std::borrow::Cow;

use serde::Serialize;

use super::{Explanation, Kind};

/// Every input is publishable.
pub const PUBLISHABLE: u8 = 0;
/// badsig itself failed.
pub const DEFECT: u8 = 1;
/// Wrong usage or configuration.
pub const USAGE: u8 = 2;
/// At least one input is blocked.
pub const BLOCKED: u8 = 10;
/// None is blocked, at least one is undecided.
pub const UNDECIDED: u8 = 20;

/// The program an exit code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// This one.
    Badsig,
    /// AexPatchDeployment of Patch Management.
    Aexpatch,
    /// Qualys Patch Management.
    Qualys,
}

impl Program {
    /// What stands before the colon in a query.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Badsig => "exit",
            Self::Aexpatch => "aexpatch",
            Self::Qualys => "qualys",
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Badsig => Kind::BadsigExit,
            Self::Aexpatch => Kind::AexpatchExit,
            Self::Qualys => Kind::QualysReason,
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::Badsig => "badsig, contract of the command line",
            Self::Aexpatch => "Broadcom KB 164958",
            Self::Qualys => "Qualys, failed reason codes of Patch Management",
        }
    }
}

/// One exit code of one program.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExitCode {
    /// The program.
    pub program: Program,
    /// The number.
    pub code: u32,
    /// The program's name for it.
    pub symbol: Option<&'static str>,
    /// The meaning in a few words.
    pub title: &'static str,
    /// The meaning in a sentence or two.
    pub meaning: &'static str,
    /// What to do.
    pub fix: &'static [&'static str],
    /// Other queries worth making.
    pub see_also: &'static [&'static str],
}

impl ExitCode {
    const fn see(mut self, see_also: &'static [&'static str]) -> Self {
        self.see_also = see_also;
        self
    }

    /// The same as an answer of [`explain`](super::explain).
    pub fn explanation(&self) -> Explanation {
        let id = format!("{}:{}", self.program.prefix(), self.code);
        let mut explanation = Explanation::new(self.program.kind(), id, self.title, self.meaning);
        explanation.code = Some(self.code);
        explanation.symbol = self.symbol.map(Cow::Borrowed);
        explanation.fix = self.fix.iter().copied().map(Cow::Borrowed).collect();
        explanation.source = self.program.source();
        explanation.see_also = self.see_also.iter().copied().map(Cow::Borrowed).collect();
        explanation
    }
}

/// The exit codes `code` may be, of all programs.
pub fn exit_codes(code: u32) -> impl Iterator<Item = &'static ExitCode> {
    TABLE.iter().filter(move |entry| entry.code == code)
}

const fn badsig(
    code: u32,
    title: &'static str,
    meaning: &'static str,
    fix: &'static [&'static str],
) -> ExitCode {
    ExitCode { program: Program::Badsig, code, symbol: None, title, meaning, fix, see_also: &[] }
}

const fn qualys(
    code: u32,
    symbol: &'static str,
    title: &'static str,
    meaning: &'static str,
    fix: &'static [&'static str],
) -> ExitCode {
    ExitCode { program: Program::Qualys, code, symbol: Some(symbol), title, meaning, fix, see_also: &[] }
}

const AGENT: &[&str] = &["Read the log of the Qualys agent on the computer."];
const ENGINE: &[&str] = &["Run the job again; read the log of the Qualys agent if it fails again."];
const NETWORK: &[&str] = &["Check that the computer reaches the vendor's download address."];

/// Every exit code.
pub(super) const TABLE: &[ExitCode] = &[
    badsig(0, "every input is publishable", "All inputs were judged and none is blocked or undecided.", &[]),
    badsig(
        1,
        "badsig failed",
        "badsig itself failed; nothing is said about the inputs.",
        &["Report it, with the message and, if you may, the file."],
    ),
    badsig(
        2,
        "wrong usage or configuration",
        "An option, an argument or the configuration file is wrong, or cert verify could not read \
         its input.",
        &["Read the message; badsig help lists the options."],
    ),
    badsig(
        10,
        "at least one input is blocked",
        "At least one input must not be published: it would be refused, or a check set to deny \
         failed. For cert verify: the chain is not valid.",
        &["Read the findings of the blocked files; badsig explain CHECK tells more about each."],
    ),
    badsig(
        20,
        "at least one input is undecided",
        "Nothing is blocked, but something could not be decided: unreadable, of unknown format, \
         evidence missing, a limit reached, or there was no input at all. This is not a pass.",
        &["Read what is missing in the report and supply it (revocation lists, roots), or check the \
           paths given."],
    ),
    ExitCode {
        program: Program::Aexpatch,
        code: 192,
        symbol: None,
        title: "vendor file not signed or not trusted",
        meaning: "The vendor's patch file has no signature, or the signature does not pass the check that \
                  the content provider asks for.",
        fix: &[
            "Check the file: badsig check --target patch-management FILE.",
            "Install the missing intermediate or root certificates on the computer; the file's Digital \
             Signatures tab shows which.",
            "Bring the computer's root certificates up to date.",
        ],
        see_also: &[],
    }
    .see(&["0x800B010A", "qualys:11"]),
    qualys(
        3,
        "LanguageDownloadNotAvailable",
        "no download in this language",
        "The patch is not offered in the language that is needed.",
        &["See whether the vendor offers the patch in that language."],
    ),
    qualys(4, "FileDownloadFailed", "download failed", "The patch file could not be downloaded.", NETWORK),
    qualys(5, "UnspecifiedAgentError", "agent error", "The agent failed without naming a reason.", AGENT),
    qualys(
        7,
        "FileValidationFailed",
        "file validation failed",
        "The downloaded file did not pass validation.",
        &["Check the file: badsig check FILE.", "Let the agent download it again."],
    )
    .see(&["qualys:11", "qualys:12"]),
    qualys(8, "Cancelled", "cancelled", "The job was cancelled.", ENGINE),
    qualys(
        9,
        "InstallerFailed",
        "installer failed",
        "The patch's installer reported failure.",
        &["Look up the installer's own exit code in the log."],
    ),
    qualys(
        10,
        "DeployerProcessCrashed",
        "deployer crashed",
        "The process that installs patches (STDeploy.exe) ended unexpectedly.",
        ENGINE,
    ),
    qualys(
        11,
        "FileSignatureFailed",
        "file signature failed",
        "The patch file has no signature, or the signature does not pass the check that the \
         content provider asks for.",
        &[
            "Check the file: badsig check --target patch-management FILE.",
            "Install missing intermediate or root certificates on the computer.",
        ],
    )
    .see(&["aexpatch:192", "0x800B0100"]),
    qualys(
        12,
        "FileHashValidationFailed",
        "file hash wrong",
        "The downloaded file does not have the expected hash.",
        &["Let the agent download it again; the vendor may have replaced the file."],
    ),
    qualys(
        13,
        "PatchURLMissing",
        "no download address",
        "There is no address to download the patch from.",
        &["See whether the vendor requires a login or manual download for this patch."],
    ),
    qualys(14, "Skipped", "skipped", "The patch was skipped.", ENGINE),
    qualys(15, "Failed", "failed", "The patch failed without a more exact reason.", AGENT),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn badsig_has_the_codes_of_its_contract() {
        let own: Vec<u32> =
            TABLE.iter().filter(|entry| entry.program == Program::Badsig).map(|entry| entry.code).collect();
        assert_eq!(own, [PUBLISHABLE, DEFECT, USAGE, BLOCKED, UNDECIDED].map(u32::from));
    }

    #[test]
    fn qualys_has_the_listed_reasons() {
        let listed: Vec<u32> =
            TABLE.iter().filter(|entry| entry.program == Program::Qualys).map(|entry| entry.code).collect();
        assert_eq!(listed, [3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    }

    #[test]
    fn ten_means_two_things() {
        let programs: Vec<Program> = exit_codes(10).map(|entry| entry.program).collect();
        assert_eq!(programs, [Program::Badsig, Program::Qualys]);
    }
}
