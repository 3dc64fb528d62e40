//! Reads the titles of links, sections and parts: one line of Markdown with code and emphasis. Titles of sections and
//! parts may be links.

use std::ops::Range;

use super::prose::{self, ParsedProse};
use super::text_values::plain_line;
use super::web_address;
use crate::diagnostic::Problem;
use crate::model::{Block, Heading, Inline};
use crate::toml::{Table, Text};

/// Keeps the beginning of a title from being read as the beginning of a heading, list or quotation.
const GUARD: &str = ". ";

/// Reads the title of a link, with its place; what is wrong with it is reported on `table`.
pub(super) fn of_link(table: &Table<'_>) -> Option<(Vec<Inline>, Range<usize>)> {
    let text = plain_line(table, "title")?;
    let words = inlines(table, &text);
    if has_link(&words) {
        let problem = Problem::new("a link in the `title` of a link");
        table.error(text.span.clone(), problem.help("write the words as `title` and the address as `url`"));
    }
    Some((words, text.span))
}

/// Reads the title of a section or part; what is wrong with it is reported on `table`.
pub(super) fn heading(table: &Table<'_>) -> Option<Heading> {
    let text = plain_line(table, "title")?;
    let mut words = inlines(table, &text);
    let url = match words.as_mut_slice() {
        [Inline::Link { url, text }] => Some((std::mem::take(url), std::mem::take(text))),
        _ => None,
    };
    if let Some((url, words)) = url {
        if let Err(problem) = web_address::http_url(&url) {
            table.error(text.span, problem);
        }
        return Some(Heading { text: words, url: Some(url) });
    }
    if has_link(&words) {
        let problem = Problem::new("a link in a part of the `title`");
        table.error(text.span, problem.help("make all of it one link: `title = \"[Title](https://…)\"`"));
    }
    Some(Heading { text: words, url: None })
}

/// Reads one line of Markdown.
fn inlines(table: &Table<'_>, text: &Text<'_>) -> Vec<Inline> {
    let ParsedProse { prose, errors, .. } = prose::parse_title(&format!("{GUARD}{}", text.value));
    for (range, problem) in errors {
        let in_value = |at: usize| at.saturating_sub(GUARD.len());
        table.error(text.place(in_value(range.start)..in_value(range.end)), problem);
    }
    warn_about_underscores(table, text);
    let mut blocks = prose.0.into_iter();
    let (Some(Block::Paragraph(mut words)), None) = (blocks.next(), blocks.next()) else {
        return vec![Inline::Text(text.value.clone())];
    };
    if let Some(Inline::Text(first)) = words.first_mut() {
        *first = first.strip_prefix(GUARD).unwrap_or(first).to_owned();
        if first.is_empty() {
            words.remove(0);
        }
    }
    words
}

/// Warns about `__init__`: a name in the language of programmers, which Markdown makes strong.
fn warn_about_underscores(table: &Table<'_>, text: &Text<'_>) {
    for (start, end) in strong_names(&text.value) {
        let name = &text.value[start..end];
        let problem = Problem::new(format!("`{name}` became bold, and its underscores are gone"));
        let bold = name.trim_matches('_');
        let help = format!("write a name in backticks, and bold words as `**{bold}**`");
        table.warn(text.place(start..end), problem.help(help));
    }
}

/// Returns where names between two underscores on each side stand, outside code.
fn strong_names(title: &str) -> Vec<(usize, usize)> {
    let mut names = Vec::new();
    let (mut is_code, mut start) = (false, None);
    for (at, character) in title.char_indices().chain([(title.len(), ' ')]) {
        if character.is_alphanumeric() || character == '_' {
            start = start.or(Some(at));
        } else if let Some(start) = start.take() {
            let word = &title[start..at];
            if !is_code && word.len() > 4 && word.starts_with("__") && word.ends_with("__") {
                names.push((start, at));
            }
        }
        is_code ^= character == '`';
    }
    names
}

fn has_link(words: &[Inline]) -> bool {
    words.iter().any(|word| match word {
        Inline::Link { .. } => true,
        Inline::Emphasis(words) | Inline::Strong(words) | Inline::Strikethrough(words) => has_link(words),
        Inline::Text(_) | Inline::Code(_) | Inline::LineBreak | Inline::Slot(_) => false,
    })
}
