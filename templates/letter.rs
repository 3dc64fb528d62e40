//! The letter as HTML for mail clients: tables for layout, because Outlook's Word engine lays out nothing else; one
//! table a section, because it splits tall ones; padding on cells only. The style sheet beside it is inlined later.
//!
//! The words of its own (`Issue 42`, `Unsubscribe`, `9 min read`) are the publication's: [`Words`](crate::model::Words).

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{date, link, prose::prose};
use crate::model::{Issue, Publication, Section, Slot, Word};

/// The built-in style sheet; a newsletter's own `templates/letter.css` takes its place.
pub const CSS: &str = include_str!("letter.css");

/// What a letter shows.
#[derive(Clone, Copy)]
pub struct LetterView<'a> {
    /// The issue.
    pub issue: &'a Issue,
    /// The newsletter it is of.
    pub publication: &'a Publication,
    /// The style sheet, ready for a `style` element: no `</style`, no custom properties.
    pub css: &'a str,
    /// What stands in the place of a slot, unescaped.
    pub slot: &'a dyn Fn(&Slot) -> String,
}

/// A space at which no line ends.
pub(super) const NO_BREAK: &str = "\u{a0}";

/// Opens a table only Outlook's Word engine sees: it does not know `max-width`.
const WORD_OPEN: &str = concat!(
    "<!--[if mso]><table role=\"presentation\" width=\"600\" align=\"center\" cellpadding=\"0\" cellspacing=\"0\" ",
    "border=\"0\"><tr><td><![endif]-->"
);
const WORD_CLOSE: &str = "<!--[if mso]></td></tr></table><![endif]-->";

/// Keeps Outlook on high-resolution screens from scaling pictures but not text.
const WORD_RESOLUTION: &str = concat!(
    "<!--[if mso]><noscript><xml><o:OfficeDocumentSettings xmlns:o=\"urn:schemas-microsoft-com:office:office\">",
    "<o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><![endif]-->"
);

/// The whole document, its style sheet not yet inlined.
pub fn document(view: &LetterView) -> Markup {
    let LetterView { issue, publication, .. } = view;
    let (language, direction) = (&publication.language, publication.direction.attribute());
    html! {
        (DOCTYPE)
        html lang=(language) dir=(direction) {
            (head(view))
            body {
                // Mail services replace `html` and `body` by their own: language and direction are said again.
                div class="letter" role="article" aria-label=(issue.title) lang=(language) dir=(direction) {
                    @if !issue.preheader.is_empty() {
                        div class="preheader" { (issue.preheader) }
                    }
                    (block(&opening(view)))
                    @for section in &issue.sections {
                        (block(&self::section(view, section)))
                    }
                    @if !issue.outro.is_empty() {
                        (block(&outro(view)))
                    }
                    (block(&footer(view)))
                }
            }
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
            // Maud would escape it; the renderer has made sure that it cannot end the element.
            style { (PreEscaped(view.css)) }
        }
    }
}

/// A table of the letter's width.
fn block(rows: &Markup) -> Markup {
    html! {
        // For people who read the source.
        (PreEscaped("\n\n"))
        (PreEscaped(WORD_OPEN))
        table class="block" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" { (rows) }
        (PreEscaped(WORD_CLOSE))
    }
}

/// What readers see first, and inboxes show as the preview: which newsletter, which issue, its title, the intro.
fn opening(view: &LetterView) -> Markup {
    let LetterView { issue, publication, slot, .. } = view;
    html! {
        tr {
            td class="masthead" {
                @if let Some(logo) = &publication.logo {
                    p class="logo" {
                        a href=(publication.site) { img src=(logo.url) alt=(logo.alt) width="48"; }
                    }
                }
                p class="quiet" {
                    strong { (publication.name) } " · " (publication.issue(issue.number)) " · "
                    (date::long(issue.date, &publication.language, publication.direction).replace(' ', NO_BREAK))
                }
                h1 { (issue.title) }
                table class="mark" role="presentation" width="40" cellpadding="0" cellspacing="0" border="0" {
                    tr { td { } }
                }
            }
        }
        @if !issue.intro.is_empty() {
            tr { td class="intro" { div class="prose" { (prose(&issue.intro, slot)) } } }
        }
    }
}

fn section(view: &LetterView, section: &Section) -> Markup {
    html! {
        tr { td class="heading" { (under_hairline(&html! { h2 { (section.title) } })) } }
        @if !section.prose.is_empty() {
            tr { td class="note" { div class="prose" { (prose(&section.prose, view.slot)) } } }
        }
        @for entry in &section.links {
            (link::row(entry, view))
        }
    }
}

fn outro(view: &LetterView) -> Markup {
    html! {
        tr {
            td class="outro" {
                (under_hairline(&html! { div class="prose" { (prose(&view.issue.outro, view.slot)) } }))
            }
        }
    }
}

fn footer(view: &LetterView) -> Markup {
    let LetterView { issue, publication, slot, .. } = view;
    let web_version = publication.page(&format!("{}/", issue.path()));
    // Sentences in English, or with names in them, also where the letter reads from right to left.
    let lines = html! {
        @if let Some(writer) = writer(publication) {
            p { bdi { (writer) } }
        }
        p { bdi { (reason(publication, &slot(&Slot::Address))) } }
        p {
            a href=(slot(&Slot::UnsubscribeUrl)) { (publication.words.of(Word::Unsubscribe)) }
            " · "
            a href=(web_version) { (publication.words.of(Word::Online)) }
            " · "
            a href=(publication.site) { (publication.words.of(Word::AllIssues)) }
        }
        p { (publication.postal_address) }
    };
    html! {
        tr { td class="footer" { (under_hairline(&lines)) } }
    }
}

/// A hairline as long as the lines of text, and what stands below it.
fn under_hairline(content: &Markup) -> Markup {
    html! {
        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" {
            tr { td class="hairline" { (content) } }
        }
    }
}

/// Who writes the newsletter, when the sender's name says more than the newsletter's.
pub fn writer(publication: &Publication) -> Option<String> {
    let name = publication.from.name.as_deref().filter(|&name| name != publication.name)?;
    Some(publication.words.filled(Word::Writer, &[("newsletter", &publication.name), ("name", name)]))
}

/// Why this reader gets it. The configured reason is half a sentence (`because you ...`) or a sentence of its own.
pub fn reason(publication: &Publication, address: &str) -> String {
    let reason = publication.reason.trim().trim_end_matches('.');
    let goes = publication.words.filled(Word::SentTo, &[("address", address)]);
    match reason.chars().next() {
        None => format!("{goes}."),
        Some(first) if first.is_lowercase() => format!("{goes} {reason}."),
        Some(_) => format!("{goes}. {reason}."),
    }
}
