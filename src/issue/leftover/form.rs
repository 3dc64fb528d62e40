//! Defines a form of leftover markup and its matches.

use std::ops::Range;

use crate::diagnostic::Severity;

/// A piece of markup that readers would see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leftover {
    /// Its bytes in the searched text.
    pub(crate) range: Range<usize>,
    /// An error where nobody would send it; a warning where it may be meant.
    pub(crate) severity: Severity,
    /// The markup it belongs to.
    pub(crate) kind: LeftoverKind,
}

/// The markup a leftover belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeftoverKind {
    /// A merge field of another service.
    Field,
    /// A field for a subscriber's column, misspelt.
    SubscriberField,
    /// A statement of a template language.
    Template,
    /// An HTML tag, comment or attribute.
    Tag,
    /// An HTML entity.
    Entity,
    /// Bold or italic words.
    Emphasis,
    /// Struck words.
    Strikethrough,
    /// Marked words.
    Highlight,
    /// Code in backticks.
    Code,
    /// A link.
    Link,
    /// A link with its definition elsewhere.
    Reference,
    /// A picture.
    Picture,
    /// A footnote.
    Footnote,
    /// A table.
    Table,
    /// A check box of a task list.
    Task,
    /// A heading, a quotation or a list item.
    Block,
    /// A shortcode for an emoji.
    Emoji,
    /// A backslash before a character that Markdown would have taken for markup.
    Escape,
    /// Markup of a wiki, a forum, a static site generator or LaTeX.
    Foreign,
    /// The encoding of a mail message.
    Encoding,
}

/// The way a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextForm {
    /// A line without any markup: a subject, a preheader, a name.
    Line,
    /// The subject line, whose own fields are filled.
    Subject,
    /// Text of Markdown, after its markup took effect.
    Prose,
    /// Text of a list item, otherwise as [`TextForm::Prose`].
    Item,
    /// A URL.
    Url,
}

impl TextForm {
    /// Returns whether Markdown has no effect in it.
    pub(super) fn is_line(self) -> bool {
        matches!(self, Self::Line | Self::Subject)
    }
}

/// A match of a form, with its surroundings.
pub(super) struct Match<'t> {
    pub(super) text: &'t str,
    pub(super) range: Range<usize>,
    pub(super) form: TextForm,
}

impl Match<'_> {
    /// Returns the matched text.
    pub(super) fn piece(&self) -> &str {
        &self.text[self.range.clone()]
    }

    /// Returns the character before it.
    pub(super) fn before(&self) -> Option<char> {
        self.text[..self.range.start].chars().next_back()
    }

    /// Returns the character after it.
    pub(super) fn after(&self) -> Option<char> {
        self.text[self.range.end..].chars().next()
    }

    /// Returns whether neither a letter nor a digit touches it.
    pub(super) fn is_apart(&self) -> bool {
        let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        !is_word(self.before()) && !is_word(self.after())
    }

    /// Returns whether it begins the text or a line of it.
    pub(super) fn begins_line(&self) -> bool {
        self.text[..self.range.start].trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|last| last == '\n')
    }
}

/// Decides whether a match is a leftover, and how bad.
#[derive(Clone, Copy)]
pub(super) enum Judge {
    /// Every match is one, this bad.
    Always(Severity),
    /// Every match is one, as bad as the function says.
    Graded(fn(&Match<'_>) -> Severity),
    /// The function decides.
    Asked(fn(&Match<'_>) -> Option<Severity>),
}

impl Judge {
    /// Returns the severity of a match; none if it is no leftover.
    pub(super) fn severity(self, found: &Match<'_>) -> Option<Severity> {
        match self {
            Self::Always(severity) => Some(severity),
            Self::Graded(grade) => Some(grade(found)),
            Self::Asked(ask) => ask(found),
        }
    }
}

/// A form of markup.
pub(super) struct Form {
    pub(super) pattern: &'static str,
    pub(super) kind: LeftoverKind,
    pub(super) judge: Judge,
}
