//! The tree of all phrases: from its root, node 0, atoms lead from node to node, and at some nodes
//! phrases end. Nearly all looks at it are in vain, since most words don't go on any phrase: a mask of
//! 64 bits per node answers most of them, one table the rest.

use std::collections::{BTreeMap, HashMap};

use super::Atom;
use crate::flat::{Stretch, append, narrow, range};

/// A node while the tree grows.
#[derive(Debug, Default)]
pub(super) struct Branch {
    /// Where atoms lead.
    pub(super) edges: BTreeMap<Atom, usize>,
    /// The phrases, lists and families of which a phrase ends here.
    pub(super) found: Vec<Atom>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// By node (high half) and atom (low half): where it leads.
    edges: HashMap<u64, u32, foldhash::fast::RandomState>,
    /// What is found at each node, one after the other.
    found: Vec<Atom>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// The last six bits of the atoms that lead on: where a bit is not set, none with it does.
    leads: u64,
    /// Where its own part of `found` begins and ends.
    found: Stretch,
}

impl Tree {
    /// The tree of these branches; the first is the root.
    pub(super) fn of(branches: Vec<Branch>) -> Self {
        let mut tree = Self::default();
        for (index, branch) in branches.into_iter().enumerate() {
            let node = narrow(index);
            let mut leads = 0;
            for (atom, next) in branch.edges {
                leads |= bit(atom);
                tree.edges.insert(key(node, atom), narrow(next));
            }
            let found = append(&mut tree.found, branch.found);
            tree.nodes.push(Node { leads, found });
        }
        tree
    }

    /// The phrases, lists and families of which a phrase ends at `node`.
    #[inline]
    pub(crate) fn found(&self, node: u32) -> &[Atom] {
        &self.found[range(self.nodes[node as usize].found)]
    }

    /// The node that `atom` leads to from `node`.
    #[inline]
    pub(crate) fn next(&self, node: u32, atom: Atom) -> Option<u32> {
        if self.nodes[node as usize].leads & bit(atom) == 0 {
            return None;
        }
        self.edges.get(&key(node, atom)).copied()
    }
}

fn bit(atom: Atom) -> u64 {
    1 << (atom % u64::BITS)
}

fn key(node: u32, atom: Atom) -> u64 {
    u64::from(node) << u32::BITS | u64::from(atom)
}
