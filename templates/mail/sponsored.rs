//! Builds the block of a link that was paid for. It is tinted, says so before anything else, and never uses the accent.

use maud::{Markup, PreEscaped, html};

use super::link::{title, with_thumbnail};
use super::prose::prose;
use super::view::LetterView;
use crate::model::{Link, Word, Words};
use crate::templates::heading::Level;
use crate::templates::link::{relation, sponsor};
use crate::templates::word::word;

/// Returns the row of `link`, whose title is a heading of `level`.
pub(super) fn row(link: &Link, level: Level, view: &LetterView) -> Markup {
    let words = &view.publication.words;
    let offer = link.button.as_ref().zip(link.url.as_ref());
    let content = html! {
        (level.heading(&title(link, view)))
        @if !link.description.is_empty() {
            div class="prose" { (prose(&link.description, view)) }
        }
    };
    html! {
        (PreEscaped("\n"))
        tr class="paid" {
            td class=(if offer.is_some() { "sponsor offered" } else { "sponsor" }) {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" {
                    tr {
                        td class="sponsored" {
                            p class="label" {
                                strong { (word(view.publication, Word::Sponsored)) }
                                @if let Some(name) = sponsor(link) {
                                    " "
                                    (by_sponsor(name, words))
                                }
                            }
                            (with_thumbnail(link, link.image.as_ref(), view, &content))
                            @if let Some((button, url)) = offer {
                                table class="offer" role="presentation" cellpadding="0" cellspacing="0" {
                                    tr { td class="action" { a href=(url) rel=[relation(link)] { (button) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns `by NAME`, in which the punctuation of a name stays with it where the words read the other way.
fn by_sponsor(name: &str, words: &Words) -> Markup {
    let around = words.filled(Word::Sponsor, &[("name", SPONSOR)]);
    let (before, after) = around.split_once(SPONSOR).unwrap_or((&around, ""));
    html! { bdi { (before) bdi { (name) } (after) } }
}

/// Stands for the name while the words around it are split.
const SPONSOR: &str = "\u{fffc}";
