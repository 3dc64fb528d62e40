//! Builds the list of what has changed between two letters.

use maud::{Markup, html};

/// A change between two letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is in: the title of a section, or a part of the letter.
    pub place: String,
    /// What it was; empty if it is new.
    pub before: Vec<Segment>,
    /// What it is; empty if it is gone.
    pub after: Vec<Segment>,
    /// The element in the earlier letter, by its number; if it is new, the one before it.
    pub element_before: Option<usize>,
    /// The element in the current letter, by its number; if it is gone, the one before it.
    pub element_after: Option<usize>,
}

/// Consecutive words of a changed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The words, with the spaces after them.
    pub text: String,
    /// Whether the other text has other words here.
    pub is_changed: bool,
}

/// The changes as a list; each scrolls both letters to its place.
pub(super) fn change_list(changes: &[Change]) -> Markup {
    html! {
        @if changes.is_empty() { p.empty { "Nothing that a reader reads has changed." } }
        @else {
            ol {
                @for (index, change) in changes.iter().enumerate() {
                    li {
                        button.change type="button" id={ "change-" (index) } data-before=[change.element_before] data-after=[change.element_after] {
                            span.place { (change.place) }
                            @if !change.before.is_empty() { del { (words(&change.before)) } }
                            " "
                            @if !change.after.is_empty() { ins { (words(&change.after)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Words of a line, those that changed in bold.
pub(super) fn words(pieces: &[Segment]) -> Markup {
    html! {
        @for piece in pieces {
            @let (text, space) = piece.text.split_at(piece.text.trim_end().len());
            @if piece.is_changed { b { (text) } } @else { (text) }
            (space)
        }
    }
}
