//! Under which atoms a rule is filed: a smallest set of which one must occur wherever the rule holds,
//! so that a rule is looked at only where it can hold. Every rule has one, since each of its
//! alternatives needs a positive word.

use super::Node;
use crate::vocabulary::Atom;

/// Atoms of which one must occur, and how often that may be expected.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Required {
    /// The atoms.
    pub(crate) atoms: Vec<Atom>,
    /// The sum of their weights: the smaller, the better to file under.
    weight: f64,
    /// Whether one of them may lie outside the sentence for which the rule holds.
    pub(crate) beyond_sentence: bool,
}

/// A cheapest set of atoms of which one must occur for `node` to hold; `None` where it needs none.
/// `weight` says how often an atom may be expected.
pub(crate) fn required_atoms(node: &Node, weight: &impl Fn(Atom) -> f64) -> Option<Required> {
    let cheapest = |parts: &[&Node]| {
        parts.iter().filter_map(|part| required_atoms(part, weight)).min_by(|one, other| {
            one.beyond_sentence
                .cmp(&other.beyond_sentence)
                .then(one.weight.total_cmp(&other.weight))
        })
    };
    match node {
        Node::Atom(atom) => {
            Some(Required { atoms: vec![*atom], weight: weight(*atom), beyond_sentence: false })
        }
        Node::Loose(atoms, _) => {
            let rarest = atoms.iter().min_by(|a, b| weight(**a).total_cmp(&weight(**b)))?;
            required_atoms(&Node::Atom(*rarest), weight)
        }
        Node::Never => Some(Required::default()),
        Node::OneOf(atoms) => Some(Required {
            atoms: atoms.clone(),
            weight: atoms.iter().map(|atom| weight(*atom)).sum(),
            beyond_sentence: false,
        }),
        Node::Any(parts) => {
            let mut all = Required::default();
            for part in parts {
                let required = required_atoms(part, weight)?;
                all.atoms.extend(required.atoms);
                all.weight += required.weight;
                all.beyond_sentence |= required.beyond_sentence;
            }
            all.atoms.sort_unstable();
            all.atoms.dedup();
            Some(all)
        }
        Node::All(parts) => cheapest(&parts.iter().collect::<Vec<_>>()),
        Node::Near { left, right, .. } => cheapest(&[left, right]),
        Node::NotIn(inner, _)
        | Node::Negated(inner)
        | Node::Affirmed(inner)
        | Node::Sentence(inner) => required_atoms(inner, weight),
        Node::Text(inner, _) | Node::Agent(inner, _) => {
            let required = required_atoms(inner, weight)?;
            Some(Required { beyond_sentence: true, ..required })
        }
        Node::Not(_) | Node::Compare(_) => None,
    }
}

/// All sets of atoms of each of which one must occur for `node` to hold.
pub(crate) fn all_required(node: &Node, weight: &impl Fn(Atom) -> f64) -> Vec<Required> {
    match node {
        Node::All(parts) => parts.iter().flat_map(|part| all_required(part, weight)).collect(),
        Node::Near { left, right, .. } => {
            [left, right].into_iter().flat_map(|part| all_required(part, weight)).collect()
        }
        Node::NotIn(inner, _)
        | Node::Negated(inner)
        | Node::Affirmed(inner)
        | Node::Sentence(inner) => all_required(inner, weight),
        _ => required_atoms(node, weight).into_iter().collect(),
    }
}

/// Whether `one` may be expected less often than `other`.
pub(crate) fn is_rarer(one: &Node, other: &Node, weight: &impl Fn(Atom) -> f64) -> bool {
    let of = |node| required_atoms(node, weight).map_or(f64::MAX, |required| required.weight);
    of(one) < of(other)
}
