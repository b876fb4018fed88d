//! Reads a limit. Every error says where it is, what is wrong and what to write instead.

use std::collections::BTreeSet;

use feedback::{Flag, Span, nearest, suggest};

use super::{Bound, Figure, Known, Limit, LimitError, Operator, Subject, Which};
use crate::diff::Aspect;

const EXAMPLES: &str = "write for example tasks.billing > +10%, themes.lost > 0 or \
                        department_changed > 2%";
const CHANGED: &str = "changed";
const CHANGED_IN: &str = "_changed";

impl Limit {
    /// Reads a limit. Whether the ids it names exist is told by [`Limit::check`].
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        let mut parser = Parser { text, at: 0 };
        let figure = parser.figure()?;
        let mut bounds = vec![parser.bound(&figure)?];
        while parser.and()? {
            bounds.push(parser.bound(&figure)?);
        }
        Ok(Self { text: text.trim().to_owned(), figure, bounds })
    }

    /// Whether the theme, department or team that it names exists on one of the sides.
    pub fn check(&self, known: &Known) -> Result<(), LimitError> {
        let (Figure::Stock(subject, which)
        | Figure::Gained(subject, which)
        | Figure::Lost(subject, which)) = &self.figure
        else {
            return Ok(());
        };
        let Which::One(id, span) = which else { return Ok(()) };
        let (names, what): (BTreeSet<&str>, &str) = match subject {
            Subject::Themes => (known.themes.iter().map(String::as_str).collect(), "theme"),
            Subject::Tasks | Subject::Accountable | Subject::Kudos => {
                (known.departments.iter().map(String::as_str).collect(), "department")
            }
            Subject::Teams => (known.teams.iter().map(String::as_str).collect(), "team"),
            Subject::Flags => (Flag::ALL.into_iter().map(Flag::name).collect(), "flag"),
            Subject::Priority => (["1", "2", "3", "4"].into(), "priority"),
            // A code that no record has yet is a good limit, too.
            Subject::Dead | Subject::Records | Subject::Tagged | Subject::Work => return Ok(()),
        };
        if names.contains(id.as_str()) {
            return Ok(());
        }
        let mend = suggest(id, names, what);
        let message = format!("neither OLD nor NEW has a {what} `{id}`");
        Err(LimitError { span: *span, message, mend })
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes as much as holds.
    fn take_while(&mut self, holds: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|character| !holds(character)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn error(&self, from: usize, message: String, mend: impl Into<String>) -> LimitError {
        let span = Span { start: from, end: self.at.max(from) };
        LimitError { span, message, mend: mend.into() }
    }

    /// What stands here, for a message.
    fn found(&self) -> String {
        let word: String =
            self.rest().chars().take_while(|character| !character.is_whitespace()).collect();
        if word.is_empty() { "the end".to_owned() } else { format!("`{word}`") }
    }

    fn figure(&mut self) -> Result<Figure, LimitError> {
        self.skip_blanks();
        let start = self.at;
        let name = self.take_while(is_name);
        if name.is_empty() {
            let message = format!("a limit begins with a figure, here stands {}", self.found());
            return Err(self.error(start, message, EXAMPLES));
        }
        if name == CHANGED {
            return self.no_id(start, name).map(|()| Figure::Changed(None));
        }
        if let Some(aspect) = name.strip_suffix(CHANGED_IN).and_then(Aspect::from_name) {
            return self.no_id(start, name).map(|()| Figure::Changed(Some(aspect)));
        }
        let Some(subject) = Subject::from_name(name) else {
            let names = Subject::ALL.map(|subject| subject.name().to_owned());
            let aspects = Aspect::ALL.map(|aspect| format!("{}{CHANGED_IN}", aspect.name()));
            let all: Vec<String> =
                names.into_iter().chain(aspects).chain([CHANGED.to_owned()]).collect();
            let mend = match nearest(name, all.iter().map(String::as_str)) {
                Some(near) => format!("write {near}"),
                None => format!("write one of {}", all.join(", ")),
            };
            return Err(self.error(start, format!("there is no figure `{name}`"), mend));
        };
        self.subject(start, subject)
    }

    /// What follows a figure that has no parts.
    fn no_id(&mut self, start: usize, name: &str) -> Result<(), LimitError> {
        if !self.rest().starts_with('.') {
            return Ok(());
        }
        self.take_while(|character| !character.is_whitespace());
        Err(self.error(start, format!("{name} has no parts"), format!("write {name}")))
    }

    fn subject(&mut self, start: usize, subject: Subject) -> Result<Figure, LimitError> {
        let name = subject.name();
        let mut make: fn(Subject, Which) -> Figure = Figure::Stock;
        for (word, flow) in [
            (".gained", Figure::Gained as fn(Subject, Which) -> Figure),
            (".lost", Figure::Lost as fn(Subject, Which) -> Figure),
        ] {
            let after = self.rest().strip_prefix(word);
            if after.is_some_and(|after| !after.starts_with(is_name)) {
                self.at += word.len();
                make = flow;
                if !subject.flows() {
                    let message = format!("it is not known which {name} come and go");
                    return Err(self.error(start, message, format!("write {name}")));
                }
                break;
            }
        }
        let which = self.which(start, subject)?;
        if which == Which::All && !subject.has_total() {
            let mend = format!("write {name}.* for each, or name one; tasks counts all together");
            return Err(self.error(start, format!("{name} needs an id"), mend));
        }
        Ok(make(subject, which))
    }

    fn which(&mut self, start: usize, subject: Subject) -> Result<Which, LimitError> {
        if !subject.has_ids() {
            return self.no_id(start, subject.name()).map(|()| Which::All);
        }
        if !self.rest().starts_with('.') {
            return Ok(Which::All);
        }
        self.at += 1;
        let id_start = self.at;
        if self.rest().starts_with('*') {
            self.at += 1;
            return Ok(Which::Each);
        }
        let id = if self.rest().starts_with('"') {
            self.at += 1;
            let id = self.take_while(|character| character != '"');
            if self.rest().is_empty() {
                let message = "this quote is never closed".to_owned();
                return Err(self.error(id_start, message, format!("write \"{id}\"")));
            }
            self.at += 1;
            id
        } else {
            self.take_while(is_id)
        };
        if id.is_empty() {
            let message = format!("an id is missing after the dot, here stands {}", self.found());
            let mend = format!("write {}.* for each, or name one", subject.name());
            return Err(self.error(start, message, mend));
        }
        Ok(Which::One(id.to_owned(), Span { start: id_start, end: self.at }))
    }

    /// Whether another bound follows.
    fn and(&mut self) -> Result<bool, LimitError> {
        self.skip_blanks();
        let start = self.at;
        if self.rest().is_empty() {
            return Ok(false);
        }
        match self.take_while(|character| !character.is_whitespace()) {
            "AND" => Ok(true),
            word if word.eq_ignore_ascii_case("and") => {
                let message = "keywords are upper case".to_owned();
                Err(self.error(start, message, "write AND"))
            }
            word => {
                let message = format!("a limit ends here, but then stands `{word}`");
                let mend = "write AND and another bound, or another --fail-if";
                Err(self.error(start, message, mend))
            }
        }
    }

    fn bound(&mut self, figure: &Figure) -> Result<Bound, LimitError> {
        self.skip_blanks();
        let start = self.at;
        let operator = match self.take_while(|character| "<>=!".contains(character)) {
            ">" => Operator::More,
            ">=" => Operator::AtLeast,
            "<" => Operator::Less,
            "<=" => Operator::AtMost,
            "" => {
                let message = format!("expected >, >=, < or <=, here stands {}", self.found());
                return Err(self.error(start, message, EXAMPLES));
            }
            other => {
                let message = format!("`{other}` bounds nothing");
                let mend = if other == "!=" { "write > 0" } else { "write >, >=, < or <=" };
                return Err(self.error(start, message, mend));
            }
        };
        self.skip_blanks();
        let start = self.at;
        let sign = self.take_while(|character| "+-−".contains(character));
        let digits =
            self.take_while(|character| character.is_ascii_digit() || ".,".contains(character));
        let number: Option<f64> = digits.parse().ok().filter(|_| sign.chars().count() <= 1);
        let Some(number) = number else {
            let comma = digits.replace(',', ".");
            let mend = match comma.parse::<f64>() {
                Ok(_) if sign.chars().count() <= 1 => format!("write {sign}{comma}"),
                _ => "write a number such as 25, +25, 2.5% or -10%".to_owned(),
            };
            let message = match digits {
                "" => format!("expected a number, here stands {}", self.found()),
                _ => format!("`{sign}{digits}` is no number"),
            };
            return Err(self.error(start, message, mend));
        };
        self.skip_blanks();
        let percent = self.rest().starts_with('%');
        self.at += usize::from(percent);
        let moves = !sign.is_empty();
        let number = if matches!(sign, "-" | "−") { -number } else { number };
        let bound = Bound { operator, number, moves, percent };
        self.check(figure, bound, start)?;
        Ok(bound)
    }

    /// Whether the figure can be compared with such a number.
    fn check(&self, figure: &Figure, bound: Bound, start: usize) -> Result<(), LimitError> {
        let plain = format!("{}{}", bound.number.abs(), if bound.percent { "%" } else { "" });
        match figure {
            Figure::Stock(Subject::Records, _) if bound.moves || bound.percent => {
                let message = "both sides are given the same records".to_owned();
                Err(self.error(start, message, format!("write {}", bound.number.abs())))
            }
            Figure::Changed(_) | Figure::Gained(..) | Figure::Lost(..) if bound.moves => {
                let message = "this figure is a count of changes already".to_owned();
                Err(self.error(start, message, format!("leave the sign out: {plain}")))
            }
            _ => Ok(()),
        }
    }
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '-'
}

fn is_id(character: char) -> bool {
    is_name(character) || character == '.'
}
