//! Certificate policies along a path (RFC 5280 6.1 with the policy graph of RFC 9618, which replaces the
//! tree: a tree grows exponentially when every certificate maps its policies).
//!
//! Windows applies policies to no signature by itself; they count where a caller asks for some or where an
//! authority requires them.

use std::collections::{BTreeMap, BTreeSet};

use crate::authenticode::certificate::Certificate;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;
use crate::limits;

/// What a caller asks of policies (RFC 5280 6.1.1 c, e, f and g).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyInputs {
    /// The policies that are acceptable; none means any.
    pub acceptable: Vec<ObjectIdentifier>,
    /// Whether the path must be valid for one of them.
    pub require_explicit: bool,
    /// Whether policies may not be mapped.
    pub inhibit_mapping: bool,
    /// Whether anyPolicy in a certificate matches nothing.
    pub inhibit_any: bool,
}

/// Why the policies of a path do not suffice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PolicyProblem {
    /// After this certificate (counted from the top, the root left out) no acceptable policy is left, yet
    /// one is required.
    NoneLeft(usize),
    /// This certificate maps from or to anyPolicy.
    MapsAnyPolicy(usize),
    /// There are more policies than are looked at.
    TooMany,
}

/// The policies that a path is valid for, of those that are acceptable; `path` from below the root to the
/// end.
pub(super) fn evaluate(
    path: &[&Certificate],
    inputs: &PolicyInputs,
) -> Result<Vec<ObjectIdentifier>, PolicyProblem> {
    let mut counters = Counters::new(path.len(), inputs);
    let mut graph = Graph::new();
    let last = path.len().saturating_sub(1);
    for (index, certificate) in path.iter().enumerate() {
        let any = counters.any_policy > 0 || (index < last && certificate.is_self_issued());
        graph.grow(certificate.extensions().certificate_policies.as_deref(), any)?;
        if counters.explicit_policy == 0 && graph.is_empty() {
            return Err(PolicyProblem::NoneLeft(index));
        }
        if index < last {
            graph.map(certificate, index, counters.policy_mapping > 0)?;
            counters.prepare(certificate);
        } else {
            counters.wrap_up(certificate);
        }
    }
    let policies = user_constrained(graph.authority_constrained(), &inputs.acceptable);
    if counters.explicit_policy == 0 && policies.is_empty() {
        return Err(PolicyProblem::NoneLeft(last));
    }
    Ok(policies)
}

/// RFC 9618 5.6: the policies of the path that the caller accepts.
fn user_constrained(
    path: BTreeSet<ObjectIdentifier>,
    acceptable: &[ObjectIdentifier],
) -> Vec<ObjectIdentifier> {
    if acceptable.is_empty() || acceptable.contains(&spc::ANY_POLICY) {
        return path.into_iter().collect();
    }
    let accepted: BTreeSet<&ObjectIdentifier> = acceptable.iter().collect();
    if path.contains(&spc::ANY_POLICY) {
        return accepted.into_iter().cloned().collect();
    }
    path.into_iter().filter(|policy| accepted.contains(policy)).collect()
}

/// The state variables explicit_policy, policy_mapping and inhibit_anyPolicy (RFC 5280 6.1.2 d to f): after
/// how many certificates the rule applies.
struct Counters {
    explicit_policy: u64,
    policy_mapping: u64,
    any_policy: u64,
}

impl Counters {
    fn new(length: usize, inputs: &PolicyInputs) -> Counters {
        let never = u64::try_from(length).unwrap_or(u64::MAX).saturating_add(1);
        let from = |now: bool| if now { 0 } else { never };
        Counters {
            explicit_policy: from(inputs.require_explicit),
            policy_mapping: from(inputs.inhibit_mapping),
            any_policy: from(inputs.inhibit_any),
        }
    }

    /// RFC 5280 6.1.4 h to j.
    fn prepare(&mut self, certificate: &Certificate) {
        if !certificate.is_self_issued() {
            for counter in [&mut self.explicit_policy, &mut self.policy_mapping, &mut self.any_policy] {
                *counter = counter.saturating_sub(1);
            }
        }
        let extensions = certificate.extensions();
        let limit = |counter: &mut u64, given: Option<u64>| {
            *counter = given.map_or(*counter, |given| given.min(*counter));
        };
        limit(&mut self.explicit_policy, extensions.policy_constraints.require_explicit_policy);
        limit(&mut self.policy_mapping, extensions.policy_constraints.inhibit_policy_mapping);
        limit(&mut self.any_policy, extensions.inhibit_any_policy);
    }

    /// RFC 5280 6.1.5 a and b.
    fn wrap_up(&mut self, certificate: &Certificate) {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        if certificate.extensions().policy_constraints.require_explicit_policy == Some(0) {
            self.explicit_policy = 0;
        }
    }
}

/// A policy at one depth of the graph.
struct Node {
    policy: ObjectIdentifier,
    /// The policies of the next certificate that continue this one.
    expected: BTreeSet<ObjectIdentifier>,
    /// Indexes into the depth above.
    parents: Vec<usize>,
}

impl Node {
    fn new(policy: ObjectIdentifier, parents: Vec<usize>) -> Node {
        Node { expected: BTreeSet::from([policy.clone()]), policy, parents }
    }
}

/// The valid policy graph: for each depth its policies. It is NULL when the last depth is empty.
struct Graph {
    depths: Vec<Vec<Node>>,
    steps: usize,
}

impl Graph {
    fn new() -> Graph {
        Graph { depths: vec![vec![Node::new(spc::ANY_POLICY, Vec::new())]], steps: 0 }
    }

    fn last(&self) -> &[Node] {
        self.depths.last().map(Vec::as_slice).unwrap_or_default()
    }

    fn is_empty(&self) -> bool {
        self.last().is_empty()
    }

    fn spend(&mut self, steps: usize) -> Result<(), PolicyProblem> {
        self.steps = self.steps.saturating_add(steps).saturating_add(1);
        if self.steps > limits::POLICY_STEPS { Err(PolicyProblem::TooMany) } else { Ok(()) }
    }

    /// RFC 9618 5.3 (d) and (e): the next depth, from a certificate's policies.
    fn grow(&mut self, policies: Option<&[ObjectIdentifier]>, any: bool) -> Result<(), PolicyProblem> {
        let policies = policies.unwrap_or_default();
        let expecting = self.expecting()?;
        let any_above = self.last().iter().position(|node| node.policy == spc::ANY_POLICY);
        let mut next: BTreeMap<ObjectIdentifier, Vec<usize>> = BTreeMap::new();
        for policy in policies.iter().filter(|policy| **policy != spc::ANY_POLICY) {
            let parents = expecting.get(policy).cloned().or_else(|| any_above.map(|index| vec![index]));
            self.spend(parents.as_ref().map_or(0, Vec::len))?;
            if let Some(parents) = parents {
                next.insert(policy.clone(), parents);
            }
        }
        if any && policies.contains(&spc::ANY_POLICY) {
            for (policy, parents) in expecting {
                self.spend(parents.len())?;
                next.entry(policy).or_insert(parents);
            }
        }
        self.depths.push(next.into_iter().map(|(policy, parents)| Node::new(policy, parents)).collect());
        Ok(())
    }

    /// For each expected policy of the last depth the nodes that expect it.
    fn expecting(&mut self) -> Result<BTreeMap<ObjectIdentifier, Vec<usize>>, PolicyProblem> {
        self.spend(self.last().iter().map(|node| node.expected.len()).sum())?;
        let mut found: BTreeMap<ObjectIdentifier, Vec<usize>> = BTreeMap::new();
        for (index, node) in self.last().iter().enumerate() {
            for policy in &node.expected {
                found.entry(policy.clone()).or_default().push(index);
            }
        }
        Ok(found)
    }

    /// RFC 9618 5.4 (a) and (b): what policyMappings do to the last depth.
    fn map(&mut self, certificate: &Certificate, index: usize, allowed: bool) -> Result<(), PolicyProblem> {
        let mappings = &certificate.extensions().policy_mappings;
        self.spend(mappings.len())?;
        let mut mapped: BTreeMap<&ObjectIdentifier, BTreeSet<ObjectIdentifier>> = BTreeMap::new();
        for mapping in mappings {
            if [&mapping.issuer_domain, &mapping.subject_domain].contains(&&spc::ANY_POLICY) {
                return Err(PolicyProblem::MapsAnyPolicy(index));
            }
            mapped.entry(&mapping.issuer_domain).or_default().insert(mapping.subject_domain.clone());
        }
        let Some(nodes) = self.depths.last_mut() else { return Ok(()) };
        if !allowed {
            nodes.retain(|node| !mapped.contains_key(&node.policy));
            return Ok(());
        }
        for node in nodes.iter_mut() {
            if let Some(subjects) = mapped.remove(&node.policy) {
                node.expected = subjects;
            }
        }
        // What is left has no node of its own: it descends from anyPolicy, where that is there.
        let any = nodes.iter().find(|node| node.policy == spc::ANY_POLICY);
        if let Some(parents) = any.map(|node| node.parents.clone()) {
            nodes.extend(mapped.into_iter().map(|(policy, expected)| Node {
                policy: policy.clone(),
                expected,
                parents: parents.clone(),
            }));
        }
        Ok(())
    }

    /// RFC 9618 5.6: the policies, in the root's terms, that reach the end of the path.
    fn authority_constrained(&self) -> BTreeSet<ObjectIdentifier> {
        let mut found = BTreeSet::new();
        if self.last().iter().any(|node| node.policy == spc::ANY_POLICY) {
            found.insert(spc::ANY_POLICY);
        }
        let mut reached: BTreeSet<usize> = (0..self.last().len()).collect();
        for pair in self.depths.windows(2).rev() {
            let [above, depth] = pair else { continue };
            let is_any = |index: &usize| above.get(*index).is_some_and(|node| node.policy == spc::ANY_POLICY);
            let nodes: Vec<&Node> = reached.iter().filter_map(|index| depth.get(*index)).collect();
            let from_any =
                nodes.iter().filter(|node| node.policy != spc::ANY_POLICY && node.parents.iter().any(is_any));
            found.extend(from_any.map(|node| node.policy.clone()));
            reached = nodes.iter().flat_map(|node| node.parents.iter().copied()).collect();
        }
        found
    }
}
