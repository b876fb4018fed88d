//! The code that a Markdown document prints: blocks, and pieces within a line.

use feedback::line_and_column;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The heading of a table's column that holds what to write: rules, each a piece of code.
const WRITE: &str = "write";

/// A block of code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// What the fence says; empty for an indented block.
    pub(super) language: String,
    pub(super) text: String,
    /// The line of the document on which its text begins, from 1.
    pub(super) line: usize,
}

/// Code within a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// The line of the document, from 1.
    pub(super) line: usize,
    /// Whether it stands in a column of what to write.
    pub(super) is_to_write: bool,
}

/// All code of a document.
pub(super) fn printed(markdown: &str) -> (Vec<Block>, Vec<Piece>) {
    let (mut blocks, mut pieces) = (Vec::new(), Vec::new());
    let mut open: Option<Block> = None;
    let mut columns: Vec<String> = Vec::new();
    let (mut column, mut in_head) = (0, false);
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter();
    for (event, range) in parser {
        let (line, _) = line_and_column(markdown, range.start);
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                open = Some(Block { language, text: String::new(), line });
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            Event::Start(Tag::TableHead) => (columns, column, in_head) = (Vec::new(), 0, true),
            Event::End(TagEnd::TableHead) => in_head = false,
            Event::Start(Tag::TableRow) => column = 0,
            Event::Start(Tag::TableCell) if in_head => columns.push(String::new()),
            Event::End(TagEnd::TableCell) => column += 1,
            Event::End(TagEnd::Table) => columns.clear(),
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    if block.text.is_empty() {
                        block.line = line;
                    }
                    block.text.push_str(&text);
                } else if in_head && let Some(heading) = columns.last_mut() {
                    heading.push_str(&text);
                }
            }
            Event::Code(text) => pieces.push(Piece {
                text: text.into_string(),
                line,
                is_to_write: columns.get(column).is_some_and(|heading| heading.trim() == WRITE),
            }),
            _ => {}
        }
    }
    (blocks, pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_pieces_are_found_with_their_lines() {
        let text = "# Title\n\nSay `a AND b`.\n\n    [[theme]]\n    id = \"x\"\n\n```toml\ngroup = \"v\"\n```\n\n\
            | write | takes |\n|---|---|\n| `=word`, `a OR b` | `not this` |\n";
        let (blocks, pieces) = printed(text);
        let block = |language: &str, text: &str, line| Block {
            language: language.to_owned(),
            text: text.to_owned(),
            line,
        };
        assert_eq!(
            blocks,
            [block("", "[[theme]]\nid = \"x\"\n", 5), block("toml", "group = \"v\"\n", 9)]
        );
        let pieces: Vec<_> =
            pieces.iter().map(|each| (each.text.as_str(), each.line, each.is_to_write)).collect();
        assert_eq!(
            pieces,
            [
                ("a AND b", 3, false),
                ("=word", 14, true),
                ("a OR b", 14, true),
                ("not this", 14, false)
            ]
        );
    }
}
