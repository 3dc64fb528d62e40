//! Builds the box in which a reader subscribes: the one place for it, on every page.

use maud::{Markup, html};

use crate::model::{Publication, Word};

/// Returns the box, below a sentence about the newsletter if the page has none.
pub(super) fn subscribe_box(publication: &Publication, describes_newsletter: bool) -> Markup {
    let words = &publication.words;
    let url = publication.subscribe_url.clone().unwrap_or_else(|| {
        // Nobody has said where readers subscribe: they ask the writer.
        let address = publication.reply_to.as_ref().unwrap_or(&publication.from.address);
        format!("mailto:{address}?subject=subscribe")
    });
    let word = if url.starts_with("mailto:") { Word::SubscribeByMail } else { Word::Subscribe };
    html! {
        section.invitation #subscribe {
            h2 { (words.of(Word::ByMail)) }
            @if describes_newsletter && !publication.description.is_empty() {
                p { bdi { (publication.description) } }
            }
            p { a.button href=(url) { (words.of(word)) } }
        }
    }
}
