//! Describes the facts that a page states about itself, each with the part of the page that states it.

use chrono::NaiveDate;
use url::Url;

use super::wall::Wall;
use crate::model::LinkKind;

/// The part of a page that states a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// `<meta name="citation_…">`, which publishers write for libraries.
    Citation,
    /// JSON-LD of schema.org.
    JsonLd,
    /// `og:…` and `article:…`.
    OpenGraph,
    /// Any other `<meta>` and `<link>`.
    Meta,
    /// `<title>`.
    TitleElement,
    /// A heading.
    Heading,
    /// Markup of the text: `rel="author"`, a class `byline`, `<time>`.
    Markup,
    /// The text itself.
    Text,
    /// The address.
    Address,
}

/// A fact and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<T> {
    /// The fact.
    pub value: T,
    /// The part of the page that states it.
    pub origin: Origin,
}

impl<T> Fact<T> {
    pub(super) fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// A picture that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePicture {
    /// Its address.
    pub url: Url,
    /// The words for readers who do not see it, or nothing.
    pub alt: String,
}

/// The facts of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// A reason not to use anything of the page; all else is missing then.
    pub wall: Option<Wall>,
    /// The title, without the name of the site.
    pub title: Option<Fact<String>>,
    /// The names of the authors, joined with commas.
    pub author: Option<Fact<String>>,
    /// The kind of page.
    pub kind: Option<Fact<LinkKind>>,
    /// Minutes it takes to read, watch or listen.
    pub reading_time: Option<Fact<u32>>,
    /// The name of the site.
    pub site: Option<Fact<String>>,
    /// The address the page prefers, without tracking parameters.
    pub address: Option<Fact<Url>>,
    /// The picture for sharing.
    pub image: Option<Fact<PagePicture>>,
    /// The page's own sentence.
    pub description: Option<Fact<String>>,
    /// The day of publication.
    pub date: Option<Fact<NaiveDate>>,
}
