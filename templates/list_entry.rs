//! Builds an entry of a compact list of links, the same in letters and on web pages.

use maud::{Markup, html};

use super::heading::words as words_of_title;
use super::link::{names_behind, relation};
use super::word::word;
use crate::model::{Link, Prose, Publication, Word};

/// Returns the entry of `link`: one line, and its description below. `common_source` is that of the whole list, and
/// `prose` returns the markup of the description.
pub(super) fn entry(
    link: &Link,
    common_source: Option<&str>,
    publication: &Publication,
    prose: impl FnOnce(&Prose) -> Markup,
) -> Markup {
    let title = words_of_title(&link.title, publication.direction);
    let names = names_behind(link, common_source);
    html! {
        @if link.sponsored { strong { (word(publication, Word::Sponsored)) } " · " }
        @if let Some(kind) = link.kind { strong { (word(publication, kind.word())) } " " }
        @match &link.url {
            Some(url) => { a href=(url) rel=[relation(link)] { (title) } }
            None => { (title) }
        }
        @if !names.is_empty() {
            " "
            small {
                @for (index, name) in names.iter().enumerate() {
                    @if index > 0 { " · " }
                    bdi { (name) }
                }
            }
        }
        @if !link.description.is_empty() {
            div.prose { (prose(&link.description)) }
        }
    }
}
