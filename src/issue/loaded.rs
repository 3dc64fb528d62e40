//! Defines a loaded issue: the model, its file, and the places of its values in the file.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::model::Issue;

/// An issue with its file, so that later findings can point into it.
#[derive(Debug, Clone)]
pub struct LoadedIssue {
    /// The issue.
    pub issue: Issue,
    /// Its file as it was read.
    pub source: Arc<SourceFile>,
    /// Where its parts stand in the file.
    pub places: IssuePlaces,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
}

/// Byte ranges of an issue's values in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssuePlaces {
    /// `number`.
    pub number: Range<usize>,
    /// `slug`, or `number` when there is none.
    pub slug: Range<usize>,
    /// `draft`, or `number` when there is none.
    pub draft: Range<usize>,
    /// `title`.
    pub title: Range<usize>,
    /// `subject`, or `title` when there is none.
    pub subject: Range<usize>,
    /// `preheader`, or `title` when there is none.
    pub preheader: Range<usize>,
    /// `date`.
    pub date: Range<usize>,
    /// The rules that are allowed to be broken in this issue.
    pub allow: Vec<AllowedRule>,
    /// The links, section by section, in the order of the model.
    pub links: Vec<LinkPlaces>,
}

/// Byte ranges of a link's values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkPlaces {
    /// Its `[[section.link]]` header.
    pub header: Range<usize>,
    /// Everything of it.
    pub extent: Range<usize>,
    /// `url`, or `title` when there is none.
    pub url: Range<usize>,
    /// `title`.
    pub title: Range<usize>,
    /// `image`, when it has one.
    pub image: Option<Range<usize>>,
    /// `alt`, when it has one.
    pub alt: Option<Range<usize>>,
    /// `description`, when it has one.
    pub description: Option<Range<usize>>,
    /// `lead = true`, when it has it.
    pub lead: Option<Range<usize>>,
    /// The rules that are allowed to be broken by it.
    pub allow: Vec<AllowedRule>,
}

/// The name of a rule in `allow`, which need not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedRule {
    /// The name.
    pub name: String,
    /// Its place in the file.
    pub place: Range<usize>,
}
