//! Builds a compact list of links in a letter: one line for each, and its description below.

use maud::{Markup, PreEscaped, html};

use super::prose::prose;
use super::view::LetterView;
use crate::model::Link;
use crate::templates::list_entry::entry;

/// Returns the list of `links`.
pub(super) fn list(links: &[Link], view: &LetterView) -> Markup {
    html! {
        ul {
            @for link in links {
                (PreEscaped("\n"))
                li { (entry(link, view.publication, |words| prose(words, view))) }
            }
        }
    }
}
