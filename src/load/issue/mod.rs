//! Issue files: found in `issues/`, read into the model.

mod file;
mod link;
mod parse;
mod template;

use std::ops::Range;
use std::sync::Arc;

use super::picture::measure;
use super::{Newsletter, Problems, source};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::model::Issue;

pub use file::{ISSUES_FOLDER, IssueFile, find_issue, issues, slug, stray_files};
pub use parse::parse_issue;
pub use template::{TEMPLATE, fill_template, issue_template, own_words, template_words};

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

impl LoadedIssue {
    /// Reads `file` and measures its pictures.
    ///
    /// Errors with every problem of the file.
    pub fn read(newsletter: &Newsletter, file: &IssueFile) -> Result<Self, Problems> {
        let source = source::read(&newsletter.root, &file.path)?;
        let pictures = newsletter.root.join(ISSUES_FOLDER).join("img");
        let measure = |name: &str| measure(&pictures, name);
        parse_issue(&source, file, &newsletter.publication, &newsletter.settings.subject, &measure)
    }
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
