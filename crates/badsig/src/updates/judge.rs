//! What becomes of an update: its description, its content and the catalog's certificates put together.
//!
//! The order is that of Configuration Manager as far as it is known: digest, then signature, then whether the signer's
//! certificate is approved (`SMS_ISVUPDATES_SYNCAGENT`).

use super::catalog::CatalogForm;
use super::checks;
use super::expected::Expected;
use super::lint::{finding, short};
use super::package::{Package, canonical_guid};
use super::supplement::Supplement;
use super::values::is_guid;
use super::xml::XmlError;
use crate::check::{Check, Finding, Level};
use crate::codes::status_messages::{self, HASH_FAIL};
use crate::hex::Hex;
use crate::policy::Policy;
use crate::problem::{Problem, ProblemKind};
use crate::report::{
    CatalogReport, ContentReport, ContentStatus, FileReport, FindingReport, PredictionReport, UpdateReport,
};
use crate::target::{PredictedMessage, PredictedOutcome, TARGETS, Target};
use crate::verdict::Outcome;

/// What updates are judged with, besides what their files were judged with.
pub struct UpdateJudge<'a> {
    /// The targets.
    pub policy: &'a Policy,
    /// Whether an update whose content was not looked at may pass.
    pub require_content: bool,
}

/// What was looked at for one file of an update.
pub enum Content {
    /// Nobody asked.
    NotRequested,
    /// It is not there.
    Missing,
    /// It could not be had, and why.
    Unavailable(String),
    /// What was sent instead is not the promised file (a size or digest that differs), and how it differs. It was not kept.
    Different(ContentStatus, String),
    /// It was judged, with what the catalog says of it as evidence ([`crate::trust::Evidence`]: `expected` and
    /// `approved`).
    Judged(Box<FileReport>),
}

/// The check that says that content is another file than the promised one.
const OTHER_FILE: &str = "hash-mismatch";

impl UpdateJudge<'_> {
    /// The answer for a package; `findings` are those of the linter, `contents` belong to its files in their order.
    pub fn report(
        &self,
        package: &Package,
        member: Option<String>,
        mut findings: Vec<Finding>,
        contents: Vec<Content>,
    ) -> UpdateReport {
        let mut files = Vec::new();
        for (origin, content) in package.origin_files().zip(contents) {
            files.push(self.content(Expected::from(origin), content, &mut findings));
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        let content = files.iter().map(|file| file.content).max().unwrap_or_default();
        let mut files = files.into_iter();
        let first = files.next();
        let (expected, file) = first.map_or((None, None), |first| (Some(first.expected), first.file));
        let further: Vec<ContentReport> = files.collect();
        let judged: Vec<&FileReport> = file
            .iter()
            .chain(further.iter().filter_map(|file| file.file.as_ref()))
            .map(AsRef::as_ref)
            .collect();
        let predictions: Vec<PredictionReport> =
            TARGETS.iter().map(|target| predict(*target, content, &findings, &judged)).collect();
        let findings_of_all = with_decisive(&findings, &judged);
        UpdateReport {
            id: package.canonical_id(),
            title: package.title().map(str::to_owned),
            vendor: package.vendor.clone(),
            product: package.products.first().cloned(),
            installer: package.installer_kind().to_owned(),
            line: package.line,
            member,
            content,
            expected,
            verdict: self.verdict(content, &findings, &judged),
            file,
            further,
            predictions,
            findings: findings_of_all,
        }
    }

    /// The answer for a document of its own that cannot be read.
    pub fn broken(&self, member: &str, error: &XmlError) -> UpdateReport {
        let finding =
            self.damage(&checks::PACKAGE_MALFORMED, error.kind, format!("{}: {error}", short(member)));
        let blocked = finding.level == Level::Block;
        let findings = vec![finding];
        let name = super::catalog::plain(member).split('.').next().unwrap_or_default();
        UpdateReport {
            id: is_guid(name).then(|| canonical_guid(name)),
            title: None,
            vendor: None,
            product: None,
            installer: "none".to_owned(),
            line: error.line,
            member: Some(member.to_owned()),
            content: ContentStatus::None,
            expected: None,
            file: None,
            further: Vec::new(),
            verdict: if blocked { Outcome::Blocked } else { Outcome::Undecided },
            predictions: TARGETS
                .iter()
                .map(|target| predict(*target, ContentStatus::None, &findings, &[]))
                .collect(),
            findings: findings.iter().map(FindingReport::from).collect(),
        }
    }

    /// Damage blocks; what could not be read or was given up leaves undecided.
    fn damage(&self, check: &'static Check, kind: ProblemKind, message: String) -> Finding {
        let level = if is_damage(kind) { Level::Block } else { Level::Warn };
        Finding { level, ..finding(check, self.policy, message) }
    }

    fn content(&self, expected: Expected, content: Content, findings: &mut Vec<Finding>) -> ContentReport {
        let (status, file) = match content {
            Content::NotRequested => (ContentStatus::NotRequested, None),
            Content::Missing => {
                let name = expected.file_name.as_deref().unwrap_or("without a name");
                let message = format!("the file {} was not found", short(name));
                findings.push(finding(&checks::CONTENT_MISSING, self.policy, message));
                (ContentStatus::Missing, None)
            }
            Content::Unavailable(why) => {
                let name = expected.file_name.as_deref().unwrap_or("without a name");
                let message = format!("the file {} could not be had: {why}", short(name));
                findings.push(finding(&checks::CONTENT_MISSING, self.policy, message));
                (ContentStatus::Missing, None)
            }
            Content::Different(status, why) => {
                findings.extend(crate::check::check(OTHER_FILE).map(|own| finding(own, self.policy, why)));
                (status, None)
            }
            Content::Judged(file) => (compare(&expected, &file), Some(file)),
        };
        ContentReport { content: status, expected, file }
    }

    fn verdict(&self, content: ContentStatus, findings: &[Finding], files: &[&FileReport]) -> Outcome {
        let undecided = match content {
            ContentStatus::Missing => true,
            ContentStatus::NotRequested => self.require_content,
            _ => files.iter().any(|file| file.verdict == Outcome::Undecided),
        };
        if findings.iter().any(|finding| finding.level == Level::Block)
            || files.iter().any(|file| file.verdict == Outcome::Blocked)
        {
            Outcome::Blocked
        } else if undecided {
            Outcome::Undecided
        } else {
            Outcome::Publishable
        }
    }

    /// What is said of the catalog itself. `file` is the answer for its cabinet; `None` for a form without signature.
    /// `damage` is what ended the reading of it.
    pub fn catalog(
        &self,
        path: String,
        form: Option<CatalogForm>,
        file: Option<&FileReport>,
        supplement: &Supplement,
        damage: Option<&Problem>,
        packages: usize,
    ) -> CatalogReport {
        let mut findings = supplement.findings.clone();
        if let Some(problem) = damage {
            findings.push(self.damage(&checks::CATALOG_MALFORMED, problem.kind, problem.message.clone()));
        }
        findings.extend(file.and_then(|file| self.signature(file)));
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        let blocked = findings.iter().any(|finding| finding.level == Level::Block)
            || file.is_some_and(|file| file.verdict == Outcome::Blocked);
        let undecided = damage.is_some() || file.is_some_and(|file| file.verdict == Outcome::Undecided);
        CatalogReport {
            path,
            format: form,
            size: file.and_then(|file| file.size),
            sha256: file.and_then(|file| file.sha256.clone()),
            packages,
            verdict: match (blocked, undecided) {
                (true, _) => Outcome::Blocked,
                (false, true) => Outcome::Undecided,
                (false, false) => Outcome::Publishable,
            },
            trust: file.map(|file| file.trust.clone()),
            signer: file
                .and_then(|file| file.signatures.first())
                .and_then(|signature| signature.signer.clone()),
            content_certificates: supplement.thumbprints(),
            categories: supplement.categories.iter().cloned().collect(),
            findings: findings.iter().map(FindingReport::from).collect(),
        }
    }

    /// Whether ConfigMgr takes the catalog's signature.
    fn signature(&self, file: &FileReport) -> Option<Finding> {
        if file.signatures.is_empty() {
            let message = "the catalog is not signed: it does not synchronise (11508)".to_owned();
            return Some(finding(&checks::CATALOG_UNSIGNED, self.policy, message));
        }
        let why = file.findings.iter().find(|finding| finding.level == Level::Block)?;
        let message = format!(
            "{} {}: {}; it does not synchronise (11508)",
            file.trust.hresult, file.trust.symbol, why.message
        );
        Some(finding(&checks::CATALOG_NOT_TRUSTED, self.policy, message))
    }
}

/// The findings of an update and what blocks its files, so that the update says all by itself.
fn with_decisive(findings: &[Finding], files: &[&FileReport]) -> Vec<FindingReport> {
    let own = findings.iter().map(FindingReport::from);
    let of_files = files.iter().flat_map(|file| &file.findings);
    let blocking = of_files.filter(|finding| finding.level == Level::Block).cloned();
    let mut all: Vec<FindingReport> = own.chain(blocking).collect();
    all.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    all
}

/// What became of a file. One that nothing can be compared with is not the promised one because nobody objects.
fn compare(expected: &Expected, file: &FileReport) -> ContentStatus {
    let differs = |stated: &Option<Hex>, computed: &Option<Hex>| {
        stated.is_some() && computed.is_some() && stated != computed
    };
    let unknown = |stated: &Option<Hex>, computed: &Option<Hex>| stated.is_some() && computed.is_none();
    if file.size.is_none() {
        ContentStatus::Missing
    } else if expected.size.is_some() && expected.size != file.size {
        ContentStatus::SizeMismatch
    } else if differs(&expected.sha1, &file.sha1) || differs(&expected.sha256, &file.sha256) {
        ContentStatus::HashMismatch
    } else if unknown(&expected.sha1, &file.sha1)
        || unknown(&expected.sha256, &file.sha256)
        || (expected.sha1.is_none() && expected.sha256.is_none())
    {
        ContentStatus::Missing
    } else {
        ContentStatus::Ok
    }
}

/// Whether a problem lies in the bytes, and not in reading them.
fn is_damage(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Malformed | ProblemKind::Truncated | ProblemKind::UnknownFormat)
}

/// What a target does with an update.
fn predict(
    target: Target,
    content: ContentStatus,
    findings: &[Finding],
    files: &[&FileReport],
) -> PredictionReport {
    let publisher = matches!(target, Target::Configmgr | Target::Wsus);
    let unsound = findings.iter().find(|finding| {
        finding.level == Level::Block
            && finding.check != OTHER_FILE
            && !finding.check.starts_with("content-") | (finding.check == checks::CONTENT_FILE_NAME.id)
    });
    if let Some(finding) = unsound.filter(|_| publisher) {
        let reason = format!("the description of the update is not sound ({})", finding.check);
        return prediction(target, PredictedOutcome::Rejected, "inferred", reason);
    }
    match content {
        ContentStatus::None if publisher => {
            let reason = "metadata only: it is imported, content cannot be published for it".to_owned();
            return prediction(target, PredictedOutcome::Accepted, "inferred", reason);
        }
        ContentStatus::None | ContentStatus::NotRequested | ContentStatus::Missing => {
            let reason = "the content was not looked at".to_owned();
            return prediction(target, PredictedOutcome::Unknown, "unknown", reason);
        }
        _ => {}
    }
    let differs = matches!(content, ContentStatus::SizeMismatch | ContentStatus::HashMismatch);
    if differs && files.is_empty() {
        return not_the_promised_file(target);
    }
    let of_files = files.iter().flat_map(|file| &file.predictions).filter(|own| own.target == target);
    let rank = |own: &&PredictionReport| match own.outcome {
        PredictedOutcome::Rejected => 2u8,
        PredictedOutcome::Unknown => 1,
        PredictedOutcome::Accepted => 0,
    };
    of_files.max_by_key(rank).cloned().unwrap_or_else(|| {
        prediction(target, PredictedOutcome::Unknown, "unknown", "no file was judged".to_owned())
    })
}

/// What a target does when the address of an update leads to another file, of which nothing else is known.
fn not_the_promised_file(target: Target) -> PredictionReport {
    let rejected = |confidence| {
        let reason = "the file is not the one that the update catalog describes".to_owned();
        prediction(target, PredictedOutcome::Rejected, confidence, reason)
    };
    match target {
        Target::Configmgr => {
            let id = status_messages::status_message(HASH_FAIL).and_then(|message| message.id);
            let message = PredictedMessage { symbol: HASH_FAIL.to_owned(), id };
            PredictionReport { status_message: Some(message), ..rejected("documented") }
        }
        Target::Wsus => rejected("inferred"),
        _ => prediction(target, PredictedOutcome::Unknown, "unknown", "no file was judged".to_owned()),
    }
}

fn prediction(
    target: Target,
    outcome: PredictedOutcome,
    confidence: &str,
    reason: String,
) -> PredictionReport {
    PredictionReport {
        target,
        outcome,
        status_message: None,
        confidence: confidence.to_owned(),
        reason,
        steps: Vec::new(),
    }
}
