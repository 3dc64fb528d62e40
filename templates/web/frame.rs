//! Defines what the frame of a page is built from.

use crate::model::{Issue, Publication};

/// The parts that all pages of an archive share.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The newsletter.
    pub publication: &'a Publication,
    /// The custom properties that its theme gives the style sheet, as CSS declarations.
    pub properties: &'a str,
    /// The newest issue. Pages that show no issue have its picture in their social card.
    pub newest: Option<&'a Issue>,
}

/// The parts of a page that its frame shows.
pub(super) struct Frame<'a> {
    /// The archive.
    pub(super) site: Site<'a>,
    /// The kind of page.
    pub(super) kind: PageKind<'a>,
    /// The relative path to the archive's root: empty, `../` or `../../`.
    pub(super) up: &'static str,
    /// The page's title.
    pub(super) title: &'a str,
    /// Its description, in a sentence.
    pub(super) description: &'a str,
    /// Its path in the archive: empty for the home page, `42-slug/` for an issue.
    pub(super) path: &'a str,
}

/// A kind of page.
#[derive(Clone, Copy)]
pub(super) enum PageKind<'a> {
    /// The home page.
    Home,
    /// The page of an issue.
    Issue(&'a Issue),
    /// The page of a topic, or the list of them.
    Topics,
}
