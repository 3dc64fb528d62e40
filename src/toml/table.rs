//! Reads a TOML table value by value and reports every problem with its place.
//!
//! Not serde: a derive stops at the first wrong value. Here each value is asked for by name, what was never asked for is
//! an unknown key, and syntax errors stand beside wrong values in one report.

mod numbers;

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::report::Report;
use super::text::{Lines, Text};
use crate::diagnostic::{Problem, Severity, suggestion};

/// A table of the file. Ask for its values, then [`Table::reject_unknown`] ones.
pub(crate) struct Table<'a> {
    report: &'a Report,
    text: &'a str,
    title: String,
    span: Range<usize>,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
    required: RefCell<Vec<(&'static str, String)>>,
    /// Former names that the file uses, each with its present one.
    renamed: RefCell<Vec<(&'static str, &'static str)>>,
}

impl<'a> Table<'a> {
    /// The top-level table of `text`.
    pub(super) fn top(report: &'a Report, text: &'a str, entries: &'a DeTable<'a>) -> Self {
        Self {
            report,
            text,
            title: String::new(),
            span: 0..0,
            entries,
            asked: RefCell::default(),
            required: RefCell::default(),
            renamed: RefCell::default(),
        }
    }

    /// Its header, `[[section.link]]`; empty for the top of the file.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Returns the bytes from its header to the end of its last value.
    pub(crate) fn extent(&self) -> Range<usize> {
        let ends = self.entries.iter().map(|(_, value)| value.span().end);
        self.span.start..ends.fold(self.span.end, usize::max)
    }

    /// Returns where the value of `key` stands, when there is one.
    pub(crate) fn value_span(&self, key: &str) -> Option<Range<usize>> {
        self.entry(key).map(Spanned::span)
    }

    /// Returns whether there is a `key`, right or wrong.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Reports an error.
    pub(crate) fn error(&self, span: Range<usize>, problem: Problem) {
        self.report.add(Severity::Error, span, problem);
    }

    /// Reports a warning.
    pub(crate) fn warn(&self, span: Range<usize>, problem: Problem) {
        self.report.add(Severity::Warning, span, problem);
    }

    /// Accepts the `former` name of the key `present`, with a warning. Call it before the value is read.
    pub(crate) fn rename(&self, former: &'static str, present: &'static str) {
        let Some((key, _)) = self.entries.get_key_value(former) else { return };
        self.mark_known(former);
        if self.entries.contains_key(present) {
            let problem = Problem::new(format!("`{former}` is the former name of `{present}`, which is also set"));
            self.error(key.span(), problem.help(format!("delete `{former}`")));
        } else {
            self.warn(key.span(), Problem::renamed(former, present));
        }
        self.renamed.borrow_mut().push((former, present));
    }

    /// Makes `keys` required. Each comes with a line that shows how to write it.
    pub(crate) fn require(&self, keys: &[(&'static str, &str)]) {
        self.required.borrow_mut().extend(keys.iter().map(|(key, example)| (*key, (*example).to_owned())));
    }

    /// Reports every required key that is not there, and every key that was never asked for. `hint_for` may know better
    /// than spelling where one belongs.
    pub(crate) fn reject_unknown(&self, hint_for: impl Fn(&str) -> Option<String>) {
        let asked = self.asked.borrow();
        #[cfg(test)]
        super::recording::record(&self.title, &asked);
        let known = || asked.iter().copied();
        let unknown: Vec<_> = self.entries.keys().filter(|key| !asked.contains(&key.get_ref().as_ref())).collect();
        for key in &unknown {
            let name = key.get_ref().as_ref();
            let help = hint_for(name)
                .or_else(|| suggestion::did_you_mean(name, known()))
                .unwrap_or_else(|| format!("{} accepts {}", self.display_name(), suggestion::list(known())));
            self.error(key.span(), Problem::new(format!("unknown key {}", suggestion::quote(name))).help(help));
        }
        // In a file that is not TOML it is unknown what is missing, and a misspelt key was just reported.
        let misspelt = |key: &str| unknown.iter().any(|name| suggestion::closest(name.get_ref(), [key]).is_some());
        let missing = |key: &str| !self.has(key) && self.report.is_well_formed() && !misspelt(key);
        for (key, example) in self.required.borrow().iter().filter(|(key, _)| missing(key)) {
            let place = if self.title.is_empty() { String::new() } else { format!(" in `{}`", self.title) };
            self.error(
                self.span(),
                Problem::new(format!("`{key}` is missing{place}")).help(format!("add `{example}`")),
            );
        }
    }

    /// Makes `key` known without looking at its value.
    pub(crate) fn mark_known(&self, key: &'static str) {
        self.asked.borrow_mut().push(key);
    }

    fn display_name(&self) -> String {
        if self.title.is_empty() { "the top of the file".to_owned() } else { format!("`{}`", self.title) }
    }

    fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.mark_known(key);
        self.entry(key)
    }

    /// The value of `key`, also under its former name.
    fn entry(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let former = || self.renamed.borrow().iter().find(|(_, present)| *present == key).map(|(former, _)| *former);
        self.entries.get(key).or_else(|| self.entries.get(former()?))
    }

    fn wrong_type(&self, name: &str, expected: &str, found: &Spanned<DeValue<'_>>) {
        let message = format!("{name} must be {expected}, not {}", type_name(found.get_ref()));
        self.error(found.span(), Problem::new(message));
    }

    fn string(&self, key: &'static str, lines: Lines) -> Option<Text<'a>> {
        let value = self.value(key)?;
        let DeValue::String(string) = value.get_ref() else {
            self.wrong_type(&format!("`{key}`"), "text in quotes", value);
            return None;
        };
        self.checked(&format!("`{key}`"), Text::new(string, value.span(), self.text), lines)
    }

    fn checked(&self, name: &str, text: Text<'a>, lines: Lines) -> Option<Text<'a>> {
        let problems = text.invalid_characters(name, lines);
        let clean = problems.is_empty();
        for (span, problem) in problems {
            self.error(span, problem);
        }
        clean.then_some(text)
    }

    /// One line of text without spaces around it; an empty one is reported.
    pub(crate) fn line(&self, key: &'static str) -> Option<Text<'a>> {
        let text = self.line_or_empty(key)?;
        if let Some(nothing) = text.why_blank() {
            self.error(text.span.clone(), Problem::new(format!("`{key}` {nothing}")));
            return None;
        }
        Some(text)
    }

    /// One line of text without spaces around it, or none.
    pub(crate) fn line_or_empty(&self, key: &'static str) -> Option<Text<'a>> {
        self.string(key, Lines::One).map(Text::trimmed)
    }

    /// One line of text as `parse` understands it.
    pub(crate) fn parsed<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Option<T> {
        let text = self.line(key)?;
        parse(&text.value).map_err(|problem| self.error(text.span.clone(), problem)).ok()
    }

    /// Several lines of text, without the indent that all of them have.
    pub(crate) fn lines(&self, key: &'static str) -> Option<Text<'a>> {
        let text = self.string(key, Lines::Many)?;
        for (span, problem) in text.doubtful_escapes() {
            self.warn(span, problem);
        }
        Some(text.without_indent())
    }

    /// A list of lines as `parse` understands them; those it does not are reported and left out.
    pub(crate) fn list<T>(&self, key: &'static str, parse: impl Fn(&str) -> Result<T, Problem>) -> Option<Vec<T>> {
        let array = self.array(key)?;
        let parse = |text: Text<'a>| parse(&text.value).map_err(|problem| self.error(text.span, problem)).ok();
        Some(array.iter().filter_map(|item| self.item(key, item)).filter_map(parse).collect())
    }

    /// A list of lines with their places.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<Text<'a>> {
        let array = self.array(key).into_iter().flatten();
        array.filter_map(|item| self.item(key, item)).collect()
    }

    fn array(&self, key: &'static str) -> Option<&'a DeArray<'a>> {
        let value = self.value(key)?;
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(&format!("`{key}`"), "a list", value);
            return None;
        };
        Some(array)
    }

    fn item(&self, key: &str, item: &'a Spanned<DeValue<'a>>) -> Option<Text<'a>> {
        let name = format!("an item of `{key}`");
        let DeValue::String(string) = item.get_ref() else {
            self.wrong_type(&name, "text in quotes", item);
            return None;
        };
        let text = self.checked(&name, Text::new(string, item.span(), self.text), Lines::One)?.trimmed();
        if text.value.is_empty() {
            self.error(item.span(), Problem::new(format!("{name} is empty")));
            return None;
        }
        Some(text)
    }

    /// The table `key`.
    pub(crate) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.value(key)?;
        let DeValue::Table(entries) = value.get_ref() else {
            let problem = Problem::new(format!("`{key}` must be a table, not {}", type_name(value.get_ref())));
            self.error(value.span(), problem.help(format!("write `[{}]` above its keys", self.path(key))));
            return None;
        };
        Some(self.subtable(format!("[{}]", self.path(key)), value.span(), entries))
    }

    /// The tables `key`, in order.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let expected = format!("write `[[{}]]` above each", self.path(key));
        let array: &DeArray<'_> = match value.get_ref() {
            DeValue::Array(array) => array,
            other => {
                let problem =
                    Problem::new(format!("`{key}` must be a list of tables, not {}", type_name(other))).help(expected);
                self.error(value.span(), problem);
                return Vec::new();
            }
        };
        let mut tables = Vec::new();
        for item in array {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    tables.push(self.subtable(format!("[[{}]]", self.path(key)), item.span(), entries));
                }
                other => {
                    let problem = Problem::new(format!("`{key}` must be a list of tables, not {}", type_name(other)));
                    self.error(item.span(), problem.help(expected.clone()));
                }
            }
        }
        tables
    }

    /// The entries that were not read by name, for tables whose keys are free. Values that are not text are reported.
    pub(crate) fn other_entries(&self) -> Vec<(String, Text<'a>)> {
        #[cfg(test)]
        super::recording::record(&self.title, &self.asked.borrow());
        let mut entries = Vec::new();
        for (key, value) in self.entries {
            let name = key.get_ref().to_string();
            if self.asked.borrow().contains(&name.as_str()) {
                continue;
            }
            match value.get_ref() {
                DeValue::String(string) => entries.push((name, Text::new(string, value.span(), self.text))),
                _ => self.wrong_type(&suggestion::quote(&name), "text in quotes", value),
            }
        }
        entries
    }

    /// Returns how many items the list `key` has; none when it is no list.
    pub(crate) fn count(&self, key: &str) -> usize {
        self.entry(key).and_then(|value| value.get_ref().as_array()).map_or(0, |items| items.len())
    }

    /// Returns whether the value of `key` is a table, for keys that have their own words about anything else.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.entry(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Table(_)))
    }

    /// Returns whether the value of `key` is a list, for keys that take one value or several.
    pub(crate) fn is_list(&self, key: &str) -> bool {
        self.entry(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Array(_)))
    }

    fn subtable(&self, title: String, span: Range<usize>, entries: &'a DeTable<'a>) -> Table<'a> {
        Table {
            report: self.report,
            text: self.text,
            title,
            span,
            entries,
            asked: RefCell::default(),
            required: RefCell::default(),
            renamed: RefCell::default(),
        }
    }

    fn path(&self, key: &str) -> String {
        let parent = self.title.trim_matches(['[', ']']);
        if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") }
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
