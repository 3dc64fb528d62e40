//! Renders an issue once for all subscribers: subject, HTML with inlined CSS and text, with slots for what differs
//! between them. The same input gives the same bytes.
//!
//! MIME, subscribers and files belong to other rooms.

mod comments;
mod outlook_rules;
mod script;
mod slot_characters;
mod style_sheet;
mod text;
mod text_prose;
mod text_table;
mod unused_rules;
mod wrap;

use anyhow::Context as _;
use css_inline::CSSInliner;

use self::slot_characters::SlotCharacters;
use crate::model::{Issue, IssueNumber, Publication, Slotted};
use crate::templates::mail::letter::document;
use crate::templates::mail::notice::{self, Notice};
use crate::templates::mail::view::{LetterView, ReaderMail};

pub use style_sheet::{LetterStyleSheet, page_properties};

/// A rendered issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The number of the issue.
    pub number: IssueNumber,
    /// The subject line, not yet encoded.
    pub subject: Slotted,
    /// The HTML document; a value must be HTML-escaped, quotes included, before it is filled into a slot.
    pub html: Slotted,
    /// The text part, lines ended by `\n`.
    pub text: Slotted,
}

/// Renders `issue` with the style sheet `style`.
///
/// Errors if the style sheet cannot be inlined. Invalid declarations are skipped, as in a browser.
pub fn render(issue: &Issue, publication: &Publication, style: &LetterStyleSheet) -> anyhow::Result<Letter> {
    rendered(issue, publication, style, None)
}

/// Renders a letter to one reader, which has the grammar of an issue, with what `mail` has around it.
///
/// Errors as [`render`] does.
pub fn to_reader(
    letter: &Issue,
    publication: &Publication,
    style: &LetterStyleSheet,
    mail: ReaderMail<'_>,
) -> anyhow::Result<Letter> {
    rendered(letter, publication, style, Some(mail))
}

fn rendered(
    issue: &Issue,
    publication: &Publication,
    style: &LetterStyleSheet,
    mail: Option<ReaderMail<'_>>,
) -> anyhow::Result<Letter> {
    let slot_characters = SlotCharacters::default();
    let slot = |slot: &_| slot_characters.marker(slot).to_string();
    let view = LetterView { issue, publication, css: style.css(), mail, slot: &slot };

    let html = outlook_rules::apart(&inline(&document(&view).into_string(), style)?);
    let text = text::render(&view, &slot_characters);
    Ok(Letter {
        number: issue.number,
        subject: issue.subject.clone(),
        html: slot_characters.split(&html)?,
        text: slot_characters.split(&text)?,
    })
}

/// Renders the HTML of mail to one reader with the style sheet `style`.
///
/// Errors as [`render`] does.
pub fn notice(notice: &Notice<'_>, style: &LetterStyleSheet) -> anyhow::Result<String> {
    Ok(outlook_rules::apart(&inline(&notice::document(notice, style.css()).into_string(), style)?))
}

/// Moves the rules of `css` that select something into the elements of the page `html`, besides what it has already.
///
/// Errors if the page cannot be read.
pub fn inlined(html: &str, css: &str) -> anyhow::Result<String> {
    let options = CSSInliner::options().load_remote_stylesheets(false).keep_at_rules(true);
    options.extra_css(Some(css.into())).build().inline(html).context("the style sheet cannot be inlined")
}

/// Moves the rules of `style`, the style sheet of `html`, into `style` attributes, for clients that drop `style` elements;
/// those that cannot move stay in one.
fn inline(html: &str, style: &LetterStyleSheet) -> anyhow::Result<String> {
    // First, because the inliner compares every selector with every element.
    let html = unused_rules::without_unused_rules(html, style);
    CSSInliner::options()
        .load_remote_stylesheets(false)
        .keep_at_rules(true)
        .remove_inlined_selectors(true)
        .minify_css(true)
        // Drops definitions outside `:root`, which are no longer referred to.
        .resolve_css_variables(true)
        .preallocate_node_capacity(1024)
        .build()
        .inline(&html)
        .context("`letter.css` cannot be inlined")
}
