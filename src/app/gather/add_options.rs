//! Defines what to add, and where.

use crate::model::LinkKind;

/// The picture of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum WantedPicture {
    /// None.
    #[default]
    None,
    /// The one that the page names.
    OfPage,
}

/// The place of a link in an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Place<'a> {
    /// The section that the inbox names, or the last one.
    #[default]
    Own,
    /// The section with this title.
    Section(&'a str),
    /// Above all sections.
    Lead,
}

impl<'a> Place<'a> {
    /// The title of the section.
    pub(super) fn section(self) -> Option<&'a str> {
        if let Self::Section(title) = self { Some(title) } else { None }
    }
}

/// What to add, and where.
#[derive(Debug, Default)]
pub(crate) struct AddOptions<'a> {
    /// The issue, as it was typed; none for the inbox.
    pub(crate) issue: Option<&'a str>,
    pub(crate) place: Place<'a>,
    pub(crate) title: Option<&'a str>,
    pub(crate) author: Option<&'a str>,
    pub(crate) kind: Option<LinkKind>,
    pub(crate) note: Option<&'a str>,
    /// Whether a feed or a reader may have named the links, and no person.
    pub(crate) is_of_strangers: bool,
    /// Which picture comes along; in an issue only.
    pub(crate) picture: WantedPicture,
    /// Whether a link that is there already is added again.
    pub(crate) again: bool,
    /// Whether nothing is written.
    pub(crate) dry_run: bool,
}
