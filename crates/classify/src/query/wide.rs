//! TEXT(…) and AGENT(…), which look beyond the sentence: what they came to is remembered while their
//! rule is evaluated, so that a text of many sentences is read through once and not for each of them.

use std::ops::Range;

use super::Node;
use super::evaluate::{Evaluator, Match, Subject};

/// How many matches of a TEXT(…) or AGENT(…) are kept, the first ones.
const WIDE_MATCHES_MAX: usize = 64;
/// How often a TEXT(…) or AGENT(…) is looked at anew for what another part of its rule matched.
const WIDE_LOOKS_MAX: usize = 64;

/// What a TEXT(…) came to for one text, or an AGENT(…) for all: remembered while its rule is evaluated.
#[derive(Debug, Clone)]
pub(super) struct Wide {
    /// The sentences it looks at.
    sentences: Range<usize>,
    holds: bool,
    matches: Vec<(usize, Match)>,
    /// Whether it holds affirmed, where nothing but its own matches speaks for a negation word.
    affirmed: Option<bool>,
    looks: usize,
}

impl Evaluator {
    /// TEXT(…) in a text, AGENT(…) in all of them: evaluated once, then remembered. Else a text of many
    /// sentences would be read through for each of them.
    pub(super) fn wide(
        &mut self,
        (node, inner, index): (&Node, &Node, usize),
        subject: Subject<'_>,
        sentences: Range<usize>,
        matches: &mut Vec<(usize, Match)>,
    ) -> bool {
        if self.wide.len() <= index {
            self.wide.resize(index + 1, None);
        }
        let known = self.wide[index].take().filter(|known| known.sentences == sentences);
        let mut known = if let Some(known) = known {
            known
        } else {
            let filter = std::mem::replace(&mut self.affirmed_only, false);
            let mut found = Vec::new();
            let holds = self.inside((node, inner), subject, sentences.clone(), &mut found);
            found.truncate(WIDE_MATCHES_MAX);
            self.affirmed_only = filter;
            Wide { sentences, holds, matches: found, affirmed: None, looks: 0 }
        };
        let holds = if self.affirmed_only {
            self.wide_affirmed((node, inner), subject, &mut known)
        } else {
            matches.extend(&known.matches);
            known.holds
        };
        self.wide[index] = Some(known);
        holds
    }

    /// Whether a TEXT(…) or AGENT(…) holds affirmed. That is remembered too, unless another part of the
    /// rule matched a negation word, which then turns nothing.
    fn wide_affirmed(
        &mut self,
        nodes: (&Node, &Node),
        subject: Subject<'_>,
        known: &mut Wide,
    ) -> bool {
        let mut own = Vec::new();
        for (_, each) in &known.matches {
            own.extend_from_slice(self.words_of(each));
        }
        own.sort_unstable();
        let negators = &subject.document.negators;
        let others = self
            .claimed
            .iter()
            .any(|word| own.binary_search(word).is_err() && negators.binary_search(word).is_ok());
        let mut unused = Vec::new();
        if others && known.looks < WIDE_LOOKS_MAX {
            known.looks += 1;
            return self.inside(nodes, subject, known.sentences.clone(), &mut unused);
        }
        if let Some(affirmed) = known.affirmed {
            return affirmed;
        }
        let claimed = std::mem::replace(&mut self.claimed, own);
        let affirmed = self.inside(nodes, subject, known.sentences.clone(), &mut unused);
        self.claimed = claimed;
        known.affirmed = Some(affirmed);
        affirmed
    }

    /// Whether the inside of a TEXT(…) or AGENT(…) holds in these sentences.
    fn inside(
        &mut self,
        (node, inner): (&Node, &Node),
        subject: Subject<'_>,
        sentences: Range<usize>,
        matches: &mut Vec<(usize, Match)>,
    ) -> bool {
        if let Node::Text(..) = node {
            return self.holds(inner, subject, sentences, matches);
        }
        let by_agent = |each: &usize| subject.document.sentences[*each].by_agent;
        self.one_of(inner, subject, sentences.filter(by_agent), matches)
    }
}
