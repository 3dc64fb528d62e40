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
use self::prose_runs::Reading;
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

/// The strings of an issue that readers see, in the order of the file, each parsed once.
pub(crate) struct ReaderTexts<'t>(Vec<Value<'t>>);

impl<'t> ReaderTexts<'t> {
    /// Reads `issue`. There are none when it is not TOML.
    pub(crate) fn of(issue: &'t SourceFile) -> Self {
        let Ok(document) = DeTable::parse(&issue.text) else { return Self(Vec::new()) };
        let mut found = Vec::new();
        collect(document.get_ref(), true, &mut found);
        found.sort_by_key(|(_, _, value)| value.span().start);
        let values = found.into_iter().filter_map(|(key, is_of_issue, value)| {
            let text = Text::new(value.get_ref().as_str()?, value.span(), &issue.text);
            Some(Value::read(key, is_of_issue, text))
        });
        Self(values.collect())
    }

    /// Returns the texts that have markup left in them.
    pub(crate) fn with_leftovers(&self) -> Vec<ReaderText> {
        let mut found = Vec::new();
        self.0.iter().for_each(|value| value.add_to(&mut found));
        found
    }

    /// Returns the URLs as they are written, each with its bytes in the file.
    pub(crate) fn written_urls(&self) -> Vec<(String, Range<usize>)> {
        let mut urls = Vec::new();
        for Value { key, text, markdown } in &self.0 {
            if let Some(markdown) = markdown {
                for run in markdown.runs.iter().filter(|run| run.form == TextForm::Url) {
                    let range = run.range();
                    let written = &text.value[range.clone()];
                    // A bare address has no target behind it.
                    let url = if written.contains("://") { written } else { &run.text };
                    urls.push((url.to_owned(), text.place(range)));
                }
            } else if URLS.contains(&key.as_str()) {
                urls.push((text.value.trim().to_owned(), text.span.clone()));
            }
        }
        urls
    }

    /// Returns the columns of the subscriber list that are shown, each with the bytes of its field in the file.
    pub(crate) fn subscriber_fields(&self) -> Vec<(String, Range<usize>)> {
        let mut fields = Vec::new();
        for text in self.0.iter().map(|value| &value.text) {
            for (start, _) in text.value.match_indices(slots::OPENING) {
                let Some(length) = text.value[start..].find('}') else { continue };
                let range = start..start + length + 1;
                if let [Part::Slot(Slot::Field { column, .. })] = &slots::split_at_slots(&text.value[range.clone()])[..]
                {
                    fields.push((column.clone(), text.place(range)));
                }
            }
        }
        fields
    }

    /// Returns the markup in prose that took effect and is likely not meant, each with its bytes in the file.
    pub(crate) fn accidents(&self) -> Vec<(Accident, Range<usize>)> {
        let prose = self.0.iter().filter(|value| PROSE.contains(&value.key.as_str()));
        let accidents = prose.flat_map(|value| {
            let accidents = value.markdown.iter().flat_map(|markdown| &markdown.accidents);
            accidents.map(|(accident, range)| (*accident, value.text.place(range.clone())))
        });
        accidents.collect()
    }
}

/// A string of the file.
struct Value<'t> {
    key: String,
    text: Text<'t>,
    /// What it says, if it is Markdown.
    markdown: Option<Reading>,
}

impl<'t> Value<'t> {
    /// Reads `text`, the value of `key`, as the loader does. `is_of_issue`: whether it belongs to the issue rather than to a
    /// section, part or link.
    fn read(key: &str, is_of_issue: bool, text: Text<'t>) -> Self {
        let is_prose = PROSE.contains(&key);
        let text = if is_prose { text.without_indent() } else { text };
        let markdown = if is_prose {
            Some(prose_runs::read(&text.value))
        } else {
            let runs = (key == "title" && !is_of_issue).then(|| prose_runs::title_runs(&text.value));
            runs.map(|runs| Reading { runs, accidents: Vec::new() })
        };
        Self { key: key.to_owned(), text, markdown }
    }

    /// Adds its texts that have markup left in them.
    fn add_to(&self, found: &mut Vec<ReaderText>) {
        let mut add = |form, text: &str, place: &dyn Fn(&Leftover) -> Option<Range<usize>>| {
            let leftovers = leftovers_in(text, form).into_iter();
            let leftovers: Vec<_> = leftovers.filter_map(|one| place(&one).map(|place| (one, place))).collect();
            if !leftovers.is_empty() {
                found.push(ReaderText { key: self.key.clone(), form, text: text.to_owned(), leftovers });
            }
        };
        let value = &self.text;
        if let Some(markdown) = &self.markdown {
            for run in &markdown.runs {
                add(run.form, &run.text, &|one| Some(value.place(run.written(&value.value, one)?)));
            }
            return;
        }
        let form = match self.key.as_str() {
            key if URLS.contains(&key) => TextForm::Url,
            "subject" => TextForm::Subject,
            _ => TextForm::Line,
        };
        add(form, &without_slots(&value.value), &|one| Some(value.place(one.range.clone())));
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
