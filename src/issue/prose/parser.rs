//! Calls the Markdown parser.

use comrak::nodes::Node;
use comrak::{Arena, Options, parse_document};

/// Returns the tree of `markdown`: `CommonMark` with tables, strikethrough, and emphasis that works beside Chinese, Japanese
/// and Korean punctuation. Footnotes are read so that they can be reported.
pub(super) fn parse_tree<'a>(arena: &'a Arena<'a>, markdown: &str) -> Node<'a> {
    let mut options = Options::default();
    options.extension.cjk_friendly_emphasis = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.parse.leave_footnote_definitions = true;
    parse_document(arena, markdown, &options)
}
