//! An expression as a rule: what `parse` reads, the other way round, with no bracket too many.

use std::fmt;

use super::{Expression, Form, Scope, Word};

/// How closely an operator binds; the operand of one must bind at least as closely.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
    Near,
    Word,
}

impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(Binding::Or, formatter)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        match self.form {
            Form::Stem => write!(formatter, "{text}"),
            Form::Exact => write!(formatter, "={text}"),
            Form::Prefix => write!(formatter, "{text}*"),
            Form::Tail => write!(formatter, "*{text}"),
            Form::Edit => write!(formatter, "{text}~1"),
        }
    }
}

impl Scope {
    /// The keyword of the scope.
    pub(crate) const fn keyword(self) -> &'static str {
        match self {
            Self::Sentence => "SENTENCE",
            Self::Text => "TEXT",
            Self::Negated => "NEGATED",
            Self::Affirmed => "AFFIRMED",
            Self::Agent => "AGENT",
        }
    }
}

impl Expression {
    fn binding(&self) -> Binding {
        match self {
            Self::Or(_) => Binding::Or,
            Self::And(_) => Binding::And,
            Self::Not(_) => Binding::Not,
            Self::Near { .. } | Self::NotIn { .. } => Binding::Near,
            _ => Binding::Word,
        }
    }

    fn write(&self, least: Binding, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.binding() < least {
            formatter.write_str("(")?;
            self.write(Binding::Or, formatter)?;
            return formatter.write_str(")");
        }
        match self {
            Self::Word(word) => write!(formatter, "{word}"),
            Self::Phrase { text, exact, slop } => {
                let sign = if *exact { "=" } else { "" };
                write!(formatter, "{sign}\"{text}\"")?;
                if *slop > 0 { write!(formatter, "~{slop}") } else { Ok(()) }
            }
            Self::Family(name, _) => write!(formatter, "@{name}"),
            Self::List(name, _) => write!(formatter, "#{name}"),
            Self::Number => formatter.write_str("#n"),
            Self::And(parts) => joined(parts, " AND ", Binding::Not, formatter),
            Self::Or(parts) => joined(parts, " OR ", Binding::And, formatter),
            Self::Not(inner) => {
                formatter.write_str("NOT ")?;
                inner.write(Binding::Not, formatter)
            }
            Self::Near { left, right, words, ordered } => {
                left.write(Binding::Near, formatter)?;
                let keyword = if *ordered { "BEFORE" } else { "NEAR" };
                write!(formatter, " {keyword}/{words} ")?;
                right.write(Binding::Word, formatter)
            }
            Self::NotIn { inner, outer } => {
                inner.write(Binding::Near, formatter)?;
                formatter.write_str(" NOTIN ")?;
                outer.write(Binding::Word, formatter)
            }
            Self::Scoped(scope, inner) => {
                write!(formatter, "{}(", scope.keyword())?;
                inner.write(Binding::Or, formatter)?;
                formatter.write_str(")")
            }
            Self::Compare(comparison) => write!(formatter, "{comparison}"),
        }
    }
}

fn joined(
    parts: &[Expression],
    between: &str,
    least: Binding,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            formatter.write_str(between)?;
        }
        part.write(least, formatter)?;
    }
    Ok(())
}
