//! Past issues of other programs: read from Markdown, and written as issue files.

mod front_matter;
mod inline_html;
mod markdown;
mod written;

pub use self::markdown::read_markdown;
pub use self::written::written;

use chrono::NaiveDate;

/// An issue as another program keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastIssue {
    /// Its number.
    pub number: Option<u32>,
    /// Its title, plain text.
    pub title: Option<String>,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// The text before the sections, Markdown.
    pub intro: String,
    /// Its sections.
    pub sections: Vec<PastSection>,
    /// What an issue file cannot have, with its line, from 1.
    pub left_out: Vec<(usize, LeftOut)>,
    /// Whether it says that it was never sent.
    pub is_draft: bool,
}

/// What an issue file cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// HTML other than simple elements.
    Html,
    /// The address of a link that leads nowhere; its words stay.
    Link,
    /// A picture that is at no https address.
    Picture,
}

/// A section of a past issue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastSection {
    /// Its title, Markdown.
    pub title: Option<String>,
    /// Its parts, in order.
    pub parts: Vec<PastPart>,
}

/// Text and links, in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastPart {
    /// Its title, Markdown.
    pub title: Option<String>,
    /// Markdown.
    pub text: String,
    /// The links below the text.
    pub links: Vec<PastLink>,
}

/// A link of a past issue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastLink {
    /// Its address.
    pub url: String,
    /// Its title, plain text.
    pub title: String,
    /// Who wrote the page, if it says `by` somebody.
    pub author: Option<String>,
    /// The words about it, Markdown.
    pub note: String,
}

impl PastIssue {
    /// Returns the number of its links that have a line of their own.
    pub fn links(&self) -> usize {
        self.sections.iter().flat_map(|section| &section.parts).map(|part| part.links.len()).sum()
    }
}

#[cfg(test)]
mod tests;
