//! Builds the row of a link in brief: title and source in one line, and a sentence below.

use maud::{Markup, PreEscaped, html};

use super::link::title;
use super::prose::prose;
use super::view::LetterView;
use crate::model::{Link, Word};
use crate::templates::link::NO_BREAK;
use crate::templates::word::word;

/// Returns the row of `link`.
pub(super) fn row(link: &Link, view: &LetterView) -> Markup {
    html! {
        (PreEscaped("\n"))
        tr {
            td class="brief" {
                p {
                    @if link.sponsored { strong { (word(view.publication, Word::Sponsored)) } " · " }
                    strong { (title(link, view)) }
                    @if let Some(source) = &link.source { " " small { bdi { (source.replace(' ', NO_BREAK)) } } }
                }
                @if !link.description.is_empty() {
                    div class="prose" { (prose(&link.description, view)) }
                }
            }
        }
    }
}
