//! Builds the HTML of a letter for mail clients. The layout is tables, because Outlook's Word engine supports nothing
//! else, with one table per section, because it splits tall ones, and padding on cells only. The style sheet is inlined
//! later.
//!
//! Words such as `Start here`, `Unsubscribe` and `9 min` come from the publication: [`Words`](crate::model::Words).

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::prose::prose;
use super::view::LetterView;
use super::{closing, notice, section};
use crate::model::OrnamentPicture;
use crate::templates::colour::has_dark_words;
use crate::templates::heading::plain_words;
use crate::templates::korean::is_korean;
use crate::templates::link::{NO_BREAK, WIDTH};
use crate::templates::opening_line;

/// The built-in style sheet, which a newsletter's own `templates/letter.css` replaces.
pub const CSS: &str = include_str!("../letter.css");

/// Opens a table for Outlook's Word engine, which does not support `max-width`.
const WORD_OPEN: &str = concat!(
    "<!--[if mso]><table role=\"presentation\" width=\"600\" align=\"center\" cellpadding=\"0\" cellspacing=\"0\">",
    "<tr><td><![endif]-->"
);
const WORD_CLOSE: &str = "<!--[if mso]></td></tr></table><![endif]-->";

/// Prevents Outlook on high-resolution screens from scaling pictures but not text.
const WORD_RESOLUTION: &str = concat!(
    "<!--[if mso]><noscript><xml><o:OfficeDocumentSettings xmlns:o=\"urn:schemas-microsoft-com:office:office\">",
    "<o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><![endif]-->"
);

/// Returns the document, its style sheet not yet inlined.
pub fn document(view: &LetterView) -> Markup {
    let LetterView { issue, publication, .. } = view;
    let (language, direction) = (&publication.language, publication.direction.attribute());
    let content = content(view);
    let mut class = "letter".to_owned();
    if is_korean(&content.0) {
        class.push_str(" korean");
    }
    if has_dark_words(publication.theme.flag) {
        class.push_str(" bright");
    }
    html! {
        (DOCTYPE)
        html lang=(language) dir=(direction) {
            (head(view))
            body {
                // Mail services replace `html` and `body` by their own, so language and direction are repeated here.
                div class=(class) role="article" aria-label=(issue.title) lang=(language) dir=(direction) {
                    (content)
                }
            }
        }
    }
}

fn content(view: &LetterView) -> Markup {
    let issue = view.issue;
    html! {
        @if !issue.preheader.is_empty() {
            div class="preheader" { (issue.preheader) }
        }
        (block(&opening(view)))
        @for (index, section) in issue.sections.iter().enumerate() {
            (block(&section::rows(section, index == 0, view)))
        }
        @if !issue.outro.is_empty() {
            (block(&html! { tr { td class="outro" { div class="prose" { (prose(&issue.outro, view)) } } } }))
        }
        @if let Some(mail) = view.mail {
            (block(&html! { tr { td class="footer" { (notice::exit(view.publication, Some(mail.exit))) } } }))
        } @else {
            (block(&closing::invitation(view)))
            (block(&closing::colophon(view)))
        }
    }
}

fn head(view: &LetterView) -> Markup {
    let subject = view.issue.subject.plain();
    let title = if subject.trim().is_empty() { &view.issue.title } else { &subject };
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="supported-color-schemes" content="light dark";
            meta name="x-apple-disable-message-reformatting";
            meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no";
            title { (title) }
            (PreEscaped(WORD_RESOLUTION))
            // Not escaped: the renderer has checked that it does not end the element.
            style { (PreEscaped(view.css)) }
        }
    }
}

/// Returns a table of the letter's width.
fn block(rows: &Markup) -> Markup {
    html! {
        // Separates the tables for readers of the source.
        (PreEscaped("\n\n"))
        (PreEscaped(WORD_OPEN))
        table class="block" role="presentation" width="100%" cellpadding="0" cellspacing="0" { (rows) }
        (PreEscaped(WORD_CLOSE))
    }
}

/// Returns the first block, which inboxes show as the preview: newsletter, issue, title and intro.
fn opening(view: &LetterView) -> Markup {
    let LetterView { issue, publication, .. } = view;
    html! {
        @if view.mail.is_none() && let Some(band) = OrnamentPicture::above_letter(issue, publication) {
            tr { td class="band" { img src=(publication.page(&band.path())) alt="" width=(WIDTH); } }
            (PreEscaped("\n"))
        }
        tr { td class="masthead" { (flag(view)) } }
        (PreEscaped("\n"))
        tr {
            td class="opening" {
                @if view.mail.is_none() {
                    p class="meta" {
                        @for (index, part) in opening_line::parts(issue, publication).iter().enumerate() {
                            @if index > 0 { " " (publication.words.between()) " " }
                            bdi { (part.replace(' ', NO_BREAK)) }
                        }
                    }
                }
                h1 { (plain_words(&issue.title, publication.direction)) }
            }
        }
        @if !issue.intro.is_empty() {
            (PreEscaped("\n"))
            tr { td class="intro" { div class="prose" { (prose(&issue.intro, view)) } } }
        }
        @if let Some((label, url)) = view.mail.and_then(|mail| mail.button) { (notice::button(publication, label, url)) }
    }
}

/// Returns the plates with the newsletter's name and the issue's number. They are text in cells, so that they survive
/// blocked pictures, Word and the dark.
fn flag(view: &LetterView) -> Markup {
    let LetterView { issue, publication, .. } = view;
    html! {
        // The padding is for clients without styles, where name and number would be one word; cells have their own.
        table role="presentation" cellpadding="4" cellspacing="0" {
            tr {
                @if let Some(logo) = &publication.logo {
                    td class="logo" { img src=(logo.url) alt=(logo.alt) width="40"; }
                }
                td class="flag" { a href=(publication.site) { (publication.name) } }
                // An issue without a number is known by the date below.
                @if view.mail.is_none() && let Some(number) = publication.shown_number(issue.number) {
                    td class="number" { span { (number) } }
                }
            }
        }
    }
}
