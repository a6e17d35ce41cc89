//! The way from the file to the root, as steps that a reader of the log can follow.

use badsig::FileReport;
use badsig::trust::chain::Role;
use serde_json::{Value, json};

use super::address::location;
use super::text_of;
use crate::output::remark::Remark;
use crate::output::repository::Repository;

/// File, containers, signature, certificates up to the root.
pub(super) fn code_flow(repository: &Repository, remark: &Remark<'_>) -> Value {
    let mut steps = containers(remark.file, remark.subject);
    steps.extend(signature(remark.subject));
    let locations: Vec<Value> = steps
        .into_iter()
        .enumerate()
        .map(|(order, (subject, text))| {
            json!({
                "location": location(repository, remark.file, subject, Some(&text_of(&text))),
                "executionOrder": order.saturating_add(1),
            })
        })
        .collect();
    json!({ "threadFlows": [{ "locations": locations }] })
}

type Step<'r> = (&'r FileReport, String);

/// The file that was named, and every member on the way to the subject.
fn containers<'r>(file: &'r FileReport, subject: &'r FileReport) -> Vec<Step<'r>> {
    let mut steps = vec![(file, format!("File {}: {}", file.path, file.format.description()))];
    let mut inner = file;
    while !std::ptr::eq(inner, subject) {
        let Some(next) = inner.members.iter().find(|member| holds(member, subject)) else { break };
        steps.push((next, format!("Member {}: {}", next.path, next.format.description())));
        inner = next;
    }
    steps
}

fn holds(file: &FileReport, subject: &FileReport) -> bool {
    std::ptr::eq(file, subject) || file.members.iter().any(|member| holds(member, subject))
}

fn signature(subject: &FileReport) -> Vec<Step<'_>> {
    let Some(primary) = subject.signatures.first() else {
        return vec![(subject, "No signature".to_owned())];
    };
    let mut texts = vec![format!("Signature 0 ({}): {}", primary.place, primary.trust.symbol)];
    if let (true, Some(signer)) = (primary.chain.is_empty(), &primary.signer) {
        texts.push(format!("Signer {}, issued by {}", signer.common_name, signer.issuer));
    }
    texts.extend(primary.chain.iter().map(|link| {
        let role = match link.role {
            Role::Signer => "Signer",
            Role::Intermediate => "Intermediate",
            Role::Root => "Root",
        };
        let (from, to) = (link.not_before.date(), link.not_after.date());
        format!("{role} {}, valid {from} to {to}", link.common_name)
    }));
    texts.into_iter().map(|text| (subject, text)).collect()
}
