//! Describes a mistake in the signs of a style sheet.

use std::ops::Range;

/// A part of a style sheet that is skipped, or read as something else than it was written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CssMistake {
    /// Its range in the style sheet.
    pub(crate) range: Range<usize>,
    /// The mistake.
    pub(crate) kind: CssMistakeKind,
}

/// The kind of a mistake in the signs of a style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CssMistakeKind {
    /// A block, parenthesis or bracket is not closed.
    Unclosed(char),
    /// A quotation mark, or the end of a comment or URL is missing.
    UnclosedText,
    /// A closing brace has no opening one.
    StrayBrace,
    /// A comment begins with `//`.
    LineComment,
    /// A rule is inside another rule.
    NestedRule,
    /// An at-rule is inside a rule.
    NestedAtRule,
    /// A declaration has no colon.
    MissingColon,
    /// The declaration before this one has no semicolon.
    MissingSemicolon,
    /// A declaration has no value.
    MissingValue,
    /// A selector has a sign that no selector has.
    Selector,
    /// Anything else that is skipped.
    Skipped,
}
