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
    /// What a letter to one reader has in place of what issues have around their content.
    pub mail: Option<ReaderMail<'a>>,
    /// Returns the text to put in place of a slot, unescaped.
    pub slot: &'a dyn Fn(&Slot) -> String,
}

/// What a letter to one reader has around its content.
#[derive(Debug, Clone, Copy)]
pub struct ReaderMail<'a> {
    /// What to press, and where it leads.
    pub button: Option<(&'a str, &'a str)>,
    /// The way out: a sentence, what to press, and where it leads.
    pub exit: (&'a str, &'a str, &'a str),
}
