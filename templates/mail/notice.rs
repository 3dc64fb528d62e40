//! Builds the HTML of mail to one reader: a confirmation, a welcome, their own link. It has the look of a letter.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::percent_decode_str;

use crate::model::Publication;
use crate::templates::heading::plain_words;
use crate::templates::korean::is_korean;
use crate::templates::word::direction;

/// The content of mail to one reader.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// The newsletter.
    pub publication: &'a Publication,
    /// The subject.
    pub subject: &'a str,
    /// What it says in large letters.
    pub title: &'a str,
    /// A sentence or two.
    pub text: &'a str,
    /// What to press, and where it leads.
    pub button: Option<(&'a str, &'a str)>,
    /// The way out: a sentence, what to press, and where it leads.
    pub exit: Option<(&'a str, &'a str, &'a str)>,
}

/// Returns the document; `css` is ready for a `style` element.
pub fn document(notice: &Notice<'_>, css: &str) -> Markup {
    let publication = notice.publication;
    let (language, direction) = (&publication.language, publication.direction.attribute());
    let content = content(notice);
    let class = if is_korean(&content.0) { "letter korean" } else { "letter" };
    html! {
        (DOCTYPE)
        html lang=(language) dir=(direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (notice.subject) }
                // Not escaped: it was checked that it does not end the element.
                style { (PreEscaped(css)) }
            }
            body {
                div class=(class) role="article" aria-label=(notice.subject) lang=(language) dir=(direction) { (content) }
            }
        }
    }
}

fn content(notice: &Notice<'_>) -> Markup {
    let publication = notice.publication;
    html! {
        table class="block" role="presentation" width="100%" cellpadding="0" cellspacing="0" {
            tr {
                td class="masthead" {
                    table role="presentation" cellpadding="0" cellspacing="0" {
                        tr { td class="flag" { a href=(publication.site) { (publication.name) } } }
                    }
                }
            }
            tr { td class="opening" { h1 { (plain_words(notice.title, publication.direction)) } } }
            tr { td class="intro" { p dir=[direction(notice.text, publication)] { bdi { (notice.text) } } } }
            @if let Some((label, url)) = notice.button { (button(publication, label, url)) }
            tr { td class="footer" { (exit(publication, notice.exit)) } }
        }
    }
}

/// Returns the rows of a button that leads to `url`, which is written below it for who cannot press it.
pub(super) fn button(publication: &Publication, label: &str, url: &str) -> Markup {
    html! {
        tr {
            td class="intro" {
                table role="presentation" cellpadding="0" cellspacing="0" {
                    tr { td class="action" { a href=(url) { (plain_words(label, publication.direction)) } } }
                }
            }
        }
        tr {
            td class="intro" {
                p class="meta" {
                    @match mail_to(url) {
                        Some((address, subject)) => {
                            a href=(url) { bdi dir="ltr" { (address) } }
                            br;
                            bdi dir="ltr" { (subject) }
                        }
                        None => { a href=(url) dir="ltr" { (url) } }
                    }
                }
            }
        }
    }
}

/// Returns the address and the subject of the mail that `url` writes, as a person writes them.
fn mail_to(url: &str) -> Option<(String, String)> {
    let (address, subject) = url.strip_prefix("mailto:")?.split_once("?subject=")?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned);
    Some((decoded(address)?, decoded(subject)?))
}

/// Returns the way out, and the postal address.
pub(super) fn exit(publication: &Publication, exit: Option<(&str, &str, &str)>) -> Markup {
    html! {
        @if let Some((sentence, label, url)) = exit {
            p dir=[direction(sentence, publication)] { bdi { (sentence) } }
            p { a href=(url) { (plain_words(label, publication.direction)) } }
        }
        p { bdi { (publication.postal_address) } }
    }
}

/// Returns the same as text, lines ended by `\n`, not wrapped.
pub fn text(notice: &Notice<'_>) -> String {
    let mut parts = vec![notice.publication.name.clone(), notice.title.to_owned(), notice.text.to_owned()];
    parts.extend(notice.button.map(|(label, url)| format!("{label}:\n{url}")));
    parts.extend(notice.exit.map(|(sentence, label, url)| format!("{sentence}\n{label}: {url}")));
    parts.push(notice.publication.postal_address.clone());
    parts.join("\n\n") + "\n"
}
