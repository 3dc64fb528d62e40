//! Builds a compact list of links in a letter: one line for each, and its description below.

use maud::{Markup, PreEscaped, html};

use super::prose::prose_in_entry;
use super::view::LetterView;
use crate::model::Link;
use crate::templates::link::common_source;
use crate::templates::list_entry::entry;

/// Returns the list of `links`.
pub(super) fn list(links: &[Link], view: &LetterView) -> Markup {
    let source = common_source(links);
    html! {
        @if let Some(source) = source { p class="meta" { bdi { (source) } } }
        ul {
            @for link in links {
                (PreEscaped("\n"))
                li { (entry(link, source, view.publication, |words| prose_in_entry(words, view))) }
            }
        }
    }
}
