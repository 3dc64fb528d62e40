//! Issue files: found in `issues/`, read into the model.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::model::{Issue, IssueNumber};

/// An issue file by its name alone: `issues/042-slug.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueFile {
    /// The number in its name.
    pub number: IssueNumber,
    /// The slug in its name, or empty.
    pub slug: String,
    /// The file, absolute.
    pub path: PathBuf,
}

/// An issue with its file, so that later findings can point into it.
#[derive(Debug, Clone)]
pub struct LoadedIssue {
    /// The issue.
    pub issue: Issue,
    /// Its file as it was read.
    pub source: Arc<SourceFile>,
    /// Where its parts stand in the file.
    pub places: IssuePlaces,
    /// What is odd but not wrong.
    pub warnings: Vec<Diagnostic>,
}

/// Byte ranges of an issue's values in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssuePlaces {
    /// `number`.
    pub number: Range<usize>,
    /// `title`.
    pub title: Range<usize>,
    /// `subject`, or `title` when there is none.
    pub subject: Range<usize>,
    /// `preheader`, or `title` when there is none.
    pub preheader: Range<usize>,
    /// `date`.
    pub date: Range<usize>,
    /// The links, section by section, in the order of the model.
    pub links: Vec<LinkPlaces>,
}

/// Byte ranges of a link's values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkPlaces {
    /// Its `[[section.link]]` header.
    pub header: Range<usize>,
    /// `url`.
    pub url: Range<usize>,
    /// `title`.
    pub title: Range<usize>,
    /// `image`, when it has one.
    pub image: Option<Range<usize>>,
    /// `alt`, when it has one.
    pub alt: Option<Range<usize>>,
    /// `description`, when it has one.
    pub description: Option<Range<usize>>,
}
