//! Lists the texts of an issue file that readers see, each with the places of its bytes in the file.
//!
//! It walks the TOML tree rather than the model, because the model does not know where its texts stand, and so that a
//! new field needs nothing here. Prose is parsed as the loader parses it.

mod align;
mod prose_runs;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(crate) use self::prose_runs::Accident;
use super::leftover::{Leftover, TextForm, leftovers_in};
use super::slots::{self, Part};
use crate::diagnostic::SourceFile;
use crate::model::Slot;
use crate::toml::Text;

/// Keys whose value is Markdown.
const PROSE: [&str; 5] = ["intro", "text", "description", "outro", "list"];

/// Keys whose value is a URL, or a path.
const URLS: [&str; 2] = ["url", "image"];

/// Keys whose value no reader sees.
const UNSEEN: [&str; 5] = ["slug", "kind", "date", "allow", "lang"];

/// A text that readers see, with the markup that is left in it.
pub(crate) struct ReaderText {
    /// The key of its value.
    pub(crate) key: String,
    /// The way it is written.
    pub(crate) form: TextForm,
    /// The text readers see.
    pub(crate) text: String,
    /// Leftovers in it, each with its bytes in the file.
    pub(crate) leftovers: Vec<(Leftover, Range<usize>)>,
}

impl ReaderText {
    /// Returns the words of `leftover`, without what takes the place of markup that had its effect.
    pub(crate) fn piece(&self, leftover: &Leftover) -> String {
        let words = self.text[leftover.range.clone()].trim();
        words.replace(['\u{fff9}', '\u{fffb}'], "").replace('\u{fffc}', "…")
    }
}

/// Returns the texts of `issue` that have markup left in them, in the order of the file. None when it is not TOML.
pub(crate) fn texts_with_leftovers(issue: &SourceFile) -> Vec<ReaderText> {
    let mut found = Vec::new();
    for_each_value(issue, |value| value.add_to(&mut found));
    found
}

/// Returns the URLs in `issue` as they are written, each with its bytes in the file, in their order. None when it is
/// not TOML.
pub(crate) fn written_urls(issue: &SourceFile) -> Vec<(String, Range<usize>)> {
    let mut urls = Vec::new();
    for_each_value(issue, |value| {
        let text = &value.text;
        if let Some(runs) = value.runs() {
            for run in runs.iter().filter(|run| run.form == TextForm::Url) {
                let range = run.range();
                let written = &text.value[range.clone()];
                // A bare address has no target behind it.
                let url = if written.contains("://") { written } else { &run.text };
                urls.push((url.to_owned(), text.place(range)));
            }
        } else if URLS.contains(&value.key) {
            urls.push((text.value.trim().to_owned(), text.span.clone()));
        }
    });
    urls
}

/// Returns the columns of the subscriber list that `issue` shows, each with the bytes of its field in the file.
pub(crate) fn subscriber_fields(issue: &SourceFile) -> Vec<(String, Range<usize>)> {
    let mut fields = Vec::new();
    for_each_value(issue, |value| {
        let text = &value.text.value;
        for (start, _) in text.match_indices(slots::OPENING) {
            let Some(length) = text[start..].find('}') else { continue };
            let range = start..start + length + 1;
            if let [Part::Slot(Slot::Field { column, .. })] = &slots::split_at_slots(&text[range.clone()])[..] {
                fields.push((column.clone(), value.text.place(range)));
            }
        }
    });
    fields
}

/// Returns the markup in the prose of `issue` that took effect and is likely not meant, each with its bytes in the file.
pub(crate) fn accidents(issue: &SourceFile) -> Vec<(Accident, Range<usize>)> {
    let mut found = Vec::new();
    for_each_value(issue, |value| {
        if PROSE.contains(&value.key) {
            let accidents = prose_runs::accidents(&value.text.value).into_iter();
            found.extend(accidents.map(|(accident, range)| (accident, value.text.place(range))));
        }
    });
    found
}

/// A string of the file.
struct Value<'t> {
    key: &'t str,
    /// Whether it belongs to the issue rather than to a section, part or link.
    is_of_issue: bool,
    text: Text<'t>,
}

impl Value<'_> {
    /// Returns its runs if it is Markdown.
    fn runs(&self) -> Option<Vec<prose_runs::Run>> {
        if PROSE.contains(&self.key) {
            Some(prose_runs::runs(&self.text.value))
        } else {
            (self.key == "title" && !self.is_of_issue).then(|| prose_runs::title_runs(&self.text.value))
        }
    }

    /// Adds its texts that have markup left in them.
    fn add_to(&self, found: &mut Vec<ReaderText>) {
        let mut add = |form, text: String, place: &dyn Fn(&Leftover) -> Option<Range<usize>>| {
            let leftovers = leftovers_in(&text, form).into_iter();
            let leftovers: Vec<_> = leftovers.filter_map(|one| place(&one).map(|place| (one, place))).collect();
            if !leftovers.is_empty() {
                found.push(ReaderText { key: self.key.to_owned(), form, text, leftovers });
            }
        };
        let value = &self.text;
        if let Some(runs) = self.runs() {
            for run in runs {
                add(run.form, run.text.clone(), &|one| Some(value.place(run.written(&value.value, one)?)));
            }
            return;
        }
        let form = match self.key {
            key if URLS.contains(&key) => TextForm::Url,
            "subject" => TextForm::Subject,
            _ => TextForm::Line,
        };
        add(form, without_slots(&value.value), &|one| Some(value.place(one.range.clone())));
    }
}

/// Calls `act` with each string of `issue`, in the order of the file.
fn for_each_value(issue: &SourceFile, mut act: impl FnMut(&Value<'_>)) {
    let Ok(document) = DeTable::parse(&issue.text) else { return };
    let mut values = Vec::new();
    collect(document.get_ref(), true, &mut values);
    values.sort_by_key(|(_, _, value)| value.span().start);
    for (key, is_of_issue, value) in values {
        if let DeValue::String(string) = value.get_ref() {
            let text = Text::new(string, value.span(), &issue.text);
            // As the loader reads it.
            let text = if PROSE.contains(&key) { text.without_indent() } else { text };
            act(&Value { key, is_of_issue, text });
        }
    }
}

type Found<'t> = (&'t str, bool, &'t Spanned<DeValue<'t>>);

/// Adds the strings of `table` and of the tables below it, with their keys.
fn collect<'t>(table: &'t DeTable<'_>, is_of_issue: bool, values: &mut Vec<Found<'t>>) {
    for (key, value) in table {
        let key = key.get_ref().as_ref();
        if !UNSEEN.contains(&key) {
            collect_value(key, is_of_issue, value, values);
        }
    }
}

fn collect_value<'t>(key: &'t str, is_of_issue: bool, value: &'t Spanned<DeValue<'_>>, values: &mut Vec<Found<'t>>) {
    match value.get_ref() {
        DeValue::String(_) => values.push((key, is_of_issue, value)),
        DeValue::Table(below) => collect(below, false, values),
        DeValue::Array(items) => items.iter().for_each(|item| collect_value(key, is_of_issue, item, values)),
        _ => {}
    }
}

/// `text` with each slot for a subscriber replaced by as many letters.
fn without_slots(text: &str) -> String {
    let mut plain = String::new();
    for part in slots::split_at_slots(text) {
        match part {
            Part::Text(text) => plain.push_str(text),
            Part::Slot(_) | Part::Invalid(..) => {
                let start = plain.len();
                let end = text[start..].find(['}', '\n']).map_or(text.len(), |length| start + length + 1);
                plain.extend(std::iter::repeat_n('x', end - start));
            }
        }
    }
    plain
}
