//! Defines what both parts of a letter are rendered from: the whole issue and publication, so a new field needs
//! nothing here.

use crate::model::{Issue, Publication, Slot};

/// The content of a letter.
#[derive(Clone, Copy)]
pub struct LetterView<'a> {
    /// The issue.
    pub issue: &'a Issue,
    /// The newsletter of the issue.
    pub publication: &'a Publication,
    /// The style sheet, ready for a `style` element: no `</style`, no custom properties.
    pub css: &'a str,
    /// Returns the text to put in place of a slot, unescaped.
    pub slot: &'a dyn Fn(&Slot) -> String,
}
