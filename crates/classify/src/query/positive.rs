//! What was probably meant by an expression that is well written but makes no rule: one that needs no
//! word at all, or a NEAR, NEGATED or the like of something that has no place in the text.

use super::mend::PLACEHOLDER;
use super::{Expression, Form, Scope, Word};

/// The nearest expression of which every alternative needs a word.
///
/// `charge OR NOT late` becomes `charge AND NOT late`; a rule of only NOT asks for what the customer
/// negates, `NEGATED(late)`; one of only attributes gets a word for its author to replace.
pub(super) fn positive(expression: Expression) -> Expression {
    if expression.is_positive() {
        return expression;
    }
    match expression {
        Expression::Or(parts) => {
            let (positives, others): (Vec<_>, Vec<_>) =
                parts.into_iter().partition(Expression::is_positive);
            if positives.is_empty() {
                return Expression::Or(others.into_iter().map(positive).collect());
            }
            let mut all = vec![only_or(positives)];
            all.extend(others);
            Expression::And(all)
        }
        Expression::And(mut parts) => {
            let asks = |part: &Expression| !matches!(part, Expression::Compare(_));
            match parts.iter().position(asks) {
                Some(at) => {
                    let part = parts.remove(at);
                    parts.insert(at, positive(part));
                    Expression::And(parts)
                }
                None => with_word(Expression::And(parts)),
            }
        }
        Expression::Not(inner) => {
            let negated = scoped(Scope::Negated, *inner);
            if negated.is_positive() { negated } else { with_word(negated) }
        }
        Expression::Scoped(scope, inner) => Expression::Scoped(scope, Box::new(positive(*inner))),
        other => with_word(other),
    }
}

fn with_word(expression: Expression) -> Expression {
    let word = Expression::Word(Word { text: PLACEHOLDER.to_owned(), form: Form::Stem });
    match expression {
        Expression::And(mut parts) => {
            parts.push(word);
            Expression::And(parts)
        }
        other => Expression::And(vec![other, word]),
    }
}

fn only_or(mut parts: Vec<Expression>) -> Expression {
    if parts.len() == 1 { parts.remove(0) } else { Expression::Or(parts) }
}

/// `NEGATED(…)` or `AFFIRMED(…)` spread over what has no place of its own.
pub(super) fn scoped(scope: Scope, inner: Expression) -> Expression {
    if inner.has_positions() {
        return Expression::Scoped(scope, Box::new(inner));
    }
    let each = |parts: Vec<Expression>| parts.into_iter().map(|part| scoped(scope, part)).collect();
    match inner {
        Expression::And(parts) => Expression::And(each(parts)),
        Expression::Or(parts) => Expression::Or(each(parts)),
        // What is not negated twice is said; NOT AFFIRMED leaves the word out as well.
        Expression::Not(inner) if scope == Scope::Negated => *inner,
        Expression::Not(inner) => Expression::Not(Box::new(scoped(scope, *inner))),
        Expression::Scoped(Scope::Sentence, inner) => scoped(scope, *inner),
        Expression::Scoped(outer, inner) => {
            Expression::Scoped(outer, Box::new(scoped(scope, *inner)))
        }
        other => other,
    }
}

/// How NEAR, BEFORE or NOTIN joins two operands.
pub(super) type Join<'a> = &'a dyn Fn(Expression, Expression) -> Expression;

/// NEAR and its like spread over operands that have no place of their own: `a NEAR (b AND c)` becomes
/// `a NEAR b AND a NEAR c`, and `a NEAR NOT b` becomes `a AND NOT a NEAR b`.
pub(super) fn spread(left: Expression, right: Expression, join: Join<'_>) -> Expression {
    match (left.has_positions(), right.has_positions()) {
        (true, true) => join(left, right),
        (true, false) => {
            let over = |part| spread(left.clone(), part, join);
            match right {
                Expression::And(parts) => Expression::And(parts.into_iter().map(over).collect()),
                Expression::Or(parts) => Expression::Or(parts.into_iter().map(over).collect()),
                Expression::Not(inner) => {
                    let near = over(*inner);
                    Expression::And(vec![left, Expression::Not(Box::new(near))])
                }
                Expression::Scoped(Scope::Sentence, inner) => over(*inner),
                other => Expression::And(vec![left, other]),
            }
        }
        (false, _) => {
            let over = |part| spread(part, right.clone(), join);
            match left {
                Expression::And(parts) => Expression::And(parts.into_iter().map(over).collect()),
                Expression::Or(parts) => Expression::Or(parts.into_iter().map(over).collect()),
                Expression::Not(inner) => {
                    let near = over(*inner);
                    Expression::And(vec![right, Expression::Not(Box::new(near))])
                }
                Expression::Scoped(Scope::Sentence, inner) => over(*inner),
                other => Expression::And(vec![other, right]),
            }
        }
    }
}
