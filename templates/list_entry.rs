//! Builds an entry of a compact list of links, the same in letters and on web pages.

use maud::{Markup, html};

use super::heading::words as words_of_title;
use super::link::{NO_BREAK, names_behind, relation};
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
                    bdi { (unbroken(name)) }
                }
            }
        }
        @if !link.description.is_empty() {
            div.prose { (prose(&link.description)) }
        }
    }
}

/// The most letters of a name that are kept in one line: less than a line of a phone.
const LONGEST_UNBROKEN: usize = 30;

/// Returns `names`, of which a short one has no line end inside: `Jon Postel`, and `Bob Hinden, Steve Deering` breaks at its comma.
fn unbroken(names: &str) -> String {
    let unbroken = |name: &str| {
        if name.chars().count() > LONGEST_UNBROKEN { name.to_owned() } else { name.replace(' ', NO_BREAK) }
    };
    names.split(", ").map(unbroken).collect::<Vec<_>>().join(", ")
}
