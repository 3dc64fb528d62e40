//! Reads the two kinds of texts in an issue file: lines, and prose in Markdown.

use super::loaded::AllowedRule;
use super::picture_source::PictureSource;
use super::prose::{self, ParsedProse};
use super::slots;
use crate::diagnostic::Problem;
use crate::model::Prose;
use crate::toml::{Table, Text};

/// Reads a line that is the same for every subscriber.
pub(super) fn plain_line<'a>(table: &Table<'a>, key: &'static str) -> Option<Text<'a>> {
    let text = table.line(key)?;
    if let Some(at) = text.value.find(slots::OPENING) {
        let problem = Problem::new(format!("`{key}` is the same for every subscriber"));
        let help = "`{subscriber.…}` is allowed in `subject`, `intro`, `text`, `description` and `outro`";
        table.error(text.place(at..at + slots::OPENING.len()), problem.help(help));
    }
    Some(text)
}

/// Reads the names of the rules that may be broken here.
pub(super) fn allowed_rules(table: &Table<'_>) -> Vec<AllowedRule> {
    let names = table.texts("allow").into_iter();
    names.map(|text| AllowedRule { name: text.value, place: text.span }).collect()
}

/// Reads Markdown; returns no blocks when the key is missing.
pub(super) fn prose(table: &Table<'_>, key: &'static str, pictures: PictureSource<'_>) -> Prose {
    let Some(text) = table.lines(key) else { return Prose::default() };
    let ParsedProse { prose, errors, warnings } = prose::parse(&text.value, pictures);
    for (range, problem) in errors {
        table.error(text.place(range), problem);
    }
    for (range, problem) in warnings {
        table.warn(text.place(range), problem);
    }
    prose
}
