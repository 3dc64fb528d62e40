//! An issue rendered once for everybody: subject, HTML with inlined CSS, text, with slots where subscribers differ.
//! Pure: the same input gives the same bytes.
//!
//! It knows the model and the templates; it knows nothing of MIME, of subscribers or of files.

mod markers;
mod style_sheet;
mod text;
mod text_prose;
mod wrap;

use anyhow::Context as _;
use css_inline::CSSInliner;

use self::markers::Markers;
use crate::model::{Issue, IssueNumber, Publication, Slotted};
use crate::templates::letter::{LetterView, document};

pub use style_sheet::accents;

/// An issue rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The issue it is of.
    pub number: IssueNumber,
    /// The subject line, not yet encoded.
    pub subject: Slotted,
    /// The HTML document; a value filled into a slot must be HTML-escaped first, quotes included.
    pub html: Slotted,
    /// The text part, lines ended by `\n`.
    pub text: Slotted,
}

/// Renders `issue` with the style sheet `css` (the newsletter's own `templates/letter.css`, or the built-in
/// [`crate::templates::letter::CSS`]).
///
/// Errors when the style sheet cannot be inlined; what is wrong in its declarations is skipped, as a browser would.
pub fn render(issue: &Issue, publication: &Publication, css: &str) -> anyhow::Result<Letter> {
    let markers = Markers::default();
    let slot = |slot: &_| markers.mark(slot).to_string();
    let css = style_sheet::prepare(css, publication.accent)?;
    let view = LetterView { issue, publication, css: &css, slot: &slot };

    let html = inline(&document(&view).into_string())?;
    let text = text::compose(&view, &markers);
    Ok(Letter {
        number: issue.number,
        subject: issue.subject.clone(),
        html: markers.cut(&html)?,
        text: markers.cut(&text)?,
    })
}

/// Moves rules into `style` attributes, for clients that drop `style` elements; what cannot move stays in one.
fn inline(html: &str) -> anyhow::Result<String> {
    CSSInliner::options()
        .load_remote_stylesheets(false)
        .keep_at_rules(true)
        .remove_inlined_selectors(true)
        .minify_css(true)
        // Drops definitions outside `:root`; nothing refers to any by now.
        .resolve_css_variables(true)
        .preallocate_node_capacity(1024)
        .build()
        .inline(html)
        .context("`letter.css` cannot be inlined")
}
