//! A TOML file read table by table, every problem of it collected with its place.
//!
//! Not serde: a derive stops at the first wrong value. Here each value is asked for by name, what was never asked for is
//! an unknown key, and syntax errors stand beside wrong values in one report.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::text::{Lines, Text};
use super::{Problems, suggestion};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};

/// What is wrong with a value, before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A TOML file being read.
pub(super) struct TomlFile {
    /// What diagnostics show; as long as the text that was parsed.
    source: Arc<SourceFile>,
    problems: RefCell<Vec<Diagnostic>>,
    /// The lines, counted from one, on which the file is not TOML.
    broken_lines: Vec<usize>,
}

impl TomlFile {
    /// Parses `text` and reads it with `read`, which gets the top-level table. Diagnostics show `source`, whose text is
    /// `text` but for characters that are not to be shown.
    ///
    /// Answers what was read and the warnings, or every problem in the order of the file.
    pub(super) fn read<T>(
        source: &Arc<SourceFile>,
        text: &str,
        read: impl FnOnce(&Table<'_>) -> Option<T>,
    ) -> Result<(T, Vec<Diagnostic>), Problems> {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut file = Self { source: Arc::clone(source), problems: RefCell::default(), broken_lines: Vec::new() };
        for error in errors {
            file.syntax_error(text, &error);
        }
        let top = Table {
            file: &file,
            text,
            title: String::new(),
            span: 0..0,
            entries: document.get_ref(),
            asked: RefCell::default(),
        };
        let value = read(&top);
        let mut problems = file.problems.into_inner();
        problems.sort_by_key(|problem| problem.place.as_ref().map(|place| place.span.start));
        match value {
            Some(value) if problems.iter().all(|problem| problem.severity == Severity::Warning) => {
                Ok((value, problems))
            }
            _ => Err(Problems(problems)),
        }
    }

    fn syntax_error(&mut self, text: &str, error: &toml::de::Error) {
        let span = character_bounds(text, error.span().unwrap_or(text.len()..text.len()));
        let control =
            text[span.start..].chars().next().filter(|&found| found.is_control() && !"\r\n\t".contains(found));
        let diagnostic = match control {
            Some(control) => {
                let message = format!("control character U+{:04X}", u32::from(control));
                Diagnostic::error(message, &self.source, span.start..span.start + control.len_utf8()).help("delete it")
            }
            None => {
                let diagnostic = Diagnostic::error(format!("not TOML: {}", error.message()), &self.source, span);
                match error.message() {
                    message if message.starts_with("string values must be quoted") => {
                        diagnostic.help("text stands in quotes: `key = \"text\"`")
                    }
                    "duplicate key" => diagnostic.help("a key stands once in a table; delete or rename one"),
                    message if message.starts_with("unexpected leading zero") => {
                        diagnostic.help("numbers have no leading zeros: `7`, not `007`")
                    }
                    _ => diagnostic,
                }
            }
        };
        if let Some(place) = &diagnostic.place {
            self.broken_lines.push(place.line_and_column().0);
        }
        self.problems.get_mut().push(diagnostic);
    }

    fn report(&self, severity: Severity, span: Range<usize>, fault: Fault) {
        let mut diagnostic = match severity {
            Severity::Error => Diagnostic::error(fault.message, &self.source, span),
            Severity::Warning => Diagnostic::warning(fault.message, &self.source, span),
        };
        diagnostic.help = fault.help;
        // The parser guesses how a broken line was meant, and which table the line below it belongs to. What follows
        // from a guess is noise until the line is mended.
        let line = diagnostic.place.as_ref().map_or(0, |place| place.line_and_column().0);
        if !self.broken_lines.iter().any(|&broken| broken == line || broken + 1 == line) {
            self.problems.borrow_mut().push(diagnostic);
        }
    }
}

/// `span` inside `text` and on character boundaries.
fn character_bounds(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    start..text.ceil_char_boundary(span.end.clamp(start, text.len()))
}

/// A table of the file. Ask for its values, then [`Table::finish`] it.
pub(super) struct Table<'a> {
    file: &'a TomlFile,
    text: &'a str,
    title: String,
    span: Range<usize>,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
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

    /// Reports every one of `keys` that is not there. Each comes with a line that shows how to write it.
    pub(super) fn require(&self, keys: &[(&'static str, &str)]) {
        // In a file that is not TOML nobody knows what is missing.
        for (key, example) in keys.iter().filter(|(key, _)| !self.has(key) && self.file.broken_lines.is_empty()) {
            let place = if self.title.is_empty() { String::new() } else { format!(" in `{}`", self.title) };
            self.error(self.span(), Fault::new(format!("`{key}` is missing{place}")).help(format!("add `{example}`")));
        }
    }

    /// Reports every key that was never asked for. `belongs` may know better than spelling where one belongs.
    pub(super) fn finish(&self, belongs: impl Fn(&str) -> Option<String>) {
        let asked = self.asked.borrow();
        for (key, _) in self.entries.iter().filter(|(key, _)| !asked.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref().as_ref();
            let help = belongs(name)
                .or_else(|| suggestion::did_you_mean(name, asked.iter().copied()))
                .unwrap_or_else(|| format!("{} takes {}", self.called(), suggestion::list(asked.iter().copied())));
            self.error(key.span(), Fault::new(format!("unknown key {}", suggestion::quote(name))).help(help));
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
        if text.value.is_empty() {
            self.error(text.span.clone(), Fault::new(format!("`{key}` is empty")));
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
        let value = self.value(key)?;
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(&format!("`{key}`"), "a list", value);
            return None;
        };
        Some(array.iter().filter_map(|item| self.item(key, item, &parse)).collect())
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

    /// A whole number in `range`.
    pub(super) fn integer(&self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.value(key)?;
        let DeValue::Integer(integer) = value.get_ref() else {
            self.wrong_type(&format!("`{key}`"), "a whole number", value);
            return None;
        };
        let number =
            u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = range.into_inner();
            let bounds = if most == u32::MAX { format!("{least} or more") } else { format!("{least} to {most}") };
            self.error(
                value.span(),
                Fault::new(format!("`{key}` is {bounds}, not {}", suggestion::quote(integer.as_str()))),
            );
        }
        number
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        if let DeValue::Boolean(boolean) = value.get_ref() {
            return Some(*boolean);
        }
        self.wrong_type(&format!("`{key}`"), "`true` or `false`", value);
        None
    }

    /// A day: a bare TOML date, or the same in quotes.
    pub(super) fn date(&self, key: &'static str) -> Option<NaiveDate> {
        let value = self.value(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(datetime) => match (&datetime.date, &datetime.time) {
                (Some(date), None) => {
                    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
                }
                _ => None,
            },
            DeValue::String(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
            _ => {
                self.wrong_type(&format!("`{key}`"), "a day such as `2026-11-24`", value);
                return None;
            }
        };
        if date.is_none() {
            let written = suggestion::quote(self.text.get(value.span()).unwrap_or_default());
            let fault = Fault::new(format!("{written} is not a day")).help("write year, month and day: `2026-11-24`");
            self.error(value.span(), fault);
        }
        date
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
        for item in array.iter() {
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

    /// The keys of this table with their text values, for tables whose keys are free. Other values are reported.
    pub(super) fn entries(&self) -> Vec<(String, Text<'a>)> {
        let mut entries = Vec::new();
        for (key, value) in self.entries.iter() {
            let name = key.get_ref().to_string();
            match value.get_ref() {
                DeValue::String(string) => entries.push((name, Text::new(string, value.span(), self.text))),
                _ => self.wrong_type(&suggestion::quote(&name), "text in quotes", value),
            }
        }
        entries
    }

    /// Whether the value of `key` is text, for keys that take something else and have their own words about text.
    pub(super) fn is_text(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::String(_)))
    }

    fn below(&self, title: String, span: Range<usize>, entries: &'a DeTable<'a>) -> Table<'a> {
        Table { file: self.file, text: self.text, title, span, entries, asked: RefCell::default() }
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
