//! What becomes of an update: its description, its content and the catalog's certificates put together.
//!
//! The order is that of Configuration Manager as far as it is known: digest, then signature, then whether the signer's
//! certificate is approved (`SMS_ISVUPDATES_SYNCAGENT`).

use super::{CatalogReport, ContentReport, ContentStatus, UpdateReport};
use crate::check::update_catalog as checks;
use crate::check::{Check, Finding, HASH_MISMATCH, Level};
use crate::codes::status_messages::{self, HASH_FAIL};
use crate::hex::Hex;
use crate::policy::Policy;
use crate::problem::{Problem, ProblemKind};
use crate::report::{FileReport, FindingReport, PredictionReport};
use crate::target::{PredictedMessage, PredictedOutcome, TARGETS, Target};
use crate::updates::catalog::plain;
use crate::updates::lint::{finding, short};
use crate::updates::package::{Package, canonical_guid};
use crate::updates::values::is_guid;
use crate::updates::{CatalogForm, Expected, Supplement, XmlError};
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

impl UpdateJudge<'_> {
    /// The answer for a package; `findings` are those of the linter, `contents` belong to its files in their order.
    pub fn report(
        &self,
        package: &Package,
        member: Option<String>,
        mut findings: Vec<Finding>,
        contents: Vec<Content>,
    ) -> UpdateReport {
        let mut contents = contents.into_iter();
        let mut files = Vec::new();
        for origin in package.origin_files() {
            // A file that the caller says nothing of is one that nobody looked at.
            let content = contents.next().unwrap_or(Content::Missing);
            files.push(self.content(Expected::from(origin), content, &mut findings));
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        let content = files.iter().map(|file| file.content).max().unwrap_or_default();
        let verdict = self.verdict(&findings, &files);
        let predictions = TARGETS.iter().map(|target| predict(*target, &findings, &files)).collect();
        let findings_of_all = with_decisive(&findings, &files);
        let mut files = files.into_iter();
        let first = files.next();
        let (expected, file) = first.map_or((None, None), |first| (Some(first.expected), first.file));
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
            verdict,
            file,
            further: files.collect(),
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
        let name = plain(member).split('.').next().unwrap_or_default();
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
            predictions: TARGETS.iter().map(|target| predict(*target, &findings, &[])).collect(),
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
                findings.push(finding(&HASH_MISMATCH, self.policy, why));
                (status, None)
            }
            Content::Judged(file) => (compare(&expected, &file), Some(file)),
        };
        ContentReport { content: status, expected, file }
    }

    fn verdict(&self, findings: &[Finding], files: &[ContentReport]) -> Outcome {
        let of_file = |file: &ContentReport| match file.content {
            ContentStatus::None | ContentStatus::Missing => Outcome::Undecided,
            ContentStatus::NotRequested if self.require_content => Outcome::Undecided,
            ContentStatus::NotRequested => Outcome::Publishable,
            // What was sent instead of the promised file was not kept, so nobody looked at it.
            _ => file.file.as_ref().map_or(Outcome::Undecided, |file| file.verdict),
        };
        let outcomes: Vec<Outcome> = files.iter().map(of_file).collect();
        let blocks = findings.iter().any(|finding| finding.level == Level::Block);
        if blocks || outcomes.contains(&Outcome::Blocked) {
            Outcome::Blocked
        } else if outcomes.contains(&Outcome::Undecided) {
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
fn with_decisive(findings: &[Finding], files: &[ContentReport]) -> Vec<FindingReport> {
    let own = findings.iter().map(FindingReport::from);
    let of_files = files.iter().filter_map(|file| file.file.as_ref()).flat_map(|file| &file.findings);
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

/// What a target does with an update: with its description, then with each of its files; the worst counts.
fn predict(target: Target, findings: &[Finding], files: &[ContentReport]) -> PredictionReport {
    let publisher = matches!(target, Target::Configmgr | Target::Wsus);
    let unsound = findings.iter().find(|finding| is_about_the_description(finding));
    if let Some(finding) = unsound.filter(|_| publisher) {
        let reason = format!("the description of the update is not sound ({})", finding.check);
        return prediction(target, PredictedOutcome::Rejected, "inferred", reason);
    }
    if files.is_empty() && publisher {
        let reason = "metadata only: it is imported, content cannot be published for it".to_owned();
        return prediction(target, PredictedOutcome::Accepted, "inferred", reason);
    }
    let rank = |own: &PredictionReport| match own.outcome {
        PredictedOutcome::Rejected => 2u8,
        PredictedOutcome::Unknown => 1,
        PredictedOutcome::Accepted => 0,
    };
    let of_files = files.iter().map(|file| predict_file(target, file));
    of_files.max_by_key(rank).unwrap_or_else(|| not_looked_at(target))
}

/// Whether a finding blocks because of what the update says, and not because of what its files are.
fn is_about_the_description(finding: &Finding) -> bool {
    let of_content = finding.check.starts_with("content-") && finding.check != checks::CONTENT_FILE_NAME.id;
    finding.level == Level::Block && finding.check != HASH_MISMATCH.id && !of_content
}

/// What a target does with one file of an update.
fn predict_file(target: Target, file: &ContentReport) -> PredictionReport {
    match (file.content, &file.file) {
        (ContentStatus::None | ContentStatus::NotRequested | ContentStatus::Missing, _) => {
            not_looked_at(target)
        }
        (ContentStatus::SizeMismatch | ContentStatus::HashMismatch, None) => not_the_promised_file(target),
        (_, judged) => {
            let own = judged.iter().flat_map(|file| &file.predictions).find(|own| own.target == target);
            own.cloned().unwrap_or_else(|| not_looked_at(target))
        }
    }
}

fn not_looked_at(target: Target) -> PredictionReport {
    let reason = "the content was not looked at".to_owned();
    prediction(target, PredictedOutcome::Unknown, "unknown", reason)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::updates::package::{InstallableItem, OriginFile};

    /// An update with two files.
    fn package() -> Package {
        let file = OriginFile { file_name: Some("a.exe".to_owned()), ..OriginFile::default() };
        let item = InstallableItem { origin_file: Some(file), ..InstallableItem::default() };
        Package { items: vec![item.clone(), item], ..Package::default() }
    }

    fn different() -> Content {
        Content::Different(ContentStatus::HashMismatch, "another file".to_owned())
    }

    fn judged(target: Target, contents: Vec<Content>) -> UpdateReport {
        let policy = Policy { targets: vec![target], ..Policy::default() };
        let judge = UpdateJudge { policy: &policy, require_content: false };
        judge.report(&package(), None, Vec::new(), contents)
    }

    fn prediction_of(report: &UpdateReport, target: Target) -> PredictedOutcome {
        report.predictions.iter().find(|own| own.target == target).unwrap().outcome
    }

    /// Nothing passes that nobody looked at, whatever the level of the check that says so.
    #[test]
    fn a_file_that_was_not_judged_leaves_the_update_undecided() {
        use Content::{Missing, NotRequested, Unavailable};
        for target in [Target::Windows, Target::PatchManagement] {
            let outcome = |contents| judged(target, contents).verdict;
            assert_eq!(outcome(vec![different(), NotRequested]), Outcome::Undecided);
            assert_eq!(outcome(vec![NotRequested, different()]), Outcome::Undecided);
            assert_ne!(outcome(vec![different(), Missing]), Outcome::Publishable);
            assert_ne!(outcome(vec![Unavailable("gone".to_owned()), NotRequested]), Outcome::Publishable);
            assert_eq!(outcome(vec![NotRequested, NotRequested]), Outcome::Publishable);
        }
        assert_eq!(judged(Target::Configmgr, vec![NotRequested, different()]).verdict, Outcome::Blocked);
    }

    /// Who says less than there are files says nothing of the others.
    #[test]
    fn files_without_an_answer_are_missing() {
        for contents in [Vec::new(), vec![Content::NotRequested]] {
            let report = judged(Target::Configmgr, contents);
            assert_ne!(report.verdict, Outcome::Publishable);
            assert_eq!(report.content, ContentStatus::Missing);
        }
    }

    /// The worst file decides what a place does with the update.
    #[test]
    fn one_wrong_file_is_enough_for_a_refusal() {
        for contents in [vec![different(), Content::NotRequested], vec![Content::NotRequested, different()]] {
            let report = judged(Target::Configmgr, contents);
            assert_eq!(prediction_of(&report, Target::Configmgr), PredictedOutcome::Rejected);
        }
    }
}
