//! Builds the end of a letter: an invitation for whoever it was forwarded to, and the colophon.

use maud::{Markup, PreEscaped, html};
use url::form_urlencoded::byte_serialize;

use super::plate::plate;
use super::view::LetterView;
use crate::model::{Slot, Word};
use crate::templates::footer::{entrance, reason, writer};
use crate::templates::word::{direction, word};

/// Returns the rows of the invitation, and the links below it.
pub(super) fn invitation(view: &LetterView) -> Markup {
    let publication = view.publication;
    let (url, label) = entrance(publication);
    html! {
        tr {
            td class="forward" {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" {
                    tr { td class="invitation" { (plate(&html! { h2 { (word(publication, Word::Forwarded)) } }, false)) } }
                    tr {
                        td class="tint" {
                            @if !publication.description.is_empty() {
                                p dir=[direction(&publication.description, publication)] {
                                    bdi { (publication.description) }
                                }
                            }
                            table role="presentation" cellpadding="0" cellspacing="0" {
                                tr { td class="action" { a href=(url) { (word(publication, label)) } } }
                            }
                        }
                    }
                }
            }
        }
        (PreEscaped("\n"))
        tr {
            td class="more" {
                p {
                    a href=(web_version(view)) { (word(publication, Word::Online)) }
                    (SEPARATOR)
                    a href=(to_a_friend(view)) { (word(publication, Word::Friend)) }
                    @if label != Word::AllIssues {
                        (SEPARATOR)
                        a href=(publication.site) { (word(publication, Word::AllIssues)) }
                    }
                }
            }
        }
    }
}

/// Between two links: as wide as it may be, so that a thumb hits one of them.
const SEPARATOR: &str = "\u{a0}\u{a0}· \u{a0}";

fn web_version(view: &LetterView) -> String {
    view.publication.page(&format!("{}/", view.issue.path()))
}

/// Returns the address of a mail to nobody yet, with the title of the issue and its address.
fn to_a_friend(view: &LetterView) -> String {
    // In the query of a `mailto:` address a `+` is no space (RFC 6068, 5).
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let subject = encoded(&format!("{}: {}", view.publication.name, view.issue.title));
    format!("mailto:?subject={subject}&body={}", encoded(&web_version(view)))
}

/// Returns the row of the colophon: who writes, why the reader gets it, the way out, the postal address.
pub(super) fn colophon(view: &LetterView) -> Markup {
    let LetterView { publication, slot, .. } = view;
    let reason = reason(publication, &slot(&Slot::Address));
    let writer = writer(publication).map(|writer| (writer, publication.words.full_stop().space));
    // `bdi`, because the sentences may be in English, or contain names, in a letter that reads from right to left.
    let sentences = html! {
        @if let Some((writer, space)) = &writer { bdi { (writer) } (space) }
        bdi { (reason) }
    };
    // Two sentences in English follow each other in that direction, too.
    let together = writer.map_or_else(String::new, |(writer, _)| writer) + &reason;
    html! {
        tr {
            td class="footer" {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" {
                    tr {
                        td class="hairline" {
                            p {
                                @match direction(&together, publication) {
                                    Some(dir) => { bdi dir=(dir) { (sentences) } }
                                    None => { (sentences) }
                                }
                            }
                            p {
                                a href=(slot(&Slot::UnsubscribeUrl)) { (word(publication, Word::Unsubscribe)) }
                                @if let Some(query) = publication.topic_page() {
                                    (SEPARATOR)
                                    a href={ (slot(&Slot::UnsubscribeUrl)) (query) } { (word(publication, Word::ChooseTopics)) }
                                }
                            }
                            p { bdi { (publication.postal_address) } }
                        }
                    }
                }
            }
        }
    }
}
