//! Adds a link to the text of an issue file, and changes nothing else.
//!
//! Not through a library that writes TOML: `toml_edit` turns CRLF into LF, drops a byte order mark and moves comments. A
//! block is inserted at a place that the spans of the parser tell, in the file's own manner, and the result is read and
//! compared: it must be the old issue with exactly this link.

mod block;
mod facts;
mod layout;
mod verify;

use std::ops::Range;

use self::block::written;
pub use self::block::{NewImage, NewLink, markdown_title};
pub(in crate::issue) use self::block::{quoted, quoted_text};
pub use self::facts::{FactValue, MissingFact, WrittenLink, insert_facts, not_read_reason, written_links};
use self::layout::Layout;
pub(crate) use self::layout::value_spans_of;
use self::verify::{Comparison, compare};
use super::loaded::LoadedIssue;

/// A file with a link more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spliced {
    /// The text, with the byte order mark of the old one.
    pub text: String,
    /// The bytes of it that are new.
    pub inserted: Range<usize>,
    /// The line of the new `[[section.link]]`, from 1.
    pub line: usize,
}

/// A reason for which a file is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpliceError {
    /// No section has that title: the titles there are.
    NoSuchSection(Vec<String>),
    /// The file has no section.
    NoSection,
    /// The file is written in a way into which no block fits: inline tables, dotted keys. The block to insert by hand.
    NoPlace(String),
}

/// Adds `link` at the end of the section with the title `section`, or of the last one, to the file `old`, whose text is
/// `text`; a lead in a section of its own above all others. `read` reads the text of an issue file.
pub fn insert_link(
    text: &str,
    old: &LoadedIssue,
    section: Option<&str>,
    link: &NewLink,
    read: &dyn Fn(&str) -> Option<LoadedIssue>,
) -> Result<Spliced, SpliceError> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let body = &text[mark..];
    let block = |layout: &Layout<'_>, escape| written(link, layout.manner(), escape);
    let Some(layout) = Layout::of(body) else { return Err(SpliceError::NoPlace(block_to_insert(link))) };
    if layout.sections.is_empty() {
        return Err(if old.issue.sections.is_empty() {
            SpliceError::NoSection
        } else {
            SpliceError::NoPlace(block_to_insert(link))
        });
    }
    let in_section = || {
        let place = layout.sections[layout.find(section)?].end;
        let (before, after) = layout.around(place);
        Some((place, before, after))
    };
    let Some((place, before, after)) = (if link.is_lead { layout.above_all() } else { in_section() }) else {
        let titles = layout.sections.iter().filter_map(|section| section.title.clone());
        return Err(SpliceError::NoSuchSection(titles.collect()));
    };
    // A title is Markdown: one with marks is written with backslashes, if it needs them.
    for escape in [false, true] {
        let block = block(&layout, escape);
        let inserted = format!("{before}{block}{after}");
        let changed = format!("{}{inserted}{}", &body[..place], &body[place..]);
        let Some(new) = read(&changed) else { continue };
        if compare(&old.issue, &new, place, link) == Comparison::OnlyThisLink {
            let start = mark + place;
            let first_line = 1 + changed[..place + before.len()].matches('\n').count();
            let inserted = start..start + inserted.len();
            return Ok(Spliced { text: format!("{}{changed}", &text[..mark]), inserted, line: first_line });
        }
    }
    Err(SpliceError::NoPlace(block_to_insert(link)))
}

/// Returns the block for a person to insert.
fn block_to_insert(link: &NewLink) -> String {
    written(link, &layout::Manner::default(), false)
}
