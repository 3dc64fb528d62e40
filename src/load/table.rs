//! A TOML table read value by value, every problem reported with its place.
//!
//! Not serde: a derive stops at the first wrong value. Here each value is asked for by name, what was never asked for is
//! an unknown key, and syntax errors stand beside wrong values in one report.

mod numbers;

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::suggestion;
use super::text::{Lines, Text};
use super::toml_file::{Fault, TomlFile};
use crate::diagnostic::Severity;

/// A table of the file. Ask for its values, then [`Table::finish`] it.
pub(super) struct Table<'a> {
    file: &'a TomlFile,
    text: &'a str,
    title: String,
    span: Range<usize>,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
    required: RefCell<Vec<(&'static str, String)>>,
}

impl<'a> Table<'a> {
    /// The top of `file`, whose text is `text`.
    pub(super) fn top(file: &'a TomlFile, text: &'a str, entries: &'a DeTable<'a>) -> Self {
        Self {
            file,
            text,
            title: String::new(),
            span: 0..0,
            entries,
            asked: RefCell::default(),
            required: RefCell::default(),
        }
    }

    /// Its header, `[[section.link]]`; empty for the top of the file.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where the value of `key` stands, when there is one.
    pub(super) fn value_span(&self, key: &str) -> Option<Range<usize>> {
        self.entries.get(key).map(Spanned::span)
    }

    /// Whether there is a `key`, right or wrong.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Reports an error.
    pub(super) fn error(&self, span: Range<usize>, fault: Fault) {
        self.file.report(Severity::Error, span, fault);
    }

    /// Reports a warning.
    pub(super) fn warn(&self, span: Range<usize>, fault: Fault) {
        self.file.report(Severity::Warning, span, fault);
    }

    /// Makes `keys` required. Each comes with a line that shows how to write it.
    pub(super) fn require(&self, keys: &[(&'static str, &str)]) {
        self.required.borrow_mut().extend(keys.iter().map(|(key, example)| (*key, (*example).to_owned())));
    }

    /// Reports every required key that is not there, and every key that was never asked for. `belongs` may know better
    /// than spelling where one belongs.
    pub(super) fn finish(&self, belongs: impl Fn(&str) -> Option<String>) {
        let asked = self.asked.borrow();
        let known = || asked.iter().copied();
        let unknown: Vec<_> = self.entries.keys().filter(|key| !asked.contains(&key.get_ref().as_ref())).collect();
        for key in &unknown {
            let name = key.get_ref().as_ref();
            let help = belongs(name)
                .or_else(|| suggestion::did_you_mean(name, known()))
                .unwrap_or_else(|| format!("{} takes {}", self.called(), suggestion::list(known())));
            self.error(key.span(), Fault::new(format!("unknown key {}", suggestion::quote(name))).help(help));
        }
        // In a file that is not TOML nobody knows what is missing, and a misspelt key was just reported.
        let misspelt = |key: &str| unknown.iter().any(|name| suggestion::closest(name.get_ref(), [key]).is_some());
        let missing = |key: &str| !self.has(key) && self.file.is_whole() && !misspelt(key);
        for (key, example) in self.required.borrow().iter().filter(|(key, _)| missing(key)) {
            let place = if self.title.is_empty() { String::new() } else { format!(" in `{}`", self.title) };
            self.error(self.span(), Fault::new(format!("`{key}` is missing{place}")).help(format!("add `{example}`")));
        }
    }

    /// Makes `key` known without looking at its value.
    pub(super) fn expect(&self, key: &'static str) {
        self.asked.borrow_mut().push(key);
    }

    fn called(&self) -> String {
        if self.title.is_empty() { "the top of the file".to_owned() } else { format!("`{}`", self.title) }
    }

    fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.expect(key);
        self.entries.get(key)
    }

    fn wrong_type(&self, name: &str, expected: &str, found: &Spanned<DeValue<'_>>) {
        let message = format!("{name} takes {expected}, not {}", type_name(found.get_ref()));
        self.error(found.span(), Fault::new(message));
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
        let faults = text.character_faults(name, lines);
        let clean = faults.is_empty();
        for (span, fault) in faults {
            self.error(span, fault);
        }
        clean.then_some(text)
    }

    /// One line of text without spaces around it; an empty one is reported.
    pub(super) fn line(&self, key: &'static str) -> Option<Text<'a>> {
        let text = self.line_or_empty(key)?;
        if let Some(nothing) = text.nothing() {
            self.error(text.span.clone(), Fault::new(format!("`{key}` {nothing}")));
            return None;
        }
        Some(text)
    }

    /// One line of text without spaces around it, or none.
    pub(super) fn line_or_empty(&self, key: &'static str) -> Option<Text<'a>> {
        self.string(key, Lines::One).map(Text::trimmed)
    }

    /// One line of text as `parse` understands it.
    pub(super) fn parsed<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, Fault>) -> Option<T> {
        let text = self.line(key)?;
        parse(&text.value).map_err(|fault| self.error(text.span.clone(), fault)).ok()
    }

    /// Several lines of text.
    pub(super) fn lines(&self, key: &'static str) -> Option<Text<'a>> {
        self.string(key, Lines::Many)
    }

    /// A list of lines as `parse` understands them; those it does not are reported and left out.
    pub(super) fn list<T>(&self, key: &'static str, parse: impl Fn(&str) -> Result<T, Fault>) -> Option<Vec<T>> {
        let array = self.array(key)?;
        Some(array.iter().filter_map(|item| self.item(key, item, &parse)).collect())
    }

    fn array(&self, key: &'static str) -> Option<&'a DeArray<'a>> {
        let value = self.value(key)?;
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(&format!("`{key}`"), "a list", value);
            return None;
        };
        Some(array)
    }

    fn item<T>(
        &self,
        key: &str,
        item: &'a Spanned<DeValue<'a>>,
        parse: &impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let DeValue::String(string) = item.get_ref() else {
            self.wrong_type(&format!("an item of `{key}`"), "text in quotes", item);
            return None;
        };
        let name = format!("an item of `{key}`");
        let text = self.checked(&name, Text::new(string, item.span(), self.text), Lines::One)?.trimmed();
        if text.value.is_empty() {
            self.error(item.span(), Fault::new(format!("{name} is empty")));
            return None;
        }
        parse(&text.value).map_err(|fault| self.error(item.span(), fault)).ok()
    }

    /// The table `key`.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.value(key)?;
        let DeValue::Table(entries) = value.get_ref() else {
            let fault = Fault::new(format!("`{key}` takes a table, not {}", type_name(value.get_ref())));
            self.error(value.span(), fault.help(format!("write `[{}]` above its keys", self.path(key))));
            return None;
        };
        Some(self.below(format!("[{}]", self.path(key)), value.span(), entries))
    }

    /// The tables `key`, in order.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let expected = format!("write `[[{}]]` above each", self.path(key));
        let array: &DeArray<'_> = match value.get_ref() {
            DeValue::Array(array) => array,
            other => {
                let fault =
                    Fault::new(format!("`{key}` takes a list of tables, not {}", type_name(other))).help(expected);
                self.error(value.span(), fault);
                return Vec::new();
            }
        };
        let mut tables = Vec::new();
        for item in array {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    tables.push(self.below(format!("[[{}]]", self.path(key)), item.span(), entries));
                }
                other => {
                    let fault = Fault::new(format!("`{key}` takes a list of tables, not {}", type_name(other)));
                    self.error(item.span(), fault.help(expected.clone()));
                }
            }
        }
        tables
    }

    /// The keys of this table nobody asked for by name, with their text values, for tables whose keys are free. Other
    /// values are reported.
    pub(super) fn other_entries(&self) -> Vec<(String, Text<'a>)> {
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

    /// Whether the value of `key` is a table, for keys that have their own words about anything else.
    pub(super) fn is_table(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Table(_)))
    }

    /// Whether the value of `key` is a list, for keys that take one value or several.
    pub(super) fn is_list(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Array(_)))
    }

    fn below(&self, title: String, span: Range<usize>, entries: &'a DeTable<'a>) -> Table<'a> {
        Table {
            file: self.file,
            text: self.text,
            title,
            span,
            entries,
            asked: RefCell::default(),
            required: RefCell::default(),
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
