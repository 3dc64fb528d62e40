//! An issue rendered once for everybody: subject, preheader, HTML with inlined CSS, text, with slots where
//! subscribers differ. Pure: the same input gives the same bytes.

use crate::model::{Issue, IssueNumber, Publication, Slotted};

/// An issue rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The issue it is of.
    pub number: IssueNumber,
    /// The subject line, not yet encoded.
    pub subject: Slotted,
    /// The HTML document; a value filled into a slot must be HTML-escaped first, quotes included.
    pub html: Slotted,
    /// The text part, lines ended by `\n`.
    pub text: Slotted,
}

/// Renders `issue` with the style sheet `css` (the newsletter's own `templates/letter.css`, or the built-in one).
///
/// Errors when the style sheet cannot be inlined.
pub fn render(_issue: &Issue, _publication: &Publication, _css: &str) -> anyhow::Result<Letter> {
    anyhow::bail!("not yet")
}
