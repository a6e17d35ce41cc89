//! Revocation lists, OCSP responses and issuers that were not given: from caches, and online from their servers.
//!
//! A file is judged with what there is; what the judgement still asks for is got, and it is judged again, until it
//! asks for nothing that was not tried; what is inside it asks with it. A file is judged with what *it* asked for and nothing else, so an answer does
//! not depend on which files were judged before it; addresses are asked once in a run all the same.

mod answer;
mod fresh;
mod once;
pub(crate) mod places;
mod supply;

pub(crate) use answer::Answer;
pub(crate) use supply::{Supply, SupplyOptions};

use std::collections::BTreeMap;

use badsig::report::SignatureReport;
use badsig::trust::Evidence;
use badsig::trust::needs::open_questions;
use badsig::trust::revocation::Need;
use badsig::trust::signature::SignatureVerdict;
use badsig::{Facts, FileReport, Policy, Verdict, judge};

/// How often a file is judged: chains are shorter, and each certificate has two steps.
const MOST_ROUNDS: usize = 24;

/// What was tried for one file.
#[derive(Default)]
struct Tried {
    answers: BTreeMap<Need, Answer>,
    /// Those for which the server was asked although the cache had something current.
    again: Vec<Need>,
}

impl Supply {
    /// Judges a file with the evidence and what can be got besides.
    pub(crate) fn report(&self, facts: &Facts, evidence: &Evidence, policy: &Policy) -> FileReport {
        let (verdict, tried) = self.judge(facts, evidence, policy);
        let mut report = FileReport::new(facts, &verdict);
        tried.explain(&mut report, &verdict);
        report
    }

    /// The same, for who needs no report.
    pub(crate) fn verdict(&self, facts: &Facts, evidence: &Evidence, policy: &Policy) -> Verdict {
        self.judge(facts, evidence, policy).0
    }

    fn judge(&self, facts: &Facts, evidence: &Evidence, policy: &Policy) -> (Verdict, Tried) {
        let mut evidence = evidence.clone();
        let mut tried = Tried::default();
        let mut verdict = judge(facts, &evidence, policy);
        for _ in 0..MOST_ROUNDS {
            let (wanted, again) = tried.next(&verdict, self.is_online());
            if wanted.is_empty() {
                break;
            }
            for (need, answer) in self.get(wanted, again) {
                answer.add_to(&mut evidence);
                if again {
                    tried.again.push(need.clone());
                }
                tried.answers.insert(need, answer);
            }
            verdict = judge(facts, &evidence, policy);
        }
        (verdict, tried)
    }
}

impl Tried {
    /// What to get next: the first step of each open question that was not tried; when there is none, what the
    /// cache gave without asking a server, because that did not help.
    fn next(&self, verdict: &Verdict, online: bool) -> (Vec<Need>, bool) {
        let signatures = verdict.tree().flat_map(|verdict| &verdict.signatures);
        let questions: Vec<_> = signatures.flat_map(open_questions).collect();
        let untried = |need: &&Need| !self.answers.contains_key(*need);
        let mut wanted: Vec<Need> = questions
            .iter()
            .filter_map(|question| question.steps.iter().find(|step| step.iter().any(|need| untried(&need))))
            .flat_map(|step| step.iter().filter(untried).cloned())
            .collect();
        let again = wanted.is_empty() && online;
        if again {
            let needs = questions.iter().flat_map(|question| question.steps.iter().flatten());
            let unasked = |need: &&Need| {
                !self.again.contains(need) && self.answers.get(need).is_some_and(|answer| answer.unasked)
            };
            wanted = needs.filter(unasked).cloned().collect();
        }
        wanted.sort();
        wanted.dedup();
        (wanted, again)
    }

    /// Says what did not help, and which issuers the file does not carry itself; of its members too.
    fn explain(&self, report: &mut FileReport, verdict: &Verdict) {
        for (report, verdict) in report.signatures.iter_mut().zip(&verdict.signatures) {
            self.explain_signature(report, verdict);
        }
        for (report, verdict) in report.members.iter_mut().zip(&verdict.members) {
            self.explain(report, verdict);
        }
    }

    fn explain_signature(&self, report: &mut SignatureReport, verdict: &SignatureVerdict) {
        let problems = open_questions(verdict)
            .into_iter()
            .flat_map(|question| question.steps.into_iter().flatten())
            .filter_map(|need| self.answers.get(&need)?.problem.clone());
        for problem in problems {
            if !report.revocation_unknown.contains(&problem) {
                report.revocation_unknown.push(problem);
            }
        }
        let stamps = verdict.timestamps.iter().filter_map(|stamp| stamp.chain.as_ref());
        let links: Vec<_> = verdict.chain.iter().chain(stamps).flat_map(|chain| &chain.links).collect();
        let used = |answer: &Answer| links.iter().any(|link| answer.holds(&link.certificate));
        let fetched =
            self.answers.iter().filter(|(_, answer)| used(answer)).filter_map(|(need, _)| match need {
                Need::Issuer { url } => Some(url.clone()),
                _ => None,
            });
        report.fetched_issuers.extend(fetched);
    }
}
