//! Reads the headings of a list, and the settings about them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::config::ListSettings;
use crate::diagnostic::{Diagnostic, Problems, SourceFile, suggestion};
use crate::subscribers::columns::known_headings::{KnownHeading, known_heading};
use crate::subscribers::vocabulary::normalize;

/// A heading in its folded forms.
#[derive(Debug)]
pub(in crate::subscribers) struct Heading {
    /// The heading as written, trimmed.
    pub(in crate::subscribers) name: String,
    pub(in crate::subscribers) words: Vec<String>,
    pub(in crate::subscribers) joined: String,
    pub(in crate::subscribers) known: Option<KnownHeading>,
}

impl Heading {
    pub(in crate::subscribers) fn new(name: &str) -> Self {
        let name =
            name.trim_matches(|letter: char| letter.is_whitespace() || normalize::is_invisible(letter)).to_owned();
        let words = normalize::words(&name);
        let joined = words.concat();
        let known = known_heading(&joined);
        Self { name, words, joined, known }
    }
}

/// Where the user says what a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::subscribers) enum Answers {
    /// In `newsletter.toml` under `[subscribers]`.
    Configuration,
    /// With options of the command.
    Options,
}

/// The settings for reading a list.
#[derive(Debug, Clone, Copy)]
pub(in crate::subscribers) struct ReadOptions<'a> {
    pub(in crate::subscribers) settings: &'a ListSettings,
    /// The columns that letters show; `None` if the list is only examined.
    pub(in crate::subscribers) shown: Option<&'a BTreeSet<String>>,
    pub(in crate::subscribers) answers: Answers,
}

/// The headings of a list.
pub(in crate::subscribers) struct Headings<'a> {
    pub(in crate::subscribers) all: Vec<Heading>,
    pub(in crate::subscribers) spans: &'a [Range<usize>],
    pub(in crate::subscribers) source: &'a Arc<SourceFile>,
    pub(in crate::subscribers) reading: ReadOptions<'a>,
}

impl<'a> Headings<'a> {
    /// Reads the headings at `spans` of `source`.
    ///
    /// Errors if a name contains rows, if the first line is a row, or if the configuration names a
    /// missing column.
    pub(in crate::subscribers) fn read(
        names: impl Iterator<Item = &'a str>,
        spans: &'a [Range<usize>],
        source: &'a Arc<SourceFile>,
        reading: ReadOptions<'a>,
    ) -> Result<Self, Problems> {
        let headings = Self { all: names.map(Heading::new).collect(), spans, source, reading };
        let mut problems = Vec::new();
        for (heading, span) in headings.all.iter().zip(spans) {
            // A name may span lines; but if it contains an address, the lines are rows that would
            // be lost.
            if heading.name.contains('\n') && heading.name.contains('@') {
                let problem = Diagnostic::error("this quote is closed several rows later", source, span.clone());
                problems.push(problem.help("close it where the name of the column ends"));
            }
        }
        let is_row = |heading: &Heading| heading.name.contains('@') && !heading.name.contains('\n');
        if problems.is_empty()
            && !headings.has_email()
            && let Some(at) = headings.all.iter().position(is_row)
        {
            let problem = Diagnostic::error("the first line is not a heading", source, spans[at].clone());
            problems.push(problem.help("the first line names the columns: put `email` above the addresses"));
        }
        let settings = reading.settings;
        let status = settings.status.iter().map(|name| ("status", name));
        for (key, name) in status.chain(settings.fields.iter().map(|name| ("fields", name))) {
            if !headings.all.iter().any(|heading| heading.is(name)) {
                problems.push(headings.unknown(key, name));
            }
        }
        if problems.is_empty() { Ok(headings) } else { Err(Problems(problems)) }
    }

    fn unknown(&self, key: &str, name: &str) -> Diagnostic {
        let message = match self.reading.answers {
            Answers::Configuration => {
                format!("`{key}` under `[subscribers]` names `{name}`, but the list has no such column")
            }
            Answers::Options => format!("the list has no column `{name}`"),
        };
        let names = || self.all.iter().map(|heading| heading.name.as_str());
        let help = suggestion::did_you_mean(name, names());
        let help = help.unwrap_or_else(|| format!("its columns are {}", suggestion::list(names())));
        Diagnostic::error(message, self.source, self.line()).help(help)
    }

    pub(in crate::subscribers) fn line(&self) -> Range<usize> {
        self.spans.first().map_or(0, |span| span.start)..self.spans.last().map_or(0, |span| span.end)
    }

    pub(in crate::subscribers) fn is_email(&self, heading: &Heading) -> bool {
        heading.known == Some(KnownHeading::Email) && !self.is_field(heading)
    }

    fn has_email(&self) -> bool {
        self.all.iter().any(|heading| self.is_email(heading))
    }

    pub(in crate::subscribers) fn is_field(&self, heading: &Heading) -> bool {
        self.reading.settings.fields.iter().any(|field| heading.is(field))
    }

    pub(in crate::subscribers) fn is_status(&self, heading: &Heading) -> bool {
        self.reading.settings.status.as_ref().is_some_and(|status| heading.is(status))
    }

    /// Returns, for each column, whether its values must be examined to determine its purpose.
    pub(in crate::subscribers) fn needs_values(&self) -> Vec<bool> {
        let has_email = self.has_email();
        let is_open = |heading: &Heading| {
            let is_settled =
                matches!(heading.known, Some(KnownHeading::Email | KnownHeading::Name(_))) || self.is_field(heading);
            !has_email || !is_settled
        };
        self.all.iter().map(is_open).collect()
    }

    /// The column as named in messages.
    pub(in crate::subscribers) fn display_name(&self, index: usize) -> String {
        let name = &self.all[index].name;
        if name.is_empty() { format!("column {}", index + 1) } else { format!("`{name}`") }
    }
}

impl Heading {
    /// Returns whether it is a word for name that means the given name if there is a family name.
    pub(in crate::subscribers) fn is_name_or_given(&self) -> bool {
        ["이름", "名字", "名前"].iter().any(|word| self.joined == normalize::joined(word))
    }

    /// Returns whether the configuration refers to this column by `name`.
    pub(in crate::subscribers) fn is(&self, name: &str) -> bool {
        !self.name.is_empty() && (self.name == name || self.joined == normalize::words(name).concat())
    }
}
