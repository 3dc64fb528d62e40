//! Builds the box in which a reader subscribes: the one place for it, on every page.

use maud::{Markup, html};

use crate::model::{Publication, Subscription, Word};
use crate::templates::form::{topic_boxes, trap};
use crate::templates::word::{direction, word};

/// Returns the box, below a sentence about the newsletter if the page has none.
pub(super) fn subscribe_box(publication: &Publication, describes_newsletter: bool) -> Markup {
    let description = html! {
        @if describes_newsletter && !publication.description.is_empty() {
            p dir=[direction(&publication.description, publication)] { bdi { (publication.description) } }
        }
    };
    match &publication.subscription {
        Some(Subscription::Form(url)) => form(url, publication, &description),
        Some(Subscription::Link(url)) => link(url, publication, &description),
        None => {
            // Nobody has said where readers subscribe: they ask the writer.
            let address = publication.reply_to.as_ref().unwrap_or(&publication.from.address);
            link(&format!("mailto:{address}?subject=subscribe"), publication, &description)
        }
    }
}

fn link(url: &str, publication: &Publication, description: &Markup) -> Markup {
    let label = if url.starts_with("mailto:") { Word::SubscribeByMail } else { Word::Subscribe };
    html! {
        section.invitation #subscribe {
            h2 { (word(publication, Word::ByMail)) }
            (description)
            p { a.button href=(url) { (word(publication, label)) } }
        }
    }
}

/// Returns the box with a form that `newsletter serve` takes without its stamp, which no stored page can have: it knows
/// the origin of the archive.
fn form(action: &str, publication: &Publication, description: &Markup) -> Markup {
    html! {
        section.invitation #subscribe {
            h2 { label for="address" { (word(publication, Word::ByMail)) } }
            (description)
            form action=(action) method="post" {
                (topic_boxes(publication, None))
                div.field {
                    // Not `required`: the server says what is wrong in the newsletter's language.
                    input #address type="email" name="address" placeholder=(publication.words.of(Word::YourAddress))
                        autocomplete="email" dir="ltr";
                    button.button type="submit" { (word(publication, Word::Subscribe)) }
                }
                // The server keeps these words as those the reader agreed to.
                p.quiet { (word(publication, Word::SubscribeHint)) }
                (trap())
            }
        }
    }
}
